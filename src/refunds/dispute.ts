import { earliest } from '../calendar/instant.ts'
import type { DisputeId } from '../ids.ts'
import type { Money } from '../money/money.ts'

/** What Stripe withdrew for a dispute (negative) or reinstated (positive), in minor units of the gift's currency. */
export type DisputeMovement = { readonly minor: bigint; readonly movedAt: Date }

/** A cardholder's complaint to the bank. Its amount can be smaller or larger than the gift's. */
export type Dispute = {
  readonly id: DisputeId
  /** The amount that Stripe withdrew first; before a withdrawal, the amount that is disputed. */
  readonly amount: Money
  /** Stripe's status. Stripe may add further ones. It says what is still open, and never how much money is gone. */
  readonly status: string
  readonly reason: string | null
  readonly evidenceDueBy: Date | null
  /** By time. Weeks may lie between the dispute and its first movement, where an inquiry became a dispute. */
  readonly movements: readonly DisputeMovement[]
  readonly createdAt: Date
}

/** Withdrawn and not reinstated, in minor units of the gift's currency; never negative. */
export function withdrawnMinor({ movements }: Dispute): bigint {
  const gone = movements.reduce((sum, { minor }) => sum - minor, 0n)
  return gone > 0n ? gone : 0n
}

/**
 * Whether what is withdrawn stays gone. Stripe may report `won` before it reinstates the money. What is withdrawn after a
 * reinstatement is lost, although Stripe's status remains `won`.
 */
export function isLost(dispute: Dispute): boolean {
  const { status, movements } = dispute
  if (withdrawnMinor(dispute) === 0n) return false
  return status === 'lost' || (status === 'won' && movements.some(isReinstatement))
}

/** When the money was first withdrawn; null: not yet. */
export function firstWithdrawnAt({ movements }: Dispute): Date | null {
  return earliest(...movements.filter((one) => !isReinstatement(one)).map(({ movedAt }) => movedAt))
}

/** When money was first reinstated; null: not yet. */
export function firstReinstatedAt({ movements }: Dispute): Date | null {
  return earliest(...movements.filter(isReinstatement).map(({ movedAt }) => movedAt))
}

/** A movement with its place among the movements in its direction, from 1. */
export type NumberedMovement = DisputeMovement & {
  readonly direction: 'withdrawn' | 'reinstated'
  readonly place: number
}

export function numberedMovements({ movements }: Dispute): NumberedMovement[] {
  return numbered(movements)
}

function numbered(movements: readonly DisputeMovement[]): NumberedMovement[] {
  const counts = { withdrawn: 0, reinstated: 0 }
  return movements.map((movement) => {
    const direction = isReinstatement(movement) ? 'reinstated' : 'withdrawn'
    counts[direction] += 1
    return { ...movement, direction, place: counts[direction] }
  })
}

function isReinstatement({ minor }: DisputeMovement): boolean {
  return minor > 0n
}

// A status that a dispute can reach later ranks higher. Unknown statuses rank among those of open disputes.
const RANK = new Map(
  [
    'warning_needs_response',
    'warning_under_review',
    'warning_closed',
    'prevented',
    'needs_response',
    'under_review',
    'lost',
    'won',
  ].map((status, rank) => [status, rank] as const),
)
const RANK_OF_UNKNOWN = 5

function rankOf({ status }: Dispute): number {
  return RANK.get(status) ?? RANK_OF_UNKNOWN
}

/** Money moves in one order, so the report with more movements is the later one, whatever its status. */
function isLater(reported: Dispute, known: Dispute): boolean {
  const moreMovements = reported.movements.length - known.movements.length
  if (moreMovements !== 0) return moreMovements > 0
  const byRank = rankOf(reported) - rankOf(known)
  return byRank > 0 || (byRank === 0 && reported.status > known.status)
}

/** What two reports of a dispute state together, in any order. @returns `known` when nothing changes */
export function mergedDispute(known: Dispute, reported: Dispute): Dispute {
  const rises = isLater(reported, known)
  const movements = mergedMovements(known.movements, reported.movements)
  const amount = amountAtStake(known, reported, rises)
  if (!rises && amount === known.amount && movements === known.movements) return known
  const { status, reason, evidenceDueBy } = rises ? reported : known
  return { ...known, amount, status, reason, evidenceDueBy, movements }
}

/**
 * Each report lists all movements so far, so a movement is known by its place among those in its direction. Of two times of
 * one movement the earlier counts.
 */
function mergedMovements(
  known: readonly DisputeMovement[],
  reported: readonly DisputeMovement[],
): readonly DisputeMovement[] {
  const keyed = (movements: readonly DisputeMovement[]) =>
    numbered(movements).map(
      ({ direction, place }, index) => [`${direction} ${place}`, movements[index]] as const,
    )
  const merged = new Map(keyed(known))
  for (const [key, movement] of keyed(reported)) {
    const before = merged.get(key)
    if (!before) merged.set(key, movement)
    else if (movement && movement.movedAt < before.movedAt)
      merged.set(key, { ...before, movedAt: movement.movedAt })
  }
  const movements = [...merged.values()].filter((movement) => movement !== undefined).toSorted(byTime)
  const isKnown =
    movements.length === known.length && movements.every((movement, index) => movement === known[index])
  return isKnown ? known : movements
}

/** Of two movements at one time the withdrawal comes first. */
function byTime(a: DisputeMovement, b: DisputeMovement): number {
  const apart = a.movedAt.getTime() - b.movedAt.getTime()
  return apart === 0 ? Number(isReinstatement(a)) - Number(isReinstatement(b)) : apart
}

/**
 * The amount is final once money was withdrawn. Before that the report of the higher status gives it, and of two reports
 * of one status the larger amount counts.
 */
function amountAtStake(known: Dispute, reported: Dispute, rises: boolean): Money {
  if (firstWithdrawnAt(known) !== null) return known.amount
  if (firstWithdrawnAt(reported) !== null || rises) return reported.amount
  const isLarger = reported.status === known.status && reported.amount.minor > known.amount.minor
  return isLarger ? reported.amount : known.amount
}
