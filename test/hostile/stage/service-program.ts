import { Router } from '@koa/router'
import { readConfig } from '../../../src/config/read-config.ts'
import { makeLogger } from '../../../src/http/logger.ts'
import { startService } from '../../../src/service.ts'

/** The service in a process of its own, which says what it answers and how much memory it holds. */

export type Route = { readonly method: string; readonly path: string }

export type Said =
  | { readonly kind: 'started'; readonly routes: readonly Route[] }
  | { readonly kind: 'heap'; readonly bytes: number }

const say = (said: Said): void => void process.send?.(said)

// A service hands out no list of its routes, so each router is asked when the application takes it.
const routes: Route[] = []
const take = Router.prototype.routes
Router.prototype.routes = function routesOf(this: Router) {
  for (const { methods, path } of this.stack)
    routes.push(
      ...methods.filter((method) => method !== 'HEAD').map((method) => ({ method, path: String(path) })),
    )
  return take.call(this)
}

const config = readConfig(process.env)
const service = await startService(
  // The demo and the captured mails are answered, too, as on a newcomer's machine.
  { ...config, deployment: 'trial' },
  { half: 'both', log: makeLogger({ level: config.logLevel }), clock: () => new Date() },
)

process.on('message', () => {
  globalThis.gc?.()
  globalThis.gc?.()
  say({ kind: 'heap', bytes: process.memoryUsage().heapUsed })
})
process.on('disconnect', () => void service.stop().then(() => process.exit(0)))
say({ kind: 'started', routes })
