import { Agent, request } from 'node:http'

const TIMEOUT_MS = 10_000
const CONNECTIONS = 8

/**
 * Posts one signed event. It resolves to the HTTP status as text (`200`), or to what went wrong (`timeout`,
 * `ECONNREFUSED`). Like Stripe, it does not follow redirects.
 */
export type WebhookPost = (url: string, body: string, signature: string, stop: AbortSignal) => Promise<string>

export function createWebhookGateway(): { readonly post: WebhookPost; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  return {
    close: () => agent.destroy(),
    post: (url, body, signature, stop) =>
      new Promise((resolve) => {
        const payload = Buffer.from(body)
        const { host, hostname } = new URL(url)
        const call = request(url, {
          agent,
          // Not every system finds names below localhost, which are this machine's (RFC 6761).
          ...(hostname.endsWith('.localhost') ? { hostname: '127.0.0.1' } : {}),
          method: 'POST',
          signal: AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT_MS)]),
          headers: {
            host,
            accept: '*/*; q=0.5, application/xml',
            'cache-control': 'no-cache',
            'content-type': 'application/json; charset=utf-8',
            'content-length': payload.length,
            'stripe-signature': signature,
            'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          },
        })
        call.on('response', (response) => {
          response.on('error', (error) => resolve(nameOf(error)))
          response.resume() // nobody reads the body, but unread it would hold the connection
          response.on('close', () => resolve(response.complete ? String(response.statusCode) : 'cut off'))
        })
        call.on('error', (error) => resolve(nameOf(error)))
        call.end(payload)
      }),
  }
}

function nameOf(error: Error & { code?: string }): string {
  if (error.name === 'AbortError') return 'timeout'
  return error.code ?? error.name
}
