import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildChallengeScript } from '../../src/widget/challenge-routes.ts'
import type { WidgetBundle } from '../../src/widget/widget-bundle.ts'
import { dataOf } from './newsroom-data.ts'

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
  /** What `GET /checkout-sessions/{id}` says. */
  status(status: string): void
  /** The newsroom's variables, from the next load of the page on. */
  variables(variables: Readonly<Record<string, string>>): void
  /** What is shown at `/page` on the newsroom's site: its own head and body. The script's address is `SCRIPT`. */
  page(markup: string, options?: { readonly policy?: boolean; readonly html?: string }): void
  /** Holds the script back for so long. */
  delayScript(ms: number): void
  close(): void
}

export const created: Answer = (response, origin) =>
  void response
    .writeHead(201, { 'content-type': 'application/json' })
    .end(JSON.stringify({ id: 'cs_1', url: `${origin}/pay`, expiresAt: '2026-01-14T19:00:00Z' }))

export const refused =
  (status: number, problem: unknown): Answer =>
  (response) =>
    void response
      .writeHead(status, { 'content-type': 'application/problem+json' })
      .end(JSON.stringify(problem))

export const hungUp: Answer = (response) => void response.destroy()

const USUAL = `<reader-donation amounts="300,500,1000" currency="usd" locale="en-US"><a href="SERVICE/donate">Support us</a></reader-donation>`

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
  const challenge = await buildChallengeScript()
  const posted: Posted[] = []
  let answers: Answer[] = [created]
  let status = 'open'
  let variables: Readonly<Record<string, string>> = {}
  let shown = { markup: USUAL, policy: false, html: 'lang="en"' }
  let scriptDelayMs = 0

  async function checkout(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: unknown = JSON.parse(await read(request))
    posted.push({ key: request.headers['idempotency-key']?.toString(), body })
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    answer?.(response, origin)
  }
  const service = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://service.example')
    const data = () =>
      dataOf(variables, { lang: searchParams.get('lang'), currency: searchParams.get('currency') })
    if (request.headers.origin === articleUrl) response.setHeader('access-control-allow-origin', articleUrl)
    response.setHeader('access-control-allow-headers', 'content-type, idempotency-key')
    if (pathname === '/widget.js') {
      response.setHeader('content-type', 'text/javascript')
      setTimeout(() => response.end(widget.script(data()).text), scriptDelayMs)
    } else if (pathname === '/widget-more.js') {
      response.setHeader('access-control-allow-origin', '*')
      response.setHeader('content-type', 'text/javascript').end(widget.more(data().lang).text)
    } else if (pathname === '/widget.json') {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(data()))
    } else if (pathname === '/challenge.js') {
      response.setHeader('access-control-allow-origin', '*')
      response.setHeader('content-type', 'text/javascript').end(challenge)
    } else if (request.method === 'OPTIONS') response.writeHead(204).end()
    else if (request.method === 'GET' && pathname === '/checkout-sessions') response.writeHead(204).end()
    else if (pathname.startsWith('/checkout-sessions/'))
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ status }))
    else if (pathname !== '/checkout-sessions')
      response.setHeader('content-type', 'text/html').end('<h1>Pay here</h1>')
    else void checkout(request, response)
  })
  const origin = await listen(service)

  // The newsroom's page has a strict policy: no inline style or script, and no markup from text.
  const policy = `default-src 'none'; script-src ${origin}; connect-src ${origin}; require-trusted-types-for 'script'`
  const newsroom = createServer((request, response) => {
    const path = request.url?.split('?')[0]
    response.setHeader('content-type', 'text/html; charset=utf-8')
    if (path === '/framed')
      return response.end(
        `<!doctype html><html lang="en"><title>Front page</title><iframe src="${articleUrl}/"></iframe></html>`,
      )
    if (path === '/page') {
      if (shown.policy) response.setHeader('content-security-policy', policy)
      const markup = shown.markup.replaceAll('SERVICE', origin)
      return response.end(`<!doctype html><html ${shown.html}><head><meta charset="utf-8"><title>Ferry returns</title>
        <meta name="viewport" content="width=device-width">${markup}</html>`)
    }
    const withoutService = policy.replace(`connect-src ${origin}`, "connect-src 'self'")
    response.setHeader('content-security-policy', path === '/closed' ? withoutService : policy)
    return response.end(`<!doctype html><html lang="en"><head><title>Ferry returns</title>
      <link rel="canonical" href="https://harbour.example/ferry"><script src="${origin}/widget.js" async></script></head>
      <body><main><h1>Ferry returns</h1>${USUAL.replace('SERVICE', origin)}</main></body></html>`)
  })
  const articleUrl = await listen(newsroom)

  return {
    origin,
    articleUrl,
    posted,
    answer: (...next) => void (answers = next),
    status: (next) => void (status = next),
    variables: (next) => void (variables = next),
    page: (markup, { policy: hasPolicy = false, html = 'lang="en"' } = {}) =>
      void (shown = { markup, policy: hasPolicy, html }),
    delayScript: (ms) => void (scriptDelayMs = ms),
    close: () => {
      for (const server of [service, newsroom]) {
        server.closeAllConnections()
        server.close()
      }
    },
  }
}
