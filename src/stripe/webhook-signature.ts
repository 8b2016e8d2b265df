import { Stripe } from 'stripe'

/** Why a signature does not hold. It goes into metrics and into the answer, so it contains no secret and no body. */
export type SignatureProblem =
  | { readonly reason: 'no_signature' | 'malformed_signature' | 'wrong_signature' }
  /** One of our secrets signed it, `secondsAhead` of which our clock is ahead of the signature; negative: behind. */
  | { readonly reason: 'outside_tolerance'; readonly secondsAhead: number }

// Stripe's default for old timestamps (docs.stripe.com/webhooks#verify-manually). Future timestamps have the same limit.
const TOLERANCE_SECONDS = 300

// A header has two signatures while a secret is rolled. A much longer one would only make us compute.
const MAX_HEADER_LENGTH = 1_024

/**
 * Checks that `body`, the decoded raw bytes, was signed with one of `secrets` within the tolerance. The SDK accepts a
 * timestamp far in the future, `t=abc` and a repeated `t`, so the header is parsed here and passed on in a clean form.
 * @returns null when the signature holds
 */
export function signatureProblem(
  body: string,
  header: string | undefined,
  secrets: readonly string[],
  now: Date,
): SignatureProblem | null {
  if (!header) return { reason: 'no_signature' }
  const parsed = parseHeader(header)
  if (!parsed) return { reason: 'malformed_signature' }
  const clean = [`t=${parsed.timestamp}`, ...parsed.signatures.map((signature) => `v1=${signature}`)].join(
    ',',
  )
  // The time comes last: a wrong time says something about the clocks only when the signature is Stripe's.
  const signedAt = new Date(parsed.timestamp * 1000)
  if (!secrets.some((secret) => signedWith(secret, body, clean, signedAt)))
    return { reason: 'wrong_signature' }
  const secondsAhead = Math.round((now.getTime() - signedAt.getTime()) / 1000)
  return Math.abs(secondsAhead) > TOLERANCE_SECONDS ? { reason: 'outside_tolerance', secondsAhead } : null
}

function signedWith(secret: string, body: string, header: string, signedAt: Date): boolean {
  const { signature } = Stripe.webhooks
  if (!signature) throw new Error('The Stripe SDK cannot verify signatures')
  try {
    return signature.verifyHeader(body, header, secret, TOLERANCE_SECONDS, undefined, signedAt.getTime())
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false
    throw error
  }
}

function parseHeader(header: string): { timestamp: number; signatures: string[] } | null {
  if (header.length > MAX_HEADER_LENGTH) return null
  let timestamp: number | null = null
  const signatures: string[] = []
  for (const part of header.split(',')) {
    const [scheme, value = ''] = part.split('=', 2)
    if (scheme === 't') {
      if (timestamp !== null || !/^[1-9]\d{0,11}$/.test(value)) return null
      timestamp = Number(value)
    }
    if (scheme === 'v1' && /^[0-9a-f]{64}$/.test(value)) signatures.push(value)
  }
  return timestamp === null || signatures.length === 0 ? null : { timestamp, signatures }
}
