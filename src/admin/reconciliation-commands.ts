import { z } from 'zod'
import { monthOf, neighbour, parseMonth, type Month } from '../calendar/month.ts'
import { parsedBy } from '../http/parse.ts'
import { formatMoney, storedMoney } from '../money/money.ts'
import { localDate } from '../calendar/local-date.ts'
import { itemCount } from '../reconciliation/items/clearing-item.ts'
import { explainOtherActivity } from '../reconciliation/explanations/explain.ts'
import { freezeMonthExports } from '../exports/month-exports-store.ts'
import { closeMonth, signOff, type ClosingDeps } from '../reconciliation/months/close-month.ts'
import { monthRecord } from '../reconciliation/months/month-close-store.ts'
import { firstMonthOfBooks, monthsInList } from '../reconciliation/months/month-list-store.ts'
import type { DifferenceRecord, ReconciliationRecord } from '../reconciliation/reconciliation-record.ts'
import type { StoredClosing } from '../reconciliation/months/stored-record.ts'
import { by, operatorOf } from './operator.ts'
import { required, words, type AdminDeps, type Command, type Outcome } from './command.ts'

const month = z
  .string({ error: required('month') })
  .transform(parsedBy(parseMonth, '--month must be like 2026-01'))

/** As many as finance's list of months shows at once. */
const EARLIER_MONTHS = 12

/** Commands about a month's reconciliation and its closing. */
export const reconciliationCommands: Readonly<Record<string, Command>> = {
  reconcile: {
    usage: '[--month 2026-01]',
    summary:
      'compares a month of Stripe’s balance with the ledger, and without --month names the earlier months that are not explained; exits 1 when something is unexplained or not read yet',
    options: ['month'],
    async run(deps, given) {
      const asked = z.object({ month: month.optional() }).parse(given).month
      const now = deps.clock()
      const running = monthOf(localDate(now, deps.newsroom.timezone))
      const read = await monthRecord(deps.database.pool, asked ?? running, now)
      if (read.record === null) return unreadable(read.unreadable)
      const { record } = read
      const open = itemCount(record.differences.filter(({ explained }) => !explained))
      // What was never read cannot count as explained.
      const unread =
        record.completeUpTo === null ? ' so far; Stripe’s balance has not been read to its end yet' : ''
      const earlier = asked === undefined ? await unexplainedBefore(deps, running) : []
      const others = earlier.map(
        (one) => `; in ${one.month}: ${differencesIn(one.unexplained)} (--month ${one.month})`,
      )
      return {
        out: report(record),
        note: `unexplained: ${differencesIn(open)}${unread}${others.join('')}`,
        ...(open === 0 && unread === '' && earlier.length === 0 ? {} : { code: 1 }),
      }
    },
  },
  'sign-difference': {
    usage: '--month 2026-01 --object txn_… --kind unknown_type --reason "…" --by you@news.example',
    summary:
      'signs a difference off with a reason, which an auditor will read, so that its month can be closed',
    options: ['month', 'object', 'kind', 'reason', 'by'],
    async run(deps, given) {
      const schema = {
        month,
        object: words('object'),
        kind: words('kind'),
        reason: words('reason'),
        by,
      }
      const difference = z.object(schema).parse(given)
      const operator = await operatorOf(deps, difference.by, 'finance')
      await signOff(closing(deps), { ...difference, by: operator })
      return { note: `Signed off: ${difference.object} (${difference.kind}) in ${difference.month}.` }
    },
  },
  'explain-other-activity': {
    usage: '--by you@news.example [--withdraw]',
    summary:
      'says once that the activity of other programs on the Stripe account is not the newsroom’s to explain; --withdraw takes it back',
    options: ['by'],
    flags: ['withdraw'],
    async run(deps, given) {
      const asked = z.object({ by, withdraw: z.boolean().default(false) }).parse(given)
      const { withdraw } = asked
      const operator = await operatorOf(deps, asked.by, 'finance')
      await explainOtherActivity(closing(deps), { isExplained: !withdraw, by: operator })
      return {
        note: withdraw
          ? 'Other activity on the Stripe account is a difference of each open month again.'
          : 'Other activity on the Stripe account counts as explained.',
      }
    },
  },
  'close-month': {
    usage: '--month 2026-01 --by you@news.example',
    summary: 'closes a month in which nothing is unexplained; its figures never change again',
    options: ['month', 'by'],
    async run(deps, given) {
      const asked = z.object({ month, by }).parse(given)
      await closeMonth(closing(deps), asked.month, await operatorOf(deps, asked.by, 'finance'))
      return {
        note: `${asked.month} is closed. What becomes known about it later is posted to the open month.`,
      }
    },
  },
}

function differencesIn(count: number): string {
  return count === 0 ? '0' : `${count} ${count === 1 ? 'difference' : 'differences'}`
}

/** The months of the year before this one that are not explained, the newest first. */
async function unexplainedBefore({ database: { pool }, clock }: AdminDeps, running: Month) {
  const first = (await firstMonthOfBooks(pool)) ?? running
  const months = Array.from({ length: EARLIER_MONTHS }, (_, index) => neighbour(running, -1 - index)).filter(
    (earlier) => earlier >= first,
  )
  if (months.length === 0) return []
  return (await monthsInList(pool, months, clock())).filter(({ unexplained }) => unexplained > 0)
}

/** What is stored goes to standard output whole: it is evidence, whatever its shape. */
function unreadable({ month: name, closedAt, closedBy, version, stored }: StoredClosing): Outcome {
  return {
    out: JSON.stringify(stored, null, 2),
    note: `${name} was closed at ${closedAt.toISOString()} by ${closedBy}. This release cannot read its record, which has version ${version}; above it is as it is stored.`,
    code: 1,
  }
}

function closing({ database, newsroom, clock }: AdminDeps): ClosingDeps {
  const { timezone } = newsroom
  const freezeExports: ClosingDeps['freezeExports'] = (tx, closed) => freezeMonthExports(tx, closed, timezone)
  return { pool: database.pool, timezone, now: clock, freezeExports }
}

function report(record: ReconciliationRecord): string {
  const {
    month: name,
    closedAt,
    closedBy,
    completeUpTo,
    payouts,
    differences,
    signOffs,
    priorPeriodAdjustments,
  } = record
  return [
    closedAt === null ? `${name}: open` : `${name}: closed ${closedAt} by ${closedBy}`,
    completeUpTo === null
      ? 'Stripe’s balance has not been read to its end yet.'
      : `Complete up to ${completeUpTo}`,
    ...beforeTheBooks(record),
    ...payouts.map(
      ({ id, status, amount, currency, arrivalDate, itemisation }) =>
        `payout ${id}  ${arrivalDate}  ${shown(amount, currency)}  ${status}  ${ITEMISATION[itemisation]}`,
    ),
    ...differences.map(line),
    ...signOffs.map(
      ({ object, kind, amount, currency, reason, signedOffBy }) =>
        `signed off ${object}  ${kind}  ${shown(amount, currency)}  by ${signedOffBy}: ${reason}`,
    ),
    ...priorPeriodAdjustments.map(
      ({ period, transactions }) =>
        `prior-period adjustment: ${transactions} ${transactions === 1 ? 'ledger transaction' : 'ledger transactions'} for ${period}, which was closed before`,
    ),
  ].join('\n')
}

function beforeTheBooks({ beforeTheBooks: { opening, reversals } }: ReconciliationRecord): string[] {
  const balances = opening?.balances.map(({ amount, currency }) => shown(amount, currency)).join(', ')
  return [
    ...(opening
      ? [`The books open on ${opening.opensOn} with ${balances || 'nothing'} in Stripe’s balance.`]
      : []),
    ...reversals.map(
      ({ object, type, amount, currency }) =>
        `before the books ${object}  ${type}  ${shown(amount, currency)}  reverses a charge before they opened`,
    ),
  ]
}

const ITEMISATION = {
  complete: 'itemised',
  awaited: 'itemised by Stripe later',
  not_possible: 'Stripe does not itemise it',
} as const

function line({ kind, object, amount, currency, what, todo, explained }: DifferenceRecord): string {
  return `${explained ? 'note' : 'UNEXPLAINED'} ${object}  ${kind}  ${shown(amount, currency)}  ${what}. ${todo}`
}

/** An event that could not be read has no amount and the currency `xxx`. */
function shown(amount: number, currency: string): string {
  if (currency === 'xxx') return '–'
  return `${formatMoney(storedMoney(BigInt(amount), currency), 'en')} ${currency.toUpperCase()}`
}
