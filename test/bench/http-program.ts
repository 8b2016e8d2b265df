import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import rawBody from 'raw-body'

/**
 * A contender's HTTP server in the process that the benchmark forked: it answers 200 after `book` has committed,
 * reports its port to the benchmark and leaves when the benchmark does.
 */
export function serveWebhooks(book: (body: Buffer, signature: string) => Promise<unknown>): void {
  const app = new Koa()
  app.use(async (ctx) => {
    await book(await rawBody(ctx.req), ctx.get('stripe-signature'))
    ctx.body = { received: true }
  })
  const server = app.listen(0, '127.0.0.1', () => {
    process.send?.({ port: (server.address() as AddressInfo).port }) // listening on TCP, so neither a pipe's name nor null
  })
  process.once('disconnect', () => process.exit(0))
}
