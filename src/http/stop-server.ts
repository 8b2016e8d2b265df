import type { Server } from 'node:http'

// The whole process has ten seconds to stop; the worker and the database need the rest.
const PATIENCE_MS = 6_000
// A connection that is busy when the stop begins becomes idle after its answer and would take the next request.
const LOOK_FOR_IDLE_MS = 50

/** Stops taking requests, finishes those in hand and cuts off what still hangs after `patienceMs`. */
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
