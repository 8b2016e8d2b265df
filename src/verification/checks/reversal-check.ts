import type { Dispute, DisputeMovement } from '../../refunds/dispute.ts'
import type { Refund } from '../../refunds/reversals.ts'
import type { OfPayment } from '../expectation.ts'
import { compareColumns, missing, unexpected, type Compared, type Finding } from '../finding.ts'

type ReversalRow = {
  readonly id: string
  /** The payment of the donation that it belongs to; null when there is no such donation. */
  readonly payment: string | null
  readonly currency: string
  readonly minor: bigint
}
export type RefundRow = ReversalRow & Pick<Refund, 'kind' | 'status' | 'createdAt' | 'failedAt'>
export type DisputeRow = ReversalRow & Pick<Dispute, 'status' | 'movements'>

export function refundFindings(
  expected: ReadonlyMap<string, OfPayment<Refund>>,
  found: readonly RefundRow[],
  isStored: (payment: string) => boolean,
): Finding[] {
  return pairFindings('refund', { expected, found, isStored }, (refund, row) => [
    ['kind', refund.kind, row.kind],
    ['status', refund.status, row.status],
    ['made', refund.createdAt, row.createdAt],
    ['failed', refund.failedAt, row.failedAt],
  ])
}

export function disputeFindings(
  expected: ReadonlyMap<string, OfPayment<Dispute>>,
  found: readonly DisputeRow[],
  isStored: (payment: string) => boolean,
): Finding[] {
  return pairFindings('dispute', { expected, found, isStored }, (dispute, row) => [
    ['status', dispute.status, row.status],
    ['movements', movementsText(dispute.movements), movementsText(row.movements)],
  ])
}

/** A row of `dispute_movements` whose dispute does not exist. */
export type OrphanMovement = {
  readonly disputeId: string
  readonly currency: string
  readonly minor: bigint
}

/** A dispute that is missing is reported itself. */
export function orphanMovementFindings(
  expected: ReadonlyMap<string, unknown>,
  orphans: readonly OrphanMovement[],
): Finding[] {
  return orphans
    .filter(({ disputeId }) => !expected.has(disputeId))
    .map(({ disputeId, currency, minor }) =>
      unexpected('dispute_unexpected', disputeId, `a movement of ${minor} ${currency}`),
    )
}

function movementsText(movements: readonly DisputeMovement[]): string {
  return movements.map(({ minor, movedAt }) => `${minor} at ${movedAt.toISOString()}`).join(', ')
}

/** Compares rows with what is expected, paired by their ids. @param columnsOf what only this kind has */
function pairFindings<Expected extends Refund | Dispute, Row extends ReversalRow>(
  what: 'refund' | 'dispute',
  {
    expected,
    found,
    isStored,
  }: {
    readonly expected: ReadonlyMap<string, OfPayment<Expected>>
    readonly found: readonly Row[]
    /** Whether there is a donation with this payment. */
    readonly isStored: (payment: string) => boolean
  },
  columnsOf: (expected: Expected, found: Row) => readonly Compared[],
): Finding[] {
  const rows = new Map(found.map((row) => [row.id, row]))
  const absent = [...expected].flatMap(([id, { value }]) =>
    rows.has(id) ? [] : [missing(`${what}_missing`, id, textOf(value))],
  )
  const unequal = found.flatMap((row): Finding[] => {
    const known = expected.get(row.id)
    const amount = `${row.minor} ${row.currency}`
    if (!known) return [unexpected(`${what}_unexpected`, row.id, amount)]
    const { payment, value } = known
    return compareColumns(`${what}_differs`, row.id, [
      // A missing donation is reported as missing, and not a second time here.
      ['payment', row.payment === null && !isStored(payment) ? null : payment, row.payment],
      ['amount', textOf(value), amount],
      ...columnsOf(value, row),
    ])
  })
  return [...absent, ...unequal]
}

function textOf({ amount }: Refund | Dispute): string {
  return `${amount.minor} ${amount.currency}`
}

/** For rows of which only the presence is compared. */
export function presenceFindings(
  what: 'fraud_warning' | 'subscription',
  expected: ReadonlySet<string>,
  found: ReadonlySet<string>,
): Finding[] {
  const absent = [...expected].filter((id) => !found.has(id))
  const surplus = [...found].filter((id) => !expected.has(id))
  return [
    ...absent.map((id) => missing(`${what}_missing`, id, 'a row')),
    ...surplus.map((id) => unexpected(`${what}_unexpected`, id, 'a row')),
  ]
}
