import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { WidgetBundle } from '../../src/widget/widget-bundle.ts'

export type Posted = { readonly key: string | undefined; readonly body: unknown }
/** The answer to the next POST; the last answer is repeated for all that follow. */
export type Answer = (response: ServerResponse, origin: string) => void

/** The donation service as the widget reaches it, and a newsroom's article page on another origin. */
export type FakeService = {
  readonly origin: string
  /** An article on a site that may ask for checkouts. At `/closed` its policy forbids that, at `/framed` it is in a frame. */
  readonly articleUrl: string
  readonly posted: Posted[]
  answer(...answers: Answer[]): void
  close(): void
}

export const created: Answer = (response, origin) =>
  void response
    .writeHead(201, { 'content-type': 'application/json' })
    .end(JSON.stringify({ id: 'chk_1', url: `${origin}/pay`, expiresAt: '2026-01-14T19:00:00Z' }))

export const refused =
  (status: number, problem: unknown): Answer =>
  (response) =>
    void response
      .writeHead(status, { 'content-type': 'application/problem+json' })
      .end(JSON.stringify(problem))

export const hungUp: Answer = (response) => void response.destroy()

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on TCP has an address with a port.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function read(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text
}

export async function fakeService(widget: WidgetBundle): Promise<FakeService> {
  const posted: Posted[] = []
  let answers: Answer[] = [created]
  async function checkout(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: unknown = JSON.parse(await read(request))
    posted.push({ key: request.headers['idempotency-key']?.toString(), body })
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    answer?.(response, origin)
  }
  const service = createServer((request, response) => {
    if (request.headers.origin === articleUrl) response.setHeader('access-control-allow-origin', articleUrl)
    response.setHeader('access-control-allow-headers', 'content-type, idempotency-key')
    if (request.url === '/widget.js') response.setHeader('content-type', 'text/javascript').end(widget.source)
    else if (request.method === 'OPTIONS') response.writeHead(204).end()
    else if (request.method === 'GET' && request.url === '/checkout-sessions') response.writeHead(204).end()
    else if (request.url !== '/checkout-sessions')
      response.setHeader('content-type', 'text/html').end('<h1>Pay here</h1>')
    else void checkout(request, response)
  })
  const origin = await listen(service)

  // The newsroom's page has a strict policy: no inline style or script, and no markup from text.
  const policy = `default-src 'none'; script-src ${origin}; connect-src ${origin}; require-trusted-types-for 'script'`
  const newsroom = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    if (request.url === '/framed')
      return response.end(
        `<!doctype html><html lang="en"><title>Front page</title><iframe src="${articleUrl}/"></iframe></html>`,
      )
    const withoutService = policy.replace(`connect-src ${origin}`, "connect-src 'self'")
    response.setHeader('content-security-policy', request.url === '/closed' ? withoutService : policy)
    return response.end(`<!doctype html><html lang="en"><head><title>Ferry returns</title>
      <link rel="canonical" href="https://harbour.example/ferry"><script src="${origin}/widget.js" async></script></head>
      <body><main><h1>Ferry returns</h1>
      <reader-donation amounts="300,500,1000" currency="usd" locale="en-US"><a href="${origin}/donate">Support us</a></reader-donation>
      </main></body></html>`)
  })
  const articleUrl = await listen(newsroom)

  return {
    origin,
    articleUrl,
    posted,
    answer: (...next) => void (answers = next),
    close: () => {
      for (const server of [service, newsroom]) {
        server.closeAllConnections()
        server.close()
      }
    },
  }
}
