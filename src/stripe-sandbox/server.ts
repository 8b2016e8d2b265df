import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { billingPagesRoutes } from './billing/billing-pages-routes.ts'
import { apiFrame, apiRoutes } from './api/api-routes.ts'
import { checkoutRoutes } from './checkout/checkout-routes.ts'
import type { CheckoutSimulator } from './checkout/checkout-simulator.ts'
import { consoleRoutes } from './console/console-routes.ts'
import type { SandboxConsole } from './console/console.ts'
import type { DeliveryWorker } from './delivery/delivery-worker.ts'
import type { Runtime } from './runtime.ts'

/** A connection that is still busy after this time is cut, so that a stuck client does not hold up the end. */
const GRACE_MS = 1000

/** @throws when the port is taken. */
export async function startServer(deps: {
  readonly runtime: Runtime
  readonly simulator: CheckoutSimulator
  readonly console: SandboxConsole
  readonly deliveries: DeliveryWorker
  readonly host: string
  readonly port: number
}): Promise<{ readonly origin: string; close(): Promise<void> }> {
  const { runtime } = deps
  const app = new Koa()
  app.on('error', (error: Error) => runtime.log(`The offline Stripe failed: ${error.message}`))
  app.use((ctx, next) => (/^\/v\d/.test(ctx.path) ? apiFrame(runtime, ctx, next) : next()))
  for (const router of [
    apiRoutes(runtime),
    checkoutRoutes(deps),
    billingPagesRoutes(deps),
    consoleRoutes(deps),
  ]) {
    app.use(router.routes())
  }
  const server = createServer(app.callback())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(deps.port, deps.host, resolve)
  })
  const { port } = server.address() as AddressInfo // an object for every TCP server that listens
  const host = deps.host.includes(':') ? `[${deps.host}]` : deps.host
  return {
    origin: `http://${host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS)
        server.close(() => {
          clearTimeout(timer)
          resolve()
        })
      }),
  }
}
