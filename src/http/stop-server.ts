import type { Server } from 'node:http'

// The contract gives the whole process ten seconds; the worker and the database want the rest.
const PATIENCE_MS = 6_000
// A connection that was busy when the stop began becomes idle with its answer, and would take the next request.
const LOOK_FOR_IDLE_MS = 50

/** Stops taking requests and finishes those in hand; what then still hangs is cut off. */
export function stopServer(server: Server, patienceMs = PATIENCE_MS): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(() => server.closeAllConnections(), patienceMs)
    const idle = setInterval(() => server.closeIdleConnections(), LOOK_FOR_IDLE_MS)
    server.close(() => {
      clearTimeout(patience)
      clearInterval(idle)
      resolve()
    })
    server.closeIdleConnections()
  })
}
