import type { CurrencyCode } from '../../money/currency.ts'
import type { Money } from '../../money/money.ts'
import { balanceKind, type BalanceKind } from './balance-types.ts'
import { inGiftCurrency, type StripeMovement } from '../../refunds/exchanged-movements.ts'

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
  /** What its source bears as our mark, unchecked, and its source's customer. */
  readonly mark?: string | null
  readonly customerId?: string | null
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
  readonly mark?: string | null
  readonly customerId?: string | null
  readonly currency: CurrencyCode | null
  /** The amount of the object itself, never negative. */
  readonly amountMinor: bigint | null
  /** What refunds gave back of a charge. */
  readonly refundedMinor: bigint
  /** All balance transactions of a dispute; empty for other objects. */
  readonly movements: readonly StripeMovement[]
}

type Moved = Pick<BalanceTransaction, 'id' | 'type' | 'reportingCategory' | 'amountMinor' | 'currency'>

function kindOf({ type, reportingCategory }: Moved, source: BalanceSource | null): BalanceKind {
  return balanceKind({ type, reportingCategory, source: source?.id ?? null })
}

/** The id that events and the balance transaction both name. */
export function clearedBy(moved: Moved, source: BalanceSource | null): string {
  if (source === null) return moved.id
  switch (kindOf(moved, source)) {
    case 'payment':
    case 'bank_return':
      return source.paymentIntentId ?? source.id
    case 'refund':
    case 'refund_failure':
    case 'dispute':
    case 'payout':
      return source.id
    case 'own_fee':
    case 'topup':
    case 'reserve':
    case 'product':
    case 'activity':
    case 'unknown':
      return moved.id
  }
}

/** Kinds that clear what an event posted in the reader's currency. */
const CLEARING: ReadonlySet<BalanceKind> = new Set([
  'payment',
  'refund',
  'refund_failure',
  'bank_return',
  'dispute',
])

/** The transaction's amount in the reader's currency; null when that is the settlement currency. */
export function presentmentOf(moved: Moved, source: BalanceSource | null): Money | null {
  const kind = kindOf(moved, source)
  if (!CLEARING.has(kind)) return null
  if (source === null || source.amountMinor === null || source.currency === null) return null
  if (source.currency === moved.currency) return null
  const disputed = { minor: source.amountMinor, currency: source.currency }
  const share = inGiftCurrency(disputed, source.movements).find(({ id }) => id === moved.id)
  if (share) return { minor: share.giftMinor, currency: source.currency }
  // A returned debit takes back what had not been refunded before.
  const whole = kind === 'bank_return' ? source.amountMinor - source.refundedMinor : source.amountMinor
  return { minor: leaves(moved, kind) ? -whole : whole, currency: source.currency }
}

/** Whether money leaves. For an amount so small that it settled as zero, the kind decides. */
function leaves({ amountMinor, reportingCategory }: Moved, kind: BalanceKind): boolean {
  if (amountMinor !== 0n) return amountMinor < 0n
  if (kind === 'dispute') return reportingCategory !== 'dispute_reversal'
  return kind !== 'payment' && kind !== 'refund_failure'
}
