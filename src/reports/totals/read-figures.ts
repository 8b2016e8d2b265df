import type pg from 'pg'
import { inTransaction, type Queryable } from '../../db/database.ts'
import type { CurrencyCode } from '../../money/currency.ts'
import type { Total, TotalsQuery } from '../totals.ts'
import {
  figuresOf,
  rowsOf,
  type CurrencyFigures,
  type FigureGroup,
  type Figures,
  type FiguresQuery,
  type FiguresRow,
} from './figures.ts'
import { readConverted, readWithTotal } from './converted-figures-store.ts'
import { countDonors } from './donor-count-store.ts'
import { keptDays, readGroups, readUnsettled, type KeyPage } from './figures-store.ts'
import { readRates, type Rate } from './rates-store.ts'
import { keptSumsAreCurrent } from './fold-worker.ts'
import type { Source } from './groups-sql.ts'
import type { Basis } from './grouping.ts'

/**
 * What gifts came to in a range of days, by period or key: in their own currencies, as Stripe settled them, and
 * converted into the reporting currency. It folds what was posted just now first, so the figures are those of the
 * ledger; they cost the same however many gifts there are.
 *
 *     await figures(pool, { from: '2026-03-01', to: '2026-03-31', by: 'article', basis: 'booked',
 *       reportingCurrency: config.reporting.currency, order: 'net', limit: 10 })
 *
 * `basis: 'booked'` counts everything on the day on which the ledger booked it: a closed month never changes. `basis:
 * 'given'` counts a gift, and whatever became of it since, on the day on which it was given.
 *
 * @param known the rates up to the last day of the query, for who has read them already
 */
export function figures(
  pool: pg.Pool,
  query: FiguresQuery,
  known?: ReadonlyMap<CurrencyCode, Rate>,
): Promise<Figures> {
  return reading(pool, query, (tx, source) => figuresIn(tx, source, query, known))
}

async function figuresIn(
  tx: Queryable,
  source: Source,
  query: FiguresQuery,
  known?: ReadonlyMap<CurrencyCode, Rate>,
): Promise<Figures> {
  const limit = query.limit
  // One row more than the page holds shows whether there is a further page.
  const asked = limit === undefined ? query : { ...query, limit: limit + 1 }
  const rates = known ?? (await readRates(tx, query.reportingCurrency, query.to))
  const { groups, total } = await groupsAndTotal(tx, source, asked, rates)
  const isCounted = query.only === undefined && query.countsDonors !== false
  const donors = isCounted ? await countDonors(tx, query, source) : null
  const rows = rowsOf(groups, query.reportingCurrency)
  const page = limit === undefined ? rows : rows.slice(0, limit)
  const last = page.length < rows.length ? page.at(-1) : undefined
  return {
    rows: page,
    next: last ? { key: last.key, value: orderValue(last, query) } : null,
    total: figuresOf(total, query.reportingCurrency),
    donors,
  }
}

type Groups = Awaited<ReturnType<typeof readWithTotal>>

async function groupsAndTotal(
  tx: Queryable,
  source: Source,
  query: FiguresQuery,
  rates: ReadonlyMap<CurrencyCode, Rate>,
): Promise<Groups> {
  const { by, order = 'key', limit, after } = query
  const isWhole = order === 'key' && limit === undefined && after === undefined
  if (source.kept && isWhole && by !== 'all') return readWithTotal(tx, query, source.days, rates)
  const groups = await readConverted(tx, query, source, rates)
  if (by === 'all') return { groups, total: groups }
  const ofAll = { ...query, by: 'all', order: 'key', limit: undefined, after: undefined } as const
  return { groups, total: await readConverted(tx, ofAll, source, rates) }
}

/**
 * The rows of `figures` alone, for who shows neither their total nor how many donors gave.
 * @param rates those up to the last day of the query
 */
function figureRows(
  pool: pg.Pool,
  query: FiguresQuery,
  rates: ReadonlyMap<CurrencyCode, Rate>,
): Promise<FiguresRow[]> {
  return reading(pool, query, (tx, source) => rowsIn(tx, source, query, rates))
}

async function rowsIn(
  tx: Queryable,
  source: Source,
  query: FiguresQuery,
  rates: ReadonlyMap<CurrencyCode, Rate>,
): Promise<FiguresRow[]> {
  return rowsOf(await readConverted(tx, query, source, rates), query.reportingCurrency)
}

/** Reads figures of one snapshot, as `figures` and `figureRows` read each of their own. */
export type FiguresReader = {
  figures(query: CurrentQuery, known?: ReadonlyMap<CurrencyCode, Rate>): Promise<Figures>
  rows(query: CurrentQuery, rates: ReadonlyMap<CurrencyCode, Rate>): Promise<FiguresRow[]>
}
type CurrentQuery = Omit<FiguresQuery, 'asOf'>

/** For who reads one at a time: each of a snapshot of its own. */
export function figuresReader(pool: pg.Pool): FiguresReader {
  return {
    figures: (query, known) => figures(pool, query, known),
    rows: (query, rates) => figureRows(pool, query, rates),
  }
}

/** For who reads several: they cost one database transaction, and agree with each other. */
export function withFigures<T>(
  pool: pg.Pool,
  basis: Basis,
  work: (read: FiguresReader) => Promise<T>,
): Promise<T> {
  return reading(pool, { basis }, (tx, source) =>
    work({
      figures: (query, known) => figuresIn(tx, source, query, known),
      rows: (query, rates) => rowsIn(tx, source, query, rates),
    }),
  )
}

function orderValue({ converted, currencies }: FiguresRow, { order = 'key' }: FiguresQuery): bigint {
  if (order === 'net') return converted.netMinor
  if (order === 'gross') return converted.grossMinor
  if (order === 'donations') return currencies.reduce((sum, { donations }) => sum + donations, 0n)
  return 0n
}

/**
 * The kept sums, once they are up to date; the ledger itself while that would take long.
 * @param tx what reads them, whose snapshot is not taken yet
 */
export async function currentSource(pool: pg.Pool, tx: Queryable): Promise<Source> {
  return (await keptSumsAreCurrent(pool))
    ? { kept: true, days: await keptDays(tx) }
    : { kept: false, asOf: null }
}

/**
 * Everything that `work` reads is of one snapshot, so that the rows and their total agree, and of the ledger as it is
 * now: the kept sums, or the ledger itself while they are far behind.
 * @param asked `asOf`: the instant as of which the ledger is read instead
 */
async function reading<T>(
  pool: pg.Pool,
  { asOf, basis }: { readonly asOf?: string | undefined; readonly basis?: Basis | undefined },
  work: (tx: Queryable, source: Source) => Promise<T>,
): Promise<T> {
  const isKept = asOf === undefined && (await keptSumsAreCurrent(pool))
  return inTransaction(pool, async (tx) => {
    const isolation = 'set transaction isolation level repeatable read read only'
    // By the day given, the donors are counted gift by gift.
    await tx.query(isKept && basis !== 'given' ? `${isolation}; ${FOR_FEW_ROWS}` : isolation)
    return work(tx, isKept ? { kept: true, days: await keptDays(tx) } : { kept: false, asOf: asOf ?? null })
  })
}

/**
 * Reading kept sums takes some milliseconds, which Postgres overrates: starting processes for a part of it, or compiling
 * it, would take longer than the work, and so would planning a statement anew for each range.
 */
const FOR_FEW_ROWS =
  'set local max_parallel_workers_per_gather = 0; set local jit = off; set local plan_cache_mode = force_generic_plan'

type TotalsRange = Pick<TotalsQuery, 'from' | 'to' | 'by'> & Partial<Pick<TotalsQuery, 'asOf' | 'basis'>>

/** A page of totals, and what all of them come to in the reporting currency. */
export async function totalsPage(
  pool: pg.Pool,
  { limit, cursor, ...query }: TotalsQuery,
  reportingCurrency: CurrencyCode,
) {
  return reading(pool, query, async (tx, source) => {
    // One key more than the page holds shows whether there is a further page.
    const rows = await totalsOf(tx, query, source, { limit: limit + 1, after: cursor })
    const keys = [...new Set(rows.map(({ key }) => key))]
    const isLast = keys.length <= limit
    const shown = new Set(keys.slice(0, limit))
    const rates = await readRates(tx, reportingCurrency, query.to)
    const all = { ...query, by: 'all', reportingCurrency } as const
    return {
      rows: rows.filter(({ key }) => shown.has(key)),
      next: isLast ? null : { key: [...shown].at(-1) ?? null },
      total: figuresOf(await readConverted(tx, all, source, rates), reportingCurrency).converted,
      donors: query.asOf === undefined ? await countDonors(tx, query, source) : null,
    }
  })
}

/**
 * The sums of a range by key and currency, sorted by both; donations without a key come last. A refund counts on the day
 * on which it was booked, and a fee not before its donation, so that the figures of a closed month never change. While a
 * month is open, a donation whose fee is not known yet makes the fee of its row null.
 */
export function totals(pool: pg.Pool, query: TotalsRange, page: KeyPage = {}): Promise<Total[]> {
  return reading(pool, query, (tx, source) => totalsOf(tx, query, source, page))
}

async function totalsOf(tx: Queryable, query: TotalsRange, source: Source, page: KeyPage): Promise<Total[]> {
  const asked = { ...query, basis: query.basis ?? 'booked' }
  const groups = await readGroups(tx, asked, source, page)
  const unsettled = await unsettledOf(tx, asked, source, groups)
  const byKey = Map.groupBy(
    groups,
    ({ key, currency }) => `${currency} ${key ?? ''}${key === null ? ' null' : ''}`,
  )
  return [...byKey.values()].flatMap((ofRow) => {
    const [first] = ofRow
    if (!first) return []
    const { key, currency } = first
    const [row] = figuresOf(ofRow.map(unconverted), currency).currencies
    return row ? [totalOf(key, { ...row, unsettled: unsettled(key, currency) })] : []
  })
}

type Group = Awaited<ReturnType<typeof readGroups>>[number]

function unconverted(group: Group): FigureGroup {
  const nothing = { gross: null, refunded: null, disputed: null, processing_fee: null, dispute_fee: null }
  return { ...group, ...nothing, is_estimated: false }
}

async function unsettledOf(
  tx: Queryable,
  query: Pick<FiguresQuery, 'from' | 'to' | 'by' | 'basis'>,
  source: Source,
  groups: readonly Group[],
): Promise<(key: string | null, currency: string) => bigint> {
  const some = groups.filter(({ unsettled }) => unsettled !== 0n)
  // The kept sums do not know which months are closed.
  const rows = source.kept && some.length > 0 ? await readUnsettled(tx, query) : some
  const byKey = Map.groupBy(rows, ({ key }) => key)
  return (key, currency) =>
    (byKey.get(key) ?? [])
      .filter((row) => row.currency === currency)
      .reduce((sum, { unsettled }) => sum + unsettled, 0n)
}

function totalOf(key: string | null, row: CurrencyFigures): Total {
  const { currency, donations, grossMinor, refundedMinor, disputedMinor, settled, unsettled } = row
  const fees = feesOf(row, currency)
  return {
    key,
    currency,
    donations,
    grossMinor,
    refundedMinor,
    disputedMinor,
    unsettled,
    settled,
    ...(unsettled > 0n ? { settlementCurrency: null, feeMinor: null, netMinor: null } : fees),
  }
}

/** Fee and net of a row in the currency in which Stripe settled it; null where that were two. */
function feesOf(
  { grossMinor, refundedMinor, disputedMinor, settled }: CurrencyFigures,
  currency: CurrencyCode,
): Pick<Total, 'settlementCurrency' | 'feeMinor' | 'netMinor'> {
  const [one, ...others] = settled
  if (others.length > 0) return { settlementCurrency: null, feeMinor: null, netMinor: null }
  if (one === undefined || one.currency === currency) {
    const feeMinor = one === undefined ? 0n : one.processingFeeMinor + one.disputeFeeMinor
    const netMinor = grossMinor - refundedMinor - disputedMinor - feeMinor
    return { settlementCurrency: currency, feeMinor, netMinor }
  }
  const isCleared =
    one.ofGrossMinor === grossMinor &&
    one.ofRefundedMinor === refundedMinor &&
    one.ofDisputedMinor === disputedMinor
  return {
    settlementCurrency: one.currency,
    feeMinor: one.processingFeeMinor + one.disputeFeeMinor,
    netMinor: isCleared ? one.netMinor : null,
  }
}
