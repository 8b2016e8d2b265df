import { Stripe } from 'stripe'

/** Why a signature does not hold. It goes into metrics and into the answer, so it contains no secret and no body. */
export type SignatureProblem =
  | 'no_signature'
  | 'malformed_signature'
  | 'outside_tolerance'
  | 'wrong_signature'

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
  if (!header) return 'no_signature'
  const parsed = parseHeader(header)
  if (!parsed) return 'malformed_signature'
  if (Math.abs(now.getTime() / 1000 - parsed.timestamp) > TOLERANCE_SECONDS) return 'outside_tolerance'
  const clean = [`t=${parsed.timestamp}`, ...parsed.signatures.map((signature) => `v1=${signature}`)].join(
    ',',
  )
  return secrets.some((secret) => signedWith(secret, body, clean, now)) ? null : 'wrong_signature'
}

function signedWith(secret: string, body: string, header: string, now: Date): boolean {
  const { signature } = Stripe.webhooks
  if (!signature) throw new Error('The Stripe SDK cannot verify signatures')
  try {
    return signature.verifyHeader(body, header, secret, TOLERANCE_SECONDS, undefined, now.getTime())
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
