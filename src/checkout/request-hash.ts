import { createHash } from 'node:crypto'
import type { CheckoutRequest } from './checkout-request.ts'

/** Equal for two requests with the same checked content, whatever the order and spelling of their fields. SHA-256, hex. */
export function requestHash(request: CheckoutRequest): string {
  const { amount, coveredFeeMinor, frequency, article, campaign, message, anonymous, newsletter, locale } =
    request
  const content = [
    [String(amount.minor), amount.currency, frequency],
    [article.url, article.title],
    [campaign.source, campaign.medium, campaign.name],
    [message, anonymous, newsletter, locale],
    // The wish, not the figure: a rate that changes between two tries makes no other request of it.
    ...(coveredFeeMinor === null ? [] : [['covers fees']]),
  ]
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}
