import { Stripe } from 'stripe'

/** The SDK's client. Other rooms pass it on without importing the SDK. */
export type { Stripe }

/**
 * The API version of this SDK. Events of any other version are quarantined, because their objects may have another
 * shape.
 */
export const STRIPE_API_VERSION: string = Stripe.API_VERSION

// A waiting reader gives up long before the SDK's default of 80 s. Two tries and the pause between them fit into the
// deadline of every caller.
const TRY_TIMEOUT_MS = 4_000
const RETRIES = 1

/**
 * Creates the SDK's client. Nothing else does.
 * @param apiBase another host for the API, such as `http://127.0.0.1:12111`; null for Stripe itself
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
    ...(apiBase === null ? {} : hostOf(new URL(apiBase))),
  })
}

function hostOf(base: URL) {
  const protocol = base.protocol === 'http:' ? 'http' : 'https'
  const port = base.port === '' ? (protocol === 'http' ? 80 : 443) : Number(base.port)
  // Node expects an IPv6 host without brackets.
  return { host: base.hostname.replace(/^\[|\]$/g, ''), port, protocol } as const
}
