import { Stripe } from 'stripe'

/** The SDK's client, for those who hand it on. */
export type { Stripe }

// A waiting reader gives up long before the SDK's own 80 s. Two tries and the pause between them fit into the
// deadlines of those who call.
const TRY_TIMEOUT_MS = 4_000
const RETRIES = 1

/**
 * The only maker of the SDK's client.
 * @param apiBase another place to speak to, `http://127.0.0.1:12111`; null for Stripe itself
 */
export function makeStripe(
  secretKey: string,
  apiBase: string | null,
  options: { tryTimeoutMs?: number } = {},
): Stripe {
  return new Stripe(secretKey, {
    timeout: options.tryTimeoutMs ?? TRY_TIMEOUT_MS,
    maxNetworkRetries: RETRIES,
    telemetry: false,
    appInfo: { name: 'reader-donations' },
    ...(apiBase === null ? {} : placeOf(new URL(apiBase))),
  })
}

function placeOf(base: URL) {
  const protocol = base.protocol === 'http:' ? 'http' : 'https'
  const port = base.port === '' ? (protocol === 'http' ? 80 : 443) : Number(base.port)
  // Node wants an IPv6 host without its brackets.
  return { host: base.hostname.replace(/^\[|\]$/g, ''), port, protocol } as const
}
