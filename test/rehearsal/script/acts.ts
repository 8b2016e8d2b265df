import type { Frequency } from '../../../src/checkout/attribution.ts'
import type { DisputeOutcome, DisputeKind } from '../../../src/stripe-sandbox/reversals/dispute.ts'

/** `12` is the only gift of reader 12; `12/0`, `12/1`, … are the payments of that reader's subscription. */
export type GiftKey = string

/** The body of `POST /checkout-sessions`. All amounts are in minor units. */
export type Wish = {
  readonly amount: number
  readonly currency: string
  readonly frequency: Frequency
  readonly article?: { readonly url: string; readonly title: string }
  readonly campaign?: { readonly source: string; readonly name: string }
}

/** What a reader, a bank, staff in Stripe's dashboard or Stripe itself does. */
export type Act =
  | { readonly kind: 'open'; readonly reader: number; readonly wish: Wish; readonly clicks: 1 | 2 }
  /** Through another program or an older donation system on the same Stripe account: the session has none of our metadata. */
  | { readonly kind: 'open_elsewhere'; readonly reader: number; readonly wish: Wish }
  | {
      readonly kind: 'pay'
      readonly reader: number
      readonly how: 'card' | 'declined' | 'bank_debit' | 'cancel'
    }
  | { readonly kind: 'bank_answers'; readonly reader: number; readonly outcome: 'succeeded' | 'failed' }
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
  | { readonly kind: 'debit_is_returned'; readonly gift: GiftKey }
  | { readonly kind: 'decline_renewals'; readonly reader: number; readonly times: number }
  | {
      readonly kind: 'cancel_subscription'
      readonly reader: number
      readonly when: 'now' | 'period end'
      readonly by: 'dashboard' | 'api'
    }
  | { readonly kind: 'change_subscription'; readonly reader: number; readonly amount: number }
  | { readonly kind: 'rate'; readonly currency: string; readonly usd: string }
  | { readonly kind: 'payout_fails' | 'payout_by_hand' | 'webhooks_fail' | 'webhooks_work' }
  | ({ readonly kind: 'inject' } & Injected)

/** A balance transaction that no reader caused, in the settlement currency. */
export type Injected = {
  readonly key: string
  readonly type: 'moon_tax' | 'adjustment' | 'tax_fee'
  readonly currency: string
  readonly amount: number
  readonly fee: number
}

/** What is true from then on according to the script. Its expectations are the sum of these. */
export type Consequence =
  | {
      readonly kind: 'given'
      readonly gift: GiftKey
      /** Null: given to another program, so that only Stripe's balance shows it. */
      readonly frequency: Frequency | null
      readonly currency: string
      readonly amount: number
      readonly article: string | null
      readonly campaign: string | null
    }
  /** Stripe books a debit when it sends it to the bank, and reverses that when the bank refuses. */
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
      readonly kind: 'subscription'
      readonly reader: number
      readonly status: 'active' | 'past_due' | 'canceled'
      readonly amount: number
    }
  | { readonly kind: 'rate'; readonly currency: string; readonly usd: string }
  | ({ readonly kind: 'injected' } & Injected)

/** One instant of the script. What time alone causes (a renewal, a deadline) has no act; some acts have no consequence. */
export type Line = {
  readonly atMs: number
  readonly act: Act | null
  readonly consequences: readonly Consequence[]
}
