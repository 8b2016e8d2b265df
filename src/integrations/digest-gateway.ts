import { request } from 'node:https'
import { isIP } from 'node:net'
import { isPublicAddress, lookupWhere, NotPublic } from './public-address-gateway.ts'

const TIMEOUT_MS = 10_000

/** `not_public`: the host is, or resolves to, an address inside a network. */
export type DigestResult = 'sent' | 'not_public' | 'failed'

/**
 * Posts `{ "text": … }`, as Slack and what is compatible with it take it. A redirect counts as a failure: it is not
 * followed. @param url https
 */
export function postDigest(url: string, text: string): Promise<DigestResult> {
  const { hostname } = new URL(url)
  const literal = hostname.replace(/^\[|\]$/g, '')
  // A connection to an address looks nothing up.
  if (isIP(literal) !== 0 && !isPublicAddress(literal)) return Promise.resolve('not_public')
  return new Promise((resolve) => {
    const sending = request(
      url,
      {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        lookup: lookupWhere(isPublicAddress),
        agent: false,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      },
      (answer) => {
        answer.resume()
        const status = answer.statusCode ?? 0
        resolve(status >= 200 && status < 300 ? 'sent' : 'failed')
      },
    )
    // The error is not logged: it may name the address, which is a secret.
    sending.on('error', (error) => resolve(error instanceof NotPublic ? 'not_public' : 'failed'))
    sending.end(JSON.stringify({ text }))
  })
}
