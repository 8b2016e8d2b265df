import type { DepositsAtTheBank } from '../../../bank/deposit-list.ts'
import type { Role } from '../../../access/role.ts'
import type { ClosingObstacle } from '../../../reconciliation/months/closing-obstacle.ts'
import { furtherCount } from '../../../reconciliation/items/clearing-item.ts'
import { isTimingDifference } from '../../../reconciliation/items/difference.ts'
import type { ItemFacts } from '../../../reconciliation/months/month-facts.ts'
import type { PostedLater } from '../../../reconciliation/months/month-facts.ts'
import type { PriorPeriodAdjustment } from '../../../reconciliation/reconciliation.ts'
import type { DifferenceRecord, ReconciliationRecord } from '../../../reconciliation/reconciliation-record.ts'
import type { SignOffReview } from '../../../reconciliation/explanations/sign-off-review.ts'
import type { AccountSheet } from '../../../reports/books/account-sheet.ts'
import type { Bridge } from '../../../reports/books/bridge.ts'
import type { FinanceFrame, MonthChoice } from '../frame/finance-layout-view.ts'

export type MonthBooks = { readonly sheet: AccountSheet; readonly bridges: readonly Bridge[] }

/** All that the page of a month shows. */
export type MonthView = FinanceFrame &
  MonthChoice & {
    readonly record: ReconciliationRecord
    /** What keeps the month from being closed; none for a closed month. */
    readonly obstacles: readonly ClosingObstacle[]
    /** The days on which the items of the page were first booked; `from` null: earlier ones are carried forward to it. */
    readonly itemDays: { readonly from: string | null; readonly to: string }
    /** The first instant after the month. */
    readonly end: Date
    readonly facts: ReadonlyMap<string, ItemFacts>
    /** The postings that `record.priorPeriodAdjustments` counts, or the first of them. */
    readonly priorPeriodAdjustments: readonly PriorPeriodAdjustment[]
    /** Null while the month is open. */
    readonly postedLater: PostedLater | null
    /** The names of the donors of those postings, by donation. */
    readonly donorNames: ReadonlyMap<string, string>
    /** The accounts of the month, and how Stripe's balance came from its opening to its closing. */
    readonly books: MonthBooks
    /** What the bank statements say of the deposits that arrived in the month. */
    readonly atTheBank: DepositsAtTheBank
    /** Who reviewed what was accepted and written off, and what there is to review. */
    readonly review: SignOffReview
    /** Whether whoever looks may settle items and close the month. */
    readonly mayChange: boolean
    /** Set: everything is unfolded, for paper. */
    readonly printedAt: Date | null
  }

/** Items of one kind, with their sum in each currency. */
export type ItemGroup = {
  readonly kind: string
  readonly items: readonly DifferenceRecord[]
  readonly sums: readonly { readonly currency: string; readonly amount: number }[]
}

/** The groups in the order in which their first items come. */
export function groupsOf(items: readonly DifferenceRecord[]): ItemGroup[] {
  return [...Map.groupBy(items, ({ kind }) => kind)].map(([kind, group]) => ({
    kind,
    items: group,
    sums: sumsOf(group),
  }))
}

/** Those that stand for items which are not listed one by one. */
export function furtherItemsOf(items: readonly DifferenceRecord[]): DifferenceRecord[] {
  return items.filter((item) => furtherCount(item) !== null)
}

/** With their signs; the currency `xxx` stands for an amount that cannot be read. */
export function sumsOf(
  items: readonly { readonly currency: string; readonly amount: number }[],
): { currency: string; amount: number }[] {
  return [...Map.groupBy(items, ({ currency }) => currency)]
    .map(([currency, rows]) => ({ currency, amount: rows.reduce((sum, { amount }) => sum + amount, 0) }))
    .filter(({ currency }) => currency !== 'xxx')
}

export function toExplain({ differences }: ReconciliationRecord): DifferenceRecord[] {
  return differences.filter(({ explained }) => !explained)
}

/** What stood in the clearing account at the end of the month and leaves it, or has left it, by itself. */
export function timingDifferencesOf({ differences }: ReconciliationRecord): DifferenceRecord[] {
  return differences.filter(({ kind, explained }) => explained && isTimingDifference(kind))
}

export type WriteOffLine = ReconciliationRecord['writeOffs'][number]

export function waitsForApproval({ posted, declined }: WriteOffLine): boolean {
  return posted === null && declined === null
}

/** Whether somebody may settle items of finance's pages. */
export const CHANGING: Role = 'finance'
