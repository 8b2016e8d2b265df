import type { LegalStatus } from './profile.ts'

/** The words for a gift, on pages and on Stripe's button. */
export type GiftWording = {
  readonly verb: 'Donate' | 'Support'
  readonly noun: 'donation' | 'contribution'
  /** Stripe's Checkout parameter `submit_type`, for one-time gifts only. */
  readonly submitType: 'donate' | 'pay'
}

/** Stripe's rule: a *donation* is tied to a charitable purpose; anything else is paid for. */
export function wordingFor(status: LegalStatus): GiftWording {
  switch (status) {
    case 'charity':
    case 'fiscally_sponsored':
      return { verb: 'Donate', noun: 'donation', submitType: 'donate' }
    case 'for_profit':
      return { verb: 'Support', noun: 'contribution', submitType: 'pay' }
  }
}

/** The words for a gift, as the newsroom's legal status asks for them. */
export type Wording = Pick<GiftWording, 'verb' | 'noun'>

/** "Donate to The Harbour Post", "Support The Harbour Post". */
export function invitation(wording: Wording, newsroomName: string): string {
  return wording.verb === 'Donate' ? `Donate to ${newsroomName}` : `Support ${newsroomName}`
}
