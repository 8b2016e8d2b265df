import type { Server } from 'node:http'

// The contract gives the whole process ten seconds; the worker and the database want the rest.
const PATIENCE_MS = 6_000

/** Stops taking requests and finishes those in hand; what then still hangs is cut off. */
export function stopServer(server: Server, patienceMs = PATIENCE_MS): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), patienceMs)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
  })
}
