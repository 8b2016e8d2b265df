import { lookup as resolveHost } from 'node:dns'
import { request } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from './public-address-gateway.ts'

const TIMEOUT_MS = 10_000

/** `not_public`: the host is, or resolves to, an address inside a network. */
export type DigestResult = 'sent' | 'not_public' | 'failed'

class NotPublic extends Error {}

/** Resolves for one connection, which goes to the very address that was checked. */
const publicLookup: LookupFunction = (host, options, callback) => {
  resolveHost(host, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? []
    if (error || !first) return callback(error ?? new Error('no address'), [])
    if (!addresses.every(({ address }) => isPublicAddress(address))) return callback(new NotPublic(), [])
    if (options.all) callback(null, [first])
    else callback(null, first.address, first.family)
  })
}

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
        lookup: publicLookup,
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
