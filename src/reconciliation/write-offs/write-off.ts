import { localDate, type LocalDate } from '../../calendar/local-date.ts'
import { daysOf, monthOf, type ClosedMonths, type Month } from '../../calendar/month.ts'
import { reversedEntries, type LedgerAccount, type LedgerEntry } from '../../ledger/ledger.ts'
import { storedMoney } from '../../money/money.ts'
import type { DifferenceKind } from '../items/difference.ts'

/**
 * A reconciling item leaves the account that holds it by an entry to an account of the newsroom's choice. An accepted
 * exception explains and posts nothing; a write-off posts.
 */

const CLEARING = ['stripe_clearing'] as const
const PAYOUT = ['payouts_in_transit', 'bank'] as const

/** By kind of difference, the accounts one of which holds its amount under its object. Other kinds stand on no account. */
export const holdingAccounts = {
  missing_at_stripe: CLEARING,
  missing_here: CLEARING,
  amount_mismatch: CLEARING,
  currency_mismatch: CLEARING,
  unknown_type: CLEARING,
  adjustment: CLEARING,
  payout_not_returned: PAYOUT,
  payout_unknown: PAYOUT,
} as const satisfies Partial<Record<DifferenceKind, readonly LedgerAccount[]>>

export type WrittenOffKind = keyof typeof holdingAccounts

/** Whether a difference of this kind can be written off. */
export function mayBeWrittenOff(kind: string): kind is WrittenOffKind {
  return Object.hasOwn(holdingAccounts, kind)
}

/** The accounts to which an item may be written off. */
export const writeOffTargets = [
  'write_offs',
  'other_income',
  'other_expenses',
] as const satisfies readonly LedgerAccount[]
export type WriteOffTarget = (typeof writeOffTargets)[number]

export const writeOffDecisions = ['posted', 'declined', 'reversed'] as const
export type WriteOffDecision = (typeof writeOffDecisions)[number]

/** Whether a second person has to approve a write-off before it is posted: WRITE_OFF_APPROVAL. */
export type WriteOffApproval = 'none' | 'second_person'

export type Decided = { readonly by: string; readonly at: Date; readonly reason: string | null }

export type WriteOff = {
  readonly id: string
  /** On whose page it was prepared. */
  readonly month: Month
  /** Stripe's id of the item. */
  readonly object: string
  readonly kind: WrittenOffKind
  readonly currency: string
  /** What the item stood at in `fromAccount`: minor units, a debit is positive. */
  readonly amountMinor: bigint
  readonly fromAccount: LedgerAccount
  readonly toAccount: WriteOffTarget
  readonly reason: string
  readonly needsApproval: boolean
  readonly preparedBy: string
  readonly preparedAt: Date
  readonly posted: Decided | null
  readonly declined: Decided | null
  readonly reversed: Decided | null
}

/** `waiting`: nothing is posted, and the item stays unexplained. */
export type WriteOffState = 'waiting' | 'posted' | 'declined' | 'reversed'

export function stateOf({ posted, declined, reversed }: WriteOff): WriteOffState {
  if (declined) return 'declined'
  if (reversed) return 'reversed'
  return posted ? 'posted' : 'waiting'
}

/** What a write-off posts: the item leaves the account that holds it. */
export function writeOffEntries({
  fromAccount,
  toAccount,
  currency,
  amountMinor,
}: Pick<WriteOff, 'fromAccount' | 'toAccount' | 'currency' | 'amountMinor'>): LedgerEntry[] {
  const amount = storedMoney(amountMinor, currency)
  return [{ account: toAccount, amount }, ...reversedEntries([{ account: fromAccount, amount }])]
}

/**
 * The day for which a write-off counts: the last of the month that it belongs to, so that the month ends without the
 * item; today while that month runs, and once it is closed.
 */
export function writeOffDay(month: Month, today: LocalDate, closed: ClosedMonths): LocalDate {
  return month < monthOf(today) && !closed.has(month) ? (daysOf(month).to as LocalDate) : today
}

/** Every day for which a write-off that was posted at this instant may count. */
export function daysOfWriteOff(month: Month, postedAt: Date, timezone: string): LocalDate[] {
  const today = localDate(postedAt, timezone)
  return [writeOffDay(month, today, new Set()), today]
}
