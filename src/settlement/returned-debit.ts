import type { BalanceTransaction } from './balance-transaction.ts'

/** A refund's failure, as far as it says what was refunded before it. Minor units of the reader's currency. */
export type RefundFailure = {
  readonly id: string
  readonly paymentIntentId: string | null
  readonly createdAt: Date
  readonly presentmentMinor: bigint | null
}

/** Debits that came back in another currency: their charge says what is refunded now, not what was by then. */
export function returnsAbroad(page: readonly BalanceTransaction[]): BalanceTransaction[] {
  return page.filter(({ type, presentment }) => type === 'payment_failure_refund' && presentment !== null)
}

export function failuresIn(page: readonly BalanceTransaction[]): RefundFailure[] {
  return page
    .filter(({ type }) => type === 'refund_failure')
    .map(({ id, paymentIntentId, createdAt, presentment }) => ({
      id,
      paymentIntentId,
      createdAt,
      presentmentMinor: presentment?.minor ?? null,
    }))
}

/**
 * A debit that comes back takes along what had not been refunded by then. A refund that failed since no longer counts
 * on the charge, but was not part of what came back. Nothing is refunded after a return, so this is all that changed.
 */
export function asItReturned(
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
