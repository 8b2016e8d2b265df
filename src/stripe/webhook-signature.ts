import { Stripe } from 'stripe'

/** Why a webhook request was refused: for metrics and the sender, never with a secret or the body in it. */
export type SignatureProblem =
  | 'no_signature'
  | 'malformed_signature'
  | 'outside_tolerance'
  | 'wrong_signature'

// Stripe's own default (docs.stripe.com/webhooks#verify-manually), and ours in both directions.
export const TOLERANCE_SECONDS = 300

// A rolled secret gives two signatures, never hundreds: a longer header is somebody making us compute.
const MAX_HEADER_LENGTH = 1_024

/**
 * Whether `body` (the decoded raw bytes) was signed with one of `secrets` within the tolerance. Stricter than the SDK,
 * which takes a timestamp far in the future, `t=abc` and repeated `t`: the header is parsed here and handed on clean.
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
  if (!signature) throw new Error('the Stripe SDK has no signature helper')
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
