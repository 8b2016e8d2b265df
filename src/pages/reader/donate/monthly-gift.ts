import type { Checkout } from '../../../checkout/checkout.ts'
import { isPayable } from '../../../checkout/checkout.ts'
import type { OpenedCheckout } from '../../../checkout/create-checkout.ts'
import { fieldsOf } from './donate-form.ts'

/**
 * The same gift every month, as the body of a checkout. Its message is not repeated: the newsroom has it. The covered fee is
 * computed again, as on the form.
 */
export function monthlyOf({
  amount,
  coveredFeeMinor,
  article,
  campaign,
  locale,
  anonymous,
}: Checkout): Record<string, unknown> {
  const text = (value: string | null) => value ?? undefined
  return {
    amount: Number(amount.minor),
    currency: amount.currency,
    frequency: 'monthly',
    ...(coveredFeeMinor ? { coverFees: true } : {}),
    article: { url: text(article.url), title: text(article.title) },
    campaign: { source: text(campaign.source), medium: text(campaign.medium), name: text(campaign.name) },
    anonymous,
    ...(locale === null ? {} : { locale }),
  }
}

/** The fields with which the form shows the same gift every month, where it cannot be opened at once. */
export function monthlyFields(single: Checkout): URLSearchParams {
  const fields = fieldsOf(single)
  fields.set('frequency', 'monthly')
  return fields
}

/** A payment page closes after half an hour; a reader who begins again more often than this fills in the form. */
const MOST_PAGES = 20

/**
 * One gift leads to one monthly gift: its key is made of the gift, so that a second click, another tab or the way back find the
 * payment page that is open, or the monthly gift that was paid. Only where that page has closed unpaid a new one is opened,
 * under a key made of the closed one.
 * @param open the checkout with a key, made or found
 * @returns null when too many were opened
 */
export async function openMonthly(
  single: Pick<Checkout, 'id'>,
  now: () => Date,
  open: (key: string) => Promise<OpenedCheckout>,
): Promise<OpenedCheckout | null> {
  let key = `monthly-of-${single.id}`
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const checkout = await open(key)
    const isPaid = checkout.status === 'succeeded' || checkout.status === 'processing'
    if (isPaid || isPayable(checkout, now())) return checkout
    key = `monthly-after-${checkout.id}`
  }
  return null
}
