import type { CurrencyCode } from '../money/currency.ts'

/** What Stripe sent, or tried to send, to the bank. */
export type Payout = {
  readonly id: string
  readonly currency: CurrencyCode
  readonly amountMinor: bigint
  /** Stripe's word: pending, in_transit, paid, failed, canceled. One that was paid can still fail. */
  readonly status: string
  readonly automatic: boolean
  /** A day, `2026-11-06`. */
  readonly arrivalDate: string
  readonly createdAt: Date
  readonly balanceTransactionId: string | null
  readonly failureBalanceTransactionId: string | null
  readonly failureCode: string | null
  /** What Stripe can tell of what it is made of: never, not yet, now. */
  readonly itemisable: 'never' | 'later' | 'now'
}

/** @param reconciliation Stripe's `reconciliation_status` */
export function itemisable(automatic: boolean, reconciliation: string): Payout['itemisable'] {
  if (!automatic || reconciliation === 'not_applicable') return 'never'
  return reconciliation === 'completed' ? 'now' : 'later'
}
