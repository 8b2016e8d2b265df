import type { CurrencyCode } from '../money/currency.ts'
import type { Money } from '../money/money.ts'

/** One movement of the balance at Stripe, as its own books tell it. Amounts in minor units of the settlement currency. */
export type BalanceTransaction = {
  readonly id: string
  /** Stripe's word; the list is open. */
  readonly type: string
  readonly reportingCategory: string
  readonly currency: CurrencyCode
  /** Negative when money leaves. */
  readonly amountMinor: bigint
  readonly feeMinor: bigint
  /** Amount less fee. */
  readonly netMinor: bigint
  readonly createdAt: Date
  readonly availableOn: Date
  readonly source: string | null
  /** The object that our books name too; what only Stripe knows of names itself. */
  readonly clears: string
  readonly paymentIntentId: string | null
  /** What it was in the reader's currency, signed as the amount; null where that is the settlement currency. */
  readonly presentment: Money | null
  /** A decimal, as Stripe wrote it. */
  readonly exchangeRate: string | null
  readonly description: string | null
}

/** The object a movement is about, as far as we use it; an id alone where Stripe did not open it. */
export type BalanceSource = {
  readonly id: string
  readonly paymentIntentId: string | null
  readonly currency: CurrencyCode | null
  /** Of the object itself, never negative. */
  readonly amountMinor: bigint | null
  /** Of a charge: what went back by refunds. */
  readonly refundedMinor: bigint
}

/** How a movement is booked; `unknown` stays visible in the clearing account. */
export type MovementKind = 'payment' | 'money_back' | 'dispute' | 'own_fee' | 'payout' | 'unknown'

const KINDS: ReadonlyMap<string, MovementKind> = new Map([
  ['charge', 'payment'],
  ['payment', 'payment'],
  ['refund', 'money_back'],
  ['payment_refund', 'money_back'],
  ['refund_failure', 'money_back'],
  ['payment_failure_refund', 'money_back'],
  ['stripe_fee', 'own_fee'],
  ['stripe_fx_fee', 'own_fee'],
  ['tax_fee', 'own_fee'],
  ['payout', 'payout'],
  ['payout_failure', 'payout'],
  ['payout_cancel', 'payout'],
])

/** @param source the id of what it is about: an adjustment is a dispute's or nothing we know */
export function movementKind(type: string, source: string | null): MovementKind {
  if (type === 'adjustment') return isDispute(source) ? 'dispute' : 'unknown'
  return KINDS.get(type) ?? 'unknown'
}

/** The id that both sides name. */
export function clearedBy(id: string, type: string, source: BalanceSource | null): string {
  if (source === null) return id
  switch (movementKind(type, source.id)) {
    case 'payment':
      return source.paymentIntentId ?? source.id
    case 'money_back':
      return type === 'payment_failure_refund' ? (source.paymentIntentId ?? source.id) : source.id
    case 'dispute':
    case 'payout':
      return source.id
    case 'own_fee':
    case 'unknown':
      return id
  }
}

/** What the movement was in the reader's currency; null where that is the one it settled in. */
export function presentmentOf(
  moved: Pick<BalanceTransaction, 'type' | 'reportingCategory' | 'amountMinor' | 'currency'>,
  source: BalanceSource | null,
): Money | null {
  const { type } = moved
  const kind = movementKind(type, source?.id ?? null)
  if (kind !== 'payment' && kind !== 'money_back' && kind !== 'dispute') return null
  if (source === null || source.amountMinor === null || source.currency === null) return null
  if (source.currency === moved.currency) return null
  // A debit that comes back takes along what had not been refunded before.
  const whole =
    type === 'payment_failure_refund' ? source.amountMinor - source.refundedMinor : source.amountMinor
  return { minor: leaves(moved) ? -whole : whole, currency: source.currency }
}

/** An amount so small that it settled as zero has the direction that its type says. */
function leaves({
  type,
  reportingCategory,
  amountMinor,
}: Pick<BalanceTransaction, 'type' | 'reportingCategory' | 'amountMinor'>): boolean {
  if (amountMinor !== 0n) return amountMinor < 0n
  if (type === 'adjustment') return reportingCategory !== 'dispute_reversal'
  return type !== 'charge' && type !== 'payment' && type !== 'refund_failure'
}

function isDispute(source: string | null): boolean {
  return source !== null && /^(dp|du)_/.test(source)
}
