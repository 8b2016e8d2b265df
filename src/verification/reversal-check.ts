import type { Dispute, Refund } from '../refunds/reversals.ts'
import { compare, NOTHING, type Finding } from './finding.ts'
import type { Of } from './expectation.ts'

type Row = {
  readonly id: string
  /** The payment of the gift that it belongs to; null when there is no such gift. */
  readonly payment: string | null
  readonly currency: string
  readonly minor: bigint
}
export type FoundRefund = Row & Pick<Refund, 'kind' | 'status' | 'createdAt' | 'failedAt'>
export type FoundDispute = Row & Pick<Dispute, 'status' | 'withdrawnAt' | 'reinstatedAt'>

/** Rows against what is expected; whatever is left expected at the end is missing. */
export function refundDifferences(
  expected: ReadonlyMap<string, Of<Refund>>,
  found: readonly FoundRefund[],
): Finding[] {
  return paired('refund', expected, found, (refund, row) => [
    ['kind', refund.kind, row.kind],
    ['status', refund.status, row.status],
    ['made', refund.createdAt, row.createdAt],
    ['failed', refund.failedAt, row.failedAt],
  ])
}

export function disputeDifferences(
  expected: ReadonlyMap<string, Of<Dispute>>,
  found: readonly FoundDispute[],
): Finding[] {
  return paired('dispute', expected, found, (dispute, row) => [
    ['status', dispute.status, row.status],
    ['withdrawn', dispute.withdrawnAt, row.withdrawnAt],
    ['reinstated', dispute.reinstatedAt, row.reinstatedAt],
  ])
}

type Part = Refund | Dispute

function paired<Expected extends Part, Found extends Row>(
  what: 'refund' | 'dispute',
  expected: ReadonlyMap<string, Of<Expected>>,
  found: readonly Found[],
  own: (expected: Expected, found: Found) => Parameters<typeof compare>[2],
): Finding[] {
  const rows = new Map(found.map((row) => [row.id, row]))
  const missing = [...expected].flatMap(([object, { of }]): Finding[] =>
    rows.has(object)
      ? []
      : [
          {
            kind: `${what}_missing`,
            object,
            expected: `${of.amount.minor} ${of.amount.currency}`,
            found: NOTHING,
          },
        ],
  )
  const others = found.flatMap((row): Finding[] => {
    const known = expected.get(row.id)
    const amount = `${row.minor} ${row.currency}`
    if (!known) return [{ kind: `${what}_unexpected`, object: row.id, expected: NOTHING, found: amount }]
    const { payment, of } = known
    return compare(`${what}_differs`, row.id, [
      // A gift that is missing is reported as missing.
      ['payment', row.payment === null ? null : payment, row.payment],
      ['amount', `${of.amount.minor} ${of.amount.currency}`, amount],
      ...own(of, row),
    ])
  })
  return [...missing, ...others]
}

/** Ids on both sides, of things of which only that they are there is compared. */
export function presenceDifferences(
  what: 'fraud_warning' | 'subscription',
  expected: ReadonlySet<string>,
  found: ReadonlySet<string>,
): Finding[] {
  const missing = [...expected]
    .filter((id) => !found.has(id))
    .map((object) => ({
      kind: `${what}_missing` as const,
      object,
      expected: 'a row',
      found: NOTHING,
    }))
  const unexpected = [...found]
    .filter((id) => !expected.has(id))
    .map((object) => ({
      kind: `${what}_unexpected` as const,
      object,
      expected: NOTHING,
      found: 'a row',
    }))
  return [...missing, ...unexpected]
}
