import type pg from 'pg'
import type { CurrencyCode } from '../money/currency.ts'
import { fundsOf, type Restriction } from '../newsroom/restriction.ts'
import { readRestrictions } from '../newsroom/restriction-store.ts'
import { articleTitles } from './article-title-store.ts'
import { failedDebitFees } from './books/failed-debits-store.ts'
import { summaryOf, type Overview, type Ranked, type TimeBar } from './overview.ts'
import { barOf, barsOf } from './period.ts'
import { restrictedFigures } from './read-restricted.ts'
import type { OverviewPeriod } from './report-period.ts'
import type { FiguresRow } from './totals/figures.ts'
import { readRates } from './totals/rates-store.ts'
import { keptSumsAreCurrent } from './totals/fold-worker.ts'
import { withFigures } from './totals/read-figures.ts'

const RANKED = 5

/** Everything that the overview says of a period. */
export async function readOverview(
  pool: pg.Pool,
  period: OverviewPeriod,
  reportingCurrency: CurrencyCode,
): Promise<Overview> {
  const { days, compared, basis, grain } = period
  const query = { ...days, basis, reportingCurrency }
  // What was posted just now is folded once for all that is read here: two who fold wait for each other, and only briefly.
  const [restrictions, rates] = await Promise.all([
    readRestrictions(pool),
    keptSumsAreCurrent(pool).then(() => readRates(pool, reportingCurrency, days.to)),
  ])
  const ranked = { order: 'net', limit: RANKED + 1 } as const
  // Two at once: ranking the stories takes as long as all else, and each transaction uses one processor.
  const [[stories, campaigns], [now, before, all, once, restricted], failedNow, failedBefore] =
    await Promise.all([
      withFigures(pool, basis, (read) =>
        Promise.all([
          read.rows({ ...query, by: 'article', ...ranked }, rates),
          read.rows({ ...query, by: 'campaign', ...ranked }, rates),
        ]),
      ),
      // The key figures show a total and how many donors gave; nothing else on the page does.
      withFigures(pool, basis, (read) =>
        Promise.all([
          read.figures({ ...query, by: 'frequency' }, rates),
          read.figures({ ...query, ...compared, by: 'frequency' }),
          read.rows({ ...query, by: grain }, rates),
          read.rows({ ...query, by: grain, only: { dimension: 'frequency', keys: ['once'] } }, rates),
          restrictedFigures(read, query, restrictions, rates),
        ]),
      ),
      failedDebitFees(pool, days),
      failedDebitFees(pool, compared),
    ])
  const summary = summaryOf(now)
  return {
    period,
    now: summary,
    before: summaryOf(before),
    currencies: now.total.currencies.toSorted((a, b) =>
      Number(b.converted.grossMinor - a.converted.grossMinor || b.donations - a.donations),
    ),
    bars: timeBars(period, all, once),
    stories: await rankedStories(pool, stories, restrictions),
    campaigns: rankedRows(campaigns, restrictions, 'campaign').slice(0, RANKED),
    restricted,
    failedDebitFees: { now: failedNow, before: failedBefore },
  }
}

function timeBars(
  { days, grain }: OverviewPeriod,
  all: readonly FiguresRow[],
  once: readonly FiguresRow[],
): TimeBar[] {
  const grossOf = (rows: readonly FiguresRow[]) => {
    const sums = new Map<string, bigint>()
    for (const { key, converted } of rows) {
      const bar = barOf(dayOfKey(key ?? ''), grain)
      sums.set(bar, (sums.get(bar) ?? 0n) + converted.grossMinor)
    }
    return sums
  }
  const [total, single] = [grossOf(all), grossOf(once)]
  return barsOf(days, grain).map((from) => {
    const onceMinor = single.get(from) ?? 0n
    return { from, onceMinor, recurringMinor: (total.get(from) ?? 0n) - onceMinor }
  })
}

/** `2026-01` and `2026` are keys of months and years. */
function dayOfKey(key: string): string {
  return key.length === 4 ? `${key}-01-01` : key.length === 7 ? `${key}-01` : key
}

async function rankedStories(
  pool: pg.Pool,
  rows: readonly FiguresRow[],
  restrictions: readonly Restriction[],
): Promise<Ranked[]> {
  const ranked = rankedRows(rows, restrictions, 'article').slice(0, RANKED)
  const titles = await articleTitles(
    pool,
    ranked.map(({ key }) => key),
  )
  return ranked.map((row) => ({ ...row, title: titles.get(row.key) ?? null }))
}

/** Rows with a key; gifts without a story or campaign are in none. */
function rankedRows(
  rows: readonly FiguresRow[],
  restrictions: readonly Restriction[],
  kind: Restriction['kind'],
): Ranked[] {
  const funds = fundsOf(restrictions, kind)
  return rows.flatMap(({ key, converted, currencies }) => {
    if (key === null) return []
    const donations = currencies.reduce((sum, one) => sum + one.donations, 0n)
    return [{ ...converted, key, title: null, donations, fund: funds.get(key) ?? null }]
  })
}
