import { z } from 'zod'
import { parseMonth, monthOf, type Month } from '../calendar/month.ts'
import { formatMoney } from '../money/money.ts'
import { localDate } from '../calendar/local-date.ts'
import { closeMonth, signOff, type ClosingDeps } from '../reconciliation/close-month.ts'
import { monthRecord } from '../reconciliation/month-record-store.ts'
import type { DifferenceRecord, ReconciliationRecord } from '../reconciliation/reconciliation-record.ts'
import { storedMoney } from '../money/stored-money.ts'
import { required, words, type AdminDeps, type Command } from './command.ts'

const month = z.string({ error: required('month') }).transform((text, context): Month => {
  const parsed = parseMonth(text)
  if (parsed) return parsed
  context.issues.push({ code: 'custom', message: '--month must be like 2026-01', input: text })
  return z.NEVER
})

/** Stripe's books against ours, month by month. */
export const reconciliationCommands: Readonly<Record<string, Command>> = {
  reconcile: {
    usage: '[--month 2026-01]',
    says: 'compares a month of Stripe’s books with ours; exits 1 when something is not explained or not read yet',
    options: ['month'],
    async run(deps, given) {
      const asked = z.object({ month: month.optional() }).parse(given).month
      const now = deps.clock()
      const running = monthOf(localDate(now, deps.newsroom.timezone))
      const books = await monthRecord(deps.database.pool, asked ?? running, now)
      const open = books.differences.filter(({ explained }) => !explained).length
      // What was never read is not explained either.
      const unread =
        books.completeUpTo === null ? ' so far; Stripe’s books have not been read to their end yet' : ''
      const differences = open === 0 ? '0' : `${open} ${open === 1 ? 'difference' : 'differences'}`
      return {
        out: report(books),
        note: `unexplained: ${differences}${unread}`,
        ...(open === 0 && unread === '' ? {} : { code: 1 }),
      }
    },
  },
  'sign-difference': {
    usage: '--month 2026-01 --object txn_… --kind unknown_type --reason "…" --by you@news.example',
    says: 'explains a difference, so that its month can be closed; an auditor will read the reason',
    options: ['month', 'object', 'kind', 'reason', 'by'],
    async run(deps, given) {
      const schema = {
        month,
        object: words('object'),
        kind: words('kind'),
        reason: words('reason'),
        by: words('by'),
      }
      const signature = z.object(schema).parse(given)
      await signOff(closing(deps), signature)
      return { note: `Signed: ${signature.object} (${signature.kind}) in ${signature.month}.` }
    },
  },
  'close-month': {
    usage: '--month 2026-01 --by you@news.example',
    says: 'closes a month with nothing unexplained; its figures never move again',
    options: ['month', 'by'],
    async run(deps, given) {
      const asked = z.object({ month, by: words('by') }).parse(given)
      await closeMonth(closing(deps), asked.month, asked.by)
      return { note: `${asked.month} is closed. What is learned about it later is booked in the open month.` }
    },
  },
}

function closing({ database, newsroom, clock }: AdminDeps): ClosingDeps {
  return { pool: database.pool, timezone: newsroom.timezone, now: clock }
}

function report(books: ReconciliationRecord): string {
  const { month: name, closedAt, closedBy, completeUpTo, payouts, differences, signed, late } = books
  return [
    closedAt === null ? `${name}: open` : `${name}: closed ${closedAt} by ${closedBy}`,
    completeUpTo === null
      ? 'Stripe’s books have not been read to their end yet.'
      : `Complete up to ${completeUpTo}`,
    ...payouts.map(
      ({ id, status, amount, currency, arrivalDate, itemisation }) =>
        `payout ${id}  ${arrivalDate}  ${shown(amount, currency)}  ${status}  ${ITEMISATION[itemisation]}`,
    ),
    ...differences.map(line),
    ...signed.map(
      ({ object, kind, amount, currency, reason, signedOffBy }) =>
        `signed ${object}  ${kind}  ${shown(amount, currency)}  by ${signedOffBy}: ${reason}`,
    ),
    ...late.map(({ month: of, entries }) => `late: ${entries} ledger transactions of ${of}, closed before`),
  ].join('\n')
}

const ITEMISATION = {
  complete: 'itemised',
  awaited: 'itemised by Stripe later',
  not_possible: 'manual: Stripe cannot itemise it',
} as const

function line({ kind, object, amount, currency, what, todo, explained }: DifferenceRecord): string {
  return `${explained ? 'note' : 'UNEXPLAINED'} ${object}  ${kind}  ${shown(amount, currency)}  ${what}. ${todo}`
}

/** An event that could not be read has no amount. */
function shown(amount: number, currency: string): string {
  if (currency === 'xxx') return '–'
  return `${formatMoney(storedMoney(BigInt(amount), currency), 'en')} ${currency.toUpperCase()}`
}
