import { createHmac } from 'node:crypto'

const PREFIX = 'whsec_'
/** The specification asks for 24 to 64. */
export const SECRET_BYTES = 32

/** The secret as other systems take it. */
export function secretText(bytes: Buffer): string {
  return PREFIX + bytes.toString('base64')
}

/**
 * The headers of a delivery, by the Standard Webhooks specification (github.com/standard-webhooks/standard-webhooks).
 * @param secrets as `secretText` writes them. While a secret is rolled there are two, and a receiver takes either.
 */
export function signedHeaders(
  delivery: { readonly messageId: string; readonly body: string; readonly sentAt: Date },
  secrets: readonly string[],
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const timestamp = String(Math.floor(delivery.sentAt.getTime() / 1000))
  const signed = `${delivery.messageId}.${timestamp}.${delivery.body}`
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
    return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
  })
  return {
    'webhook-id': delivery.messageId,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}
