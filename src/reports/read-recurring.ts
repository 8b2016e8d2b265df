import type pg from 'pg'
import { firstOfMonth, lastOfMonth, monthsAway } from '../calendar/days.ts'
import type { CurrencyCode } from '../money/currency.ts'
import { agreementMonths } from '../subscriptions/agreement.ts'
import {
  countFailing,
  endedAgreements,
  failingAgreements,
  runningAgreements,
  startedAgreements,
} from '../subscriptions/agreement-store.ts'
import { convertedMinor, recurringKinds, type Recurring, type RecurringKind } from './recurring.ts'
import { withFigures } from './totals/read-figures.ts'
import { readRates } from './totals/rates-store.ts'

const MONTHS = 12
/** The page names so many of those that fail; the rest is counted. */
const FAILING = 50

type Asked = {
  /** The newsroom's day and time zone. */
  readonly today: string
  readonly timezone: string
  readonly reportingCurrency: CurrencyCode
}

/** What recurring donations run, what they will bring next month, and the last twelve months of each frequency. */
export async function readRecurring(pool: pg.Pool, asked: Asked): Promise<Recurring> {
  const { today, timezone, reportingCurrency } = asked
  const from = monthsAway(firstOfMonth(today), 1 - MONTHS)
  const months = Array.from({ length: MONTHS }, (_, index) => monthsAway(from, index).slice(0, 7))
  const readRevenue = async () => {
    const days = { from, to: lastOfMonth(today), basis: 'booked' } as const
    const rates = await readRates(pool, reportingCurrency, days.to)
    return withFigures(pool, days.basis, async (read) => {
      const revenueOf = async (kind: RecurringKind) => {
        const only = { dimension: 'frequency', keys: [kind] } as const
        const rows = await read.rows({ ...days, by: 'month', reportingCurrency, only }, rates)
        return new Map(rows.map(({ key, converted }) => [key, converted]))
      }
      const [monthly, yearly] = await Promise.all([revenueOf('monthly'), revenueOf('yearly')])
      return { monthly, yearly }
    })
  }
  const [expectation, started, ended, failing, failingCount, revenue] = await Promise.all([
    readExpected(pool, asked),
    startedAgreements(pool, from, timezone),
    endedAgreements(pool, from, timezone),
    failingAgreements(pool, FAILING),
    countFailing(pool),
    readRevenue(),
  ])
  const monthsOf = (kind: RecurringKind) => {
    const of = <Row extends { readonly frequency: string }>(rows: readonly Row[]) =>
      rows.filter(({ frequency }) => frequency === kind)
    const runningNow = of(expectation.running).reduce((sum, { agreements }) => sum + agreements, 0n)
    return agreementMonths(months, runningNow, of(started), of(ended)).map((row) => ({
      ...row,
      grossMinor: revenue[kind].get(row.month)?.grossMinor ?? 0n,
      netMinor: revenue[kind].get(row.month)?.netMinor ?? 0n,
    }))
  }
  const [first, second] = recurringKinds
  return {
    ...expectation,
    currency: reportingCurrency,
    months: { [first]: monthsOf(first), [second]: monthsOf(second) },
    failing,
    failingCount,
  }
}

/** What recurring donations will bring next month. */
export async function readExpected(
  pool: pg.Pool,
  { today, timezone, reportingCurrency }: Asked,
): Promise<Pick<Recurring, 'nextMonth' | 'running' | 'expectedMinor'>> {
  const nextMonth = monthsAway(firstOfMonth(today), 1)
  const [agreements, rates] = await Promise.all([
    runningAgreements(pool, nextMonth, timezone),
    readRates(pool, reportingCurrency, today),
  ])
  const running = agreements.map((one) => ({
    ...one,
    expectedConverted: convertedMinor(one.expectedMinor, rates.get(one.currency)),
  }))
  const expectedMinor = running.reduce<bigint | null>(
    (sum, { expectedConverted: minor }) => (sum === null || minor === null ? null : sum + minor),
    0n,
  )
  return { nextMonth: nextMonth.slice(0, 7), running, expectedMinor }
}
