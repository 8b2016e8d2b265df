import type { BalanceTransaction } from './balance-transaction.ts'
import { balanceKind } from './balance-types.ts'

/** The failure of a refund, with the refunded amount in minor units of the reader's currency. */
export type RefundFailure = {
  readonly id: string
  readonly paymentIntentId: string | null
  readonly createdAt: Date
  readonly presentmentMinor: bigint | null
}

export function isBankReturn(transaction: BalanceTransaction): boolean {
  return balanceKind(transaction) === 'bank_return'
}

/** Returned debits in another currency: their charge shows what is refunded now, not what was refunded at the return. */
export function foreignReturns(page: readonly BalanceTransaction[]): BalanceTransaction[] {
  return page.filter((one) => isBankReturn(one) && one.presentment !== null)
}

export function failuresIn(page: readonly BalanceTransaction[]): RefundFailure[] {
  return page
    .filter((one) => balanceKind(one) === 'refund_failure')
    .map(({ id, paymentIntentId, createdAt, presentment }) => ({
      id,
      paymentIntentId,
      createdAt,
      presentmentMinor: presentment?.minor ?? null,
    }))
}

/**
 * A returned debit takes back what had not been refunded at that time. A refund that failed since then no longer counts
 * on the charge but was not part of the return. Nothing is refunded after a return, so nothing else changed.
 */
export function withReturnedAmount(
  returned: BalanceTransaction,
  failures: readonly RefundFailure[],
): BalanceTransaction {
  const { presentment, paymentIntentId, createdAt } = returned
  if (presentment === null || paymentIntentId === null) return returned
  const since = failures.filter(
    (one) => one.paymentIntentId === paymentIntentId && one.createdAt >= createdAt,
  )
  const byId = new Map(since.map(({ id, presentmentMinor }) => [id, presentmentMinor ?? 0n]))
  const minor = [...byId.values()].reduce((sum, refunded) => sum + refunded, presentment.minor)
  return { ...returned, presentment: { ...presentment, minor } }
}
