import type { LegalStatus } from './profile.ts'

/**
 * What a gift is called. Stripe uses *donation* for a charitable purpose only, so a gift to any other newsroom is a
 * *contribution*. The catalogues have the words of both, as the contexts `_donation` and `_contribution`.
 */
export type GiftKind = 'donation' | 'contribution'

export function giftKind(status: LegalStatus): GiftKind {
  switch (status) {
    case 'charity':
    case 'fiscally_sponsored':
      return 'donation'
    case 'for_profit':
      return 'contribution'
  }
}

/** Stripe's Checkout parameter `submit_type`, which sets the text of its button; for one-time gifts only. */
export function submitType(gift: GiftKind): 'donate' | 'pay' {
  return gift === 'donation' ? 'donate' : 'pay'
}
