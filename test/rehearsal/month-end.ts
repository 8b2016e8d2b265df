import { daysOf } from '../../src/calendar/month.ts'
import { closeMonth, signOff } from '../../src/reconciliation/close-month.ts'
import { isUnexplained } from '../../src/reconciliation/difference.ts'
import { reconcile } from '../../src/reconciliation/month-close-store.ts'
import { totals } from '../../src/reports/totals-store.ts'
import { monthNamed } from '../kit/month.ts'
import type { ExpectedDifference } from './book.ts'
import type { House } from './house.ts'
import type { Performer } from './performing.ts'

/** What a closed month's reports said, line by line. */
export type ClosedMonth = {
  readonly month: string
  readonly unexplained: string
  readonly figures: readonly string[]
  readonly signed: number
}

/**
 * What finance does some days after a month's end: reconciles, signs what Stripe alone knows, closes.
 * @param expected what the script put there; nothing else may differ
 * @returns the closed month's figures, and everything that was not as it should be
 */
export async function endMonth(
  { database, clock }: House,
  { paymentOf, transactionOf }: Performer,
  text: string,
  expected: readonly ExpectedDifference[],
): Promise<{ readonly closed: ClosedMonth; readonly problems: readonly string[] }> {
  const { pool } = database
  const month = monthNamed(text)
  const processing = { pool, timezone: 'America/New_York', now: clock }
  const by = 'finance@courier.example'
  const objectOf = ({ kind, key }: ExpectedDifference): string =>
    kind === 'missing_here' ? paymentOf(key) : transactionOf(key)

  const found = (await reconcile(pool, month, clock())).differences
  const donationBalance = found.filter(({ kind }) => isUnexplained(kind) || kind === 'not_settled')
  const wanted = expected.map((one) => `${one.kind} ${objectOf(one)} ${one.amount} ${one.currency}`)
  const had = donationBalance.map((one) => `${one.kind} ${one.object} ${one.amountMinor} ${one.currency}`)
  const problems = [
    ...wanted
      .filter((line) => !had.includes(line))
      .map((line) => `${text}: not found by reconciling: ${line}`),
    ...had
      .filter((line) => !wanted.includes(line))
      .map((line) => `${text}: a difference that nobody made: ${line}`),
  ]
  for (const one of expected) {
    const [object, kind] = [objectOf(one), one.kind]
    await signOff(processing, { month, object, kind, reason: `It is ours: ${one.key}`, by }).catch(
      (error: unknown) => problems.push(`${text}: ${object} could not be signed: ${String(error)}`),
    )
  }
  await closeMonth(processing, month, by).catch((error: unknown) =>
    problems.push(`${text}: ${String(error)}`),
  )
  const after = await reconcile(pool, month, clock())
  const open = after.unexplained
  const unexplained = open.map(({ amountMinor, currency }) => `${amountMinor} ${currency}`).join(', ') || '0'
  if (open.length > 0) problems.push(`${text}: ${unexplained} stay unexplained`)
  const closed = {
    month: text,
    unexplained,
    figures: await figuresOf(database, month),
    signed: expected.length,
  }
  return { closed, problems }
}

/** A month's reports as they are now. */
export async function figuresOf({ knex }: House['database'], month: string): Promise<string[]> {
  const range = daysOf(monthNamed(month))
  const rows = await Promise.all(
    (['day', 'article', 'campaign', 'frequency'] as const).map((by) => totals(knex, { ...range, by })),
  )
  return rows
    .flat()
    .map((row) =>
      [
        row.key,
        row.currency,
        row.donations,
        row.grossMinor,
        row.refundedMinor,
        row.disputedMinor,
        row.feeMinor,
      ].join(' '),
    )
}
