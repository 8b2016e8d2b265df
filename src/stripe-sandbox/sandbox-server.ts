import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { apiExit, apiRoutes } from './api/api-routes.ts'
import { checkoutRoutes } from './checkout/checkout-routes.ts'
import type { Controls } from './console/controls.ts'
import { dashboardRoutes } from './console/dashboard-routes.ts'
import type { DeliveryWorker } from './delivery/delivery-worker.ts'
import { operatorRoutes } from './console/operator-routes.ts'
import type { PayingDesk } from './checkout/paying-desk.ts'
import type { Stage } from './stage.ts'

/** A connection that is still busy after this is cut: a graceful end must not hang on a stuck client. */
const GRACE_MS = 1000

export type ServerParts = {
  readonly stage: Stage
  readonly desk: PayingDesk
  readonly controls: Controls
  readonly deliveries: DeliveryWorker
  readonly host: string
  readonly port: number
}

export type SandboxServer = { readonly origin: string; close(): Promise<void> }

/** @throws when the port is taken. */
export async function listen(parts: ServerParts): Promise<SandboxServer> {
  const { stage } = parts
  const app = new Koa()
  app.on('error', (error: Error) => stage.log(`offline Stripe: ${error.message}`))
  app.use((ctx, next) => (/^\/v\d/.test(ctx.path) ? apiExit(stage, ctx, next) : next()))
  const pages = [checkoutRoutes(parts), dashboardRoutes(parts), operatorRoutes(parts)]
  for (const router of [apiRoutes(stage), ...pages]) app.use(router.routes())

  const server = createServer(app.callback())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(parts.port, parts.host, resolve)
  })
  const { port } = server.address() as AddressInfo // an object for every TCP server that listens
  const host = parts.host.includes(':') ? `[${parts.host}]` : parts.host
  return {
    origin: `http://${host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS)
        server.close(() => {
          clearTimeout(cut)
          resolve()
        })
      }),
  }
}
