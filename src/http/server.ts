import { createServer, type RequestListener, type Server } from 'node:http'

/** How long a request may take to arrive, in milliseconds. Beyond it Node answers 408 and closes the connection. */
export type RequestDeadlines = { readonly headersMs: number; readonly wholeMs: number }

// A request of ours has some kilobytes. Nobody needs longer, except to hold connections open. The body's own deadline is
// shorter (body.ts) and its answer has words; this one also covers routes that read no body.
const DEADLINES: RequestDeadlines = { headersMs: 5_000, wholeMs: 10_000 }
const LOOK_FOR_LATE_MS = 1_000

/** The HTTP server of the service; it does not listen yet. */
export function makeServer(answer: RequestListener, { headersMs, wholeMs } = DEADLINES): Server {
  const connectionsCheckingInterval = Math.min(LOOK_FOR_LATE_MS, headersMs)
  return createServer(
    { headersTimeout: headersMs, requestTimeout: wholeMs, connectionsCheckingInterval },
    answer,
  )
}

/** Resolves when the server listens. */
export function listenOn(
  server: Server,
  at: { readonly port: number; readonly host: string },
): Promise<void> {
  return new Promise((resolve, reject) =>
    server.once('error', reject).listen(at.port, at.host, () => resolve()),
  )
}

// The whole process has ten seconds to stop. A request that waits for a silent database is refused after six of them and
// still gets its answer; the worker needs the rest.
const PATIENCE_MS = 7_000
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
