import { createHash } from 'node:crypto'
import type { CheckoutRequest } from './checkout-request.ts'

/** The same for requests that mean the same, whatever the order and spelling of their fields. */
export function requestHash(request: CheckoutRequest): string {
  const { amount, frequency, article, campaign, message, anonymous, newsletter, locale } = request
  const content = [
    [String(amount.minor), amount.currency, frequency],
    [article.url, article.title],
    [campaign.source, campaign.medium, campaign.name],
    [message, anonymous, newsletter, locale],
  ]
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}
