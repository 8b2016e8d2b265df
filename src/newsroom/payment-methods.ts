import type { Text } from '../text/text.ts'

/**
 * Ways to pay that a newsroom may say its Stripe account offers. Which of them a reader then sees, Stripe decides by currency,
 * amount, device and country; which of them the account has switched on stands only in its dashboard. So nothing but Stripe is
 * named unless the newsroom names it.
 */
export const paymentMethods = ['card', 'apple_pay', 'google_pay', 'link', 'paypal', 'bank'] as const

export type PaymentMethod = (typeof paymentMethods)[number]

/** Names that are the same in every language. */
const NAMES = { apple_pay: 'Apple Pay', google_pay: 'Google Pay', link: 'Link', paypal: 'PayPal' } as const

/** `Secure payment by Stripe · card, Apple Pay`; without methods only who runs the payment page. */
export function trustLine({ reader, direction }: Text, methods: readonly PaymentMethod[]): string {
  const isolated = (name: string) => (direction === 'rtl' ? `\u2068${name}\u2069` : name)
  const names = methods.map((method) =>
    method === 'card' || method === 'bank' ? reader(`donate.payBy.${method}`) : isolated(NAMES[method]),
  )
  const trust = reader('donate.trust')
  return names.length === 0 ? trust : `${trust} · ${names.join(direction === 'rtl' ? '، ' : ', ')}`
}
