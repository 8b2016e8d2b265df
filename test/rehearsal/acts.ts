import type { Frequency } from '../../src/checkout/attribution.ts'
import type { DisputeOutcome, DisputeKind } from '../../src/stripe-sandbox/reversals/dispute.ts'

/** A reader's only gift is `12`, the collections of a recurring one are `12/0`, `12/1`, … */
export type GiftKey = string

/** What is asked of `POST /checkout-sessions`. Amounts everywhere in minor units. */
export type Wish = {
  readonly amount: number
  readonly currency: string
  readonly frequency: Frequency
  readonly article?: { readonly url: string; readonly title: string }
  readonly campaign?: { readonly source: string; readonly name: string }
}

/** What somebody does: a reader, a bank, staff in Stripe's dashboard, Stripe itself. */
export type Act =
  | { readonly kind: 'open'; readonly reader: number; readonly wish: Wish; readonly clicks: 1 | 2 }
  /** Another program on the same Stripe account: nothing of ours is in the session. */
  | { readonly kind: 'open_elsewhere'; readonly reader: number; readonly wish: Wish }
  | {
      readonly kind: 'pay'
      readonly reader: number
      readonly how: 'card' | 'declined' | 'bank_debit' | 'cancel'
    }
  | { readonly kind: 'bank_speaks'; readonly reader: number; readonly outcome: 'succeeded' | 'failed' }
  | {
      readonly kind: 'refund'
      readonly gift: GiftKey
      readonly refund: string
      readonly amount: number
      readonly by: 'dashboard' | 'api' | 'dashboard, and fails after success'
    }
  | { readonly kind: 'refund_too_much'; readonly gift: GiftKey; readonly amount: number }
  | { readonly kind: 'refund_fails'; readonly refund: string }
  | {
      readonly kind: 'dispute'
      readonly gift: GiftKey
      readonly dispute: string
      readonly amount: number
      readonly as: DisputeKind
    }
  | { readonly kind: 'answer_dispute' | 'escalate_inquiry'; readonly dispute: string }
  | { readonly kind: 'end_dispute'; readonly dispute: string; readonly how: DisputeOutcome }
  | { readonly kind: 'warning'; readonly gift: GiftKey }
  | { readonly kind: 'debit_comes_back'; readonly gift: GiftKey }
  | { readonly kind: 'decline_renewals'; readonly reader: number; readonly times: number }
  | {
      readonly kind: 'cancel_agreement'
      readonly reader: number
      readonly when: 'now' | 'period end'
      readonly by: 'dashboard' | 'api'
    }
  | { readonly kind: 'change_agreement'; readonly reader: number; readonly amount: number }
  | { readonly kind: 'rate'; readonly currency: string; readonly usd: string }
  | { readonly kind: 'payout_fails' | 'payout_by_hand' | 'webhooks_fail' | 'webhooks_work' }
  | ({ readonly kind: 'inject' } & Injected)

/** A movement of the balance that no reader caused, in the settlement currency. */
export type Injected = {
  readonly key: string
  readonly type: 'moon_tax' | 'adjustment' | 'tax_fee'
  readonly currency: string
  readonly amount: number
  readonly fee: number
}

/** What is true from then on: the script's own word, of which its book is made. */
export type Told =
  | {
      readonly kind: 'given'
      readonly gift: GiftKey
      /** Null: given to another program, and only Stripe's books show it. */
      readonly frequency: Frequency | null
      readonly currency: string
      readonly amount: number
      readonly article: string | null
      readonly campaign: string | null
    }
  /** Stripe books a debit when it sends it to the bank, and takes that back when the bank refuses. */
  | {
      readonly kind: 'debit_sent'
      readonly gift: GiftKey
      readonly currency: string
      readonly amount: number
    }
  | { readonly kind: 'debit_refused'; readonly gift: GiftKey }
  | {
      readonly kind: 'refunded'
      readonly gift: GiftKey
      readonly refund: string
      readonly amount: number
      readonly pending: boolean
    }
  | { readonly kind: 'refund_arrived' | 'refund_failed'; readonly refund: string }
  | { readonly kind: 'returned'; readonly gift: GiftKey }
  | {
      readonly kind: 'withdrawn'
      readonly gift: GiftKey
      readonly dispute: string
      readonly amount: number
      readonly lost: boolean
    }
  | { readonly kind: 'lost' | 'reinstated'; readonly dispute: string }
  | { readonly kind: 'warned'; readonly gift: GiftKey }
  | {
      readonly kind: 'agreement'
      readonly reader: number
      readonly status: 'active' | 'past_due' | 'canceled'
      readonly amount: number
    }
  | { readonly kind: 'rate'; readonly currency: string; readonly usd: string }
  | ({ readonly kind: 'injected' } & Injected)

/** One moment of the script. What time alone brings (a renewal, a deadline) has no act; what changes no book tells nothing. */
export type Line = { readonly atMs: number; readonly act: Act | null; readonly told: readonly Told[] }
