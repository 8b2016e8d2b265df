import { daysOf } from '../../../src/calendar/month.ts'
import { closeMonth, signOff } from '../../../src/reconciliation/months/close-month.ts'
import { isUnexplained } from '../../../src/reconciliation/items/difference.ts'
import { reconcile } from '../../../src/reconciliation/months/month-close-store.ts'
import { totals } from '../../../src/reports/totals/read-figures.ts'
import { monthNamed } from '../../kit/named.ts'
import type { ExpectedDifference } from '../script/expected.ts'
import type { RehearsalService } from './service.ts'
import type { Performer } from './performer.ts'
import { operator } from '../../kit/admin.ts'

/** A closed month with the rows of its reports. */
export type ClosedMonth = {
  readonly month: string
  readonly unexplained: string
  readonly figures: readonly string[]
  readonly signedOff: number
}

/**
 * What finance does some days after a month's end: reconciles it, signs the expected differences off and closes it.
 * @param expected the only differences that reconciling may find
 * @returns the closed month, and everything that was not as expected
 */
export async function endMonth(
  { database, clock }: RehearsalService,
  { transactionOf }: Performer,
  name: string,
  expected: readonly ExpectedDifference[],
): Promise<{ readonly closed: ClosedMonth; readonly problems: readonly string[] }> {
  const { pool } = database
  const month = monthNamed(name)
  const deps = { pool, timezone: 'America/New_York', now: clock }
  const by = operator('finance@courier.example')
  const objectOf = ({ kind, key }: ExpectedDifference): string =>
    kind === 'other_activity' ? key : transactionOf(key)

  const differences = (await reconcile(pool, month, clock())).differences
  const open = differences.filter(({ kind }) => isUnexplained(kind) || kind === 'not_settled')
  const expectedLines = expected.map((one) => `${one.kind} ${objectOf(one)} ${one.amount} ${one.currency}`)
  const foundLines = open.map((one) => `${one.kind} ${one.object} ${one.amountMinor} ${one.currency}`)
  const problems = [
    ...expectedLines
      .filter((line) => !foundLines.includes(line))
      .map((line) => `${name}: reconciling did not find: ${line}`),
    ...foundLines
      .filter((line) => !expectedLines.includes(line))
      .map((line) => `${name}: reconciling found an unexpected difference: ${line}`),
  ]
  for (const one of expected) {
    const [object, kind] = [objectOf(one), one.kind]
    await signOff(deps, { month, object, kind, reason: `It is ours: ${one.key}`, by }).catch(
      (error: unknown) => problems.push(`${name}: ${object} could not be signed off: ${String(error)}`),
    )
  }
  await closeMonth(deps, month, by).catch((error: unknown) => problems.push(`${name}: ${String(error)}`))
  const after = await reconcile(pool, month, clock())
  const remaining = after.unexplained
  const unexplained =
    remaining.map(({ amountMinor, currency }) => `${amountMinor} ${currency}`).join(', ') || '0'
  if (remaining.length > 0) problems.push(`${name}: ${unexplained} stay unexplained`)
  const closed = {
    month: name,
    unexplained,
    figures: await figuresOf(database, month),
    signedOff: expected.length,
  }
  return { closed, problems }
}

/** The rows of a month's reports as they are now, one line each. */
export async function figuresOf({ pool }: RehearsalService['database'], month: string): Promise<string[]> {
  const range = daysOf(monthNamed(month))
  const rows = await Promise.all(
    (['day', 'article', 'campaign', 'frequency'] as const).map((by) => totals(pool, { ...range, by })),
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
