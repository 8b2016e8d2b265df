import type { CurrencyCode } from '../money/currency.ts'
import type { Money } from '../money/money.ts'
import { inGiftCurrency, type StripeMovement } from '../refunds/exchanged-movements.ts'

/** One balance transaction as Stripe's API lists it. Amounts are in minor units of the settlement currency. */
export type BalanceTransaction = {
  readonly id: string
  /** Stripe's value; the list is open. */
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
  /** The object that the ledger names, too; a transaction that only Stripe knows of names itself. */
  readonly clears: string
  readonly paymentIntentId: string | null
  /** The amount in the reader's currency, with the sign of `amountMinor`; null when that is the settlement currency. */
  readonly presentment: Money | null
  /** A decimal, as Stripe writes it. */
  readonly exchangeRate: string | null
  readonly description: string | null
}

/** The part of a balance transaction's source that is used here; an id alone where Stripe did not expand it. */
export type BalanceSource = {
  readonly id: string
  readonly paymentIntentId: string | null
  readonly currency: CurrencyCode | null
  /** The amount of the object itself, never negative. */
  readonly amountMinor: bigint | null
  /** What refunds gave back of a charge. */
  readonly refundedMinor: bigint
  /** All balance transactions of a dispute; empty for other objects. */
  readonly movements: readonly StripeMovement[]
}

/** How a balance transaction is posted; `unknown` stays visible in the clearing account. */
type TransactionKind = 'payment' | 'refund' | 'dispute' | 'own_fee' | 'payout' | 'unknown'

const KINDS: ReadonlyMap<string, TransactionKind> = new Map([
  ['charge', 'payment'],
  ['payment', 'payment'],
  ['refund', 'refund'],
  ['payment_refund', 'refund'],
  ['refund_failure', 'refund'],
  ['payment_failure_refund', 'refund'],
  ['stripe_fee', 'own_fee'],
  ['stripe_fx_fee', 'own_fee'],
  ['tax_fee', 'own_fee'],
  ['payout', 'payout'],
  ['payout_failure', 'payout'],
  ['payout_cancel', 'payout'],
])

/** @param source the id of the transaction's source: an adjustment of a dispute is known, any other is not */
export function transactionKind(type: string, source: string | null): TransactionKind {
  if (type === 'adjustment') return isDispute(source) ? 'dispute' : 'unknown'
  return KINDS.get(type) ?? 'unknown'
}

/** The id that events and the balance transaction both name. */
export function clearedBy(id: string, type: string, source: BalanceSource | null): string {
  if (source === null) return id
  switch (transactionKind(type, source.id)) {
    case 'payment':
      return source.paymentIntentId ?? source.id
    case 'refund':
      return type === 'payment_failure_refund' ? (source.paymentIntentId ?? source.id) : source.id
    case 'dispute':
    case 'payout':
      return source.id
    case 'own_fee':
    case 'unknown':
      return id
  }
}

/** The transaction's amount in the reader's currency; null when that is the settlement currency. */
export function presentmentOf(
  moved: Pick<BalanceTransaction, 'id' | 'type' | 'reportingCategory' | 'amountMinor' | 'currency'>,
  source: BalanceSource | null,
): Money | null {
  const { type } = moved
  const kind = transactionKind(type, source?.id ?? null)
  if (kind !== 'payment' && kind !== 'refund' && kind !== 'dispute') return null
  if (source === null || source.amountMinor === null || source.currency === null) return null
  if (source.currency === moved.currency) return null
  const disputed = { minor: source.amountMinor, currency: source.currency }
  const share = inGiftCurrency(disputed, source.movements).find(({ id }) => id === moved.id)
  if (share) return { minor: share.giftMinor, currency: source.currency }
  // A returned debit takes back what had not been refunded before.
  const whole =
    type === 'payment_failure_refund' ? source.amountMinor - source.refundedMinor : source.amountMinor
  return { minor: leaves(moved) ? -whole : whole, currency: source.currency }
}

/** Whether money leaves. For an amount so small that it settled as zero, the type decides. */
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
