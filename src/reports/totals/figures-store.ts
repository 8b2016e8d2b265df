import type { Queryable } from '../../db/database.ts'
import type { CurrencyCode } from '../../money/currency.ts'
import type { Basis, Grouping } from './grouping.ts'
import type { FigureGroup, FiguresQuery } from './figures.ts'
import { dayAway, type Days } from '../../calendar/days.ts'
import { nextStart, periodsBetween, signedPeriodsBetween, startOf, startsIn, type Grain } from './periods.ts'
import { linesSql, sumColumns } from './report-lines.ts'

/** Where sums are read: the kept ones, which lie between two days, or the ledger itself as it was at an instant. */
export type Source =
  | { readonly kept: true; readonly days: Days | null }
  | { readonly kept: false; readonly asOf: string | null }

type Dimension = 'all' | 'frequency' | 'article' | 'campaign'

/** What a grouping reads: the dimension, the longest period that will do, and its key of a period or a line. */
const GROUPINGS: Readonly<
  Record<Grouping, { readonly dimension: Dimension; readonly longest: Grain; readonly key: string }>
> = {
  all: { dimension: 'all', longest: 'year', key: 'null' },
  day: { dimension: 'all', longest: 'day', key: `to_char(starts_on, 'YYYY-MM-DD')` },
  week: {
    dimension: 'all',
    longest: 'day',
    key: `to_char(date_trunc('week', starts_on::timestamp), 'YYYY-MM-DD')`,
  },
  month: { dimension: 'all', longest: 'month', key: `to_char(starts_on, 'YYYY-MM')` },
  quarter: { dimension: 'all', longest: 'quarter', key: `to_char(starts_on, 'YYYY-"Q"Q')` },
  year: { dimension: 'all', longest: 'year', key: `to_char(starts_on, 'YYYY')` },
  frequency: { dimension: 'frequency', longest: 'year', key: 'key' },
  article: { dimension: 'article', longest: 'year', key: 'key' },
  campaign: { dimension: 'campaign', longest: 'year', key: 'key' },
}

const LENGTHS: readonly Grain[] = ['day', 'month', 'quarter', 'year']
const sums = sumColumns.map((column) => `sum(${column})::bigint as ${column}`).join(', ')
const isNotZero = `(${sumColumns.map((column) => `sum(${column})`).join(', ')}) <> (${sumColumns.map(() => '0').join(', ')})`

type GroupsQuery = Pick<FiguresQuery, 'from' | 'to' | 'by' | 'basis' | 'only'>

type Sql = { readonly text: string; readonly values: readonly unknown[] }

/** SQL of the groups of a query: key, currency, settlement currency and the sums. Its parameters come first. */
function groupsSql(query: GroupsQuery, source: Source): Sql {
  return source.kept ? keptGroups(query, source.days) : ledgerGroups(query, source.asOf)
}

/** @throws Error for keys of one dimension by another one: no sums are kept of both */
function dimensionOf({ by, only }: GroupsQuery): Dimension {
  const { dimension } = GROUPINGS[by]
  if (only === undefined || dimension === only.dimension) return dimension
  if (dimension !== 'all') throw new Error(`There are no sums by ${by} of one ${only.dimension}`)
  return only.dimension
}

/** The first and the last day of which there are sums; null without any. */
export async function keptDays(db: Queryable): Promise<Days | null> {
  const { rows } = await db.query<{ from: string | null; to: string | null }>({
    name: 'report-kept-days',
    text: `select least(booked.first, moved.first) as from, greatest(booked.last, moved.last) as to from
             (select min(starts_on) as first, max(starts_on) as last from report_totals
              where part = 'booked' and dimension = 'all' and grain = 'day') as booked,
             (select min(starts_on) as first, max(starts_on) as last from report_totals
              where part = 'moved_to_given' and dimension = 'all' and grain = 'day') as moved`,
  })
  const { from, to } = rows[0] ?? {}
  return from && to ? { from, to } : null
}

/**
 * The days that a range is read as. Nothing is booked before the first kept day or after the last one, so a range that
 * reaches them is as good as one of whole periods: that of a year that still runs is the year.
 */
export function wholePeriodsAround(query: Days, kept: Days | null, longest: Grain): Days | null {
  if (kept === null || query.to < kept.from || query.from > kept.to) return null
  const start = (day: string) => (longest === 'day' ? day : startOf(day, longest))
  return {
    from: query.from <= kept.from ? start(kept.from) : query.from,
    to: query.to >= kept.to ? dayAway(nextStart(start(kept.to), longest), -1) : query.to,
  }
}

function keptGroups(query: GroupsQuery, kept: Days | null): Sql {
  const { by, basis, only } = query
  const { longest, key } = GROUPINGS[by]
  const dimension = dimensionOf(query)
  const days = wholePeriodsAround(query, kept, longest)
  const allowed = LENGTHS.slice(0, LENGTHS.indexOf(longest) + 1)
  const ranges = days === null ? [] : signedPeriodsBetween(days.from, days.to, allowed)
  const parts = basis === 'given' ? ['booked', 'moved_to_given'] : ['booked']
  const bySign = [...Map.groupBy(ranges, ({ grain, sign }) => `${grain} ${sign}`).values()]
  const ofKeys = only === undefined ? '' : ` and key = any($${bySign.length + 1}::text[])`
  // One arm for each length, and each start by name: of a join with the periods, and of ranges of dates, Postgres expects
  // so many rows that it reads the whole table.
  const arms = bySign.flatMap(([range], place) =>
    parts.map((part) => {
      const sign = range?.sign === -1 ? '-' : ''
      const columns = sumColumns.map((column) => `${sign}${column} as ${column}`).join(', ')
      return `select starts_on, key, currency, settlement_currency, ${columns} from report_totals
        where part = '${part}' and dimension = '${dimension}' and grain = '${range?.grain ?? 'day'}'
          and starts_on = any($${place + 1}::date[])${ofKeys}`
    }),
  )
  if (arms.length === 0) return { text: NO_ROWS, values: [] }
  return {
    text: `select ${key} as key, currency, settlement_currency, ${sums}
      from (${arms.join(' union all ')}) as one
      group by 1, 2, 3 having ${isNotZero}`,
    values: [...bySign.map((some) => some.flatMap(startsIn)), ...(only === undefined ? [] : [only.keys])],
  }
}

const NO_ROWS = `select key, currency, settlement_currency, ${sumColumns.join(', ')} from report_totals where false`

/** Donations of which anything is booked, or that were given, between two days. */
const OF_RANGE: Readonly<Record<Basis, string>> = {
  booked: `d.id in (
    select t.donation_id from ledger_transactions t where t.booked_on between $1 and $2 and t.donation_id is not null
    union
    select o.id from ledger_transactions t join balance_transactions b on b.id = t.source
      join donations o on o.payment_intent_id = b.payment_intent_id
    where t.booked_on between $1 and $2 and t.donation_id is null)`,
  given: `d.succeeded_on between $1 and $2 and d.succeeded_at >= $1::date - 2 and d.succeeded_at < $2::date + 3`,
}

function ledgerGroups(query: GroupsQuery, asOf: string | null): Sql {
  const { from, to, by, basis, only } = query
  const { key } = GROUPINGS[by]
  const dimension = dimensionOf(query)
  const day = basis === 'given' ? 'given_on' : 'day'
  const ownKey = dimension === 'all' ? 'null' : dimension
  const counted = sumColumns
    .map((column) =>
      column === 'unsettled'
        ? `case when closing.month is null then unsettled else 0 end as unsettled`
        : column,
    )
    .join(', ')
  return {
    text: `select ${key} as key, currency, settlement_currency, ${sums}
      from (
        select ${day} as starts_on, ${ownKey} as key, currency, settlement_currency, ${counted}
        from (${linesSql(OF_RANGE[basis], '$3::timestamptz')}) as line
          left join month_closings closing on closing.month = to_char(day, 'YYYY-MM') and closing.closed_at <= $3
        where ${day} between $1 and $2${only === undefined ? '' : ` and ${only.dimension} = any($4)`}
      ) as one
      group by 1, 2, 3 having ${isNotZero}`,
    values: [from, to, asOf ?? 'infinity', ...(only === undefined ? [] : [only.keys])],
  }
}

/** Postgres can hash this; `is not distinct from` it compares row by row. */
const isSameKey = (a: string, b: string) =>
  `coalesce(${a}.key, '') = coalesce(${b}.key, '') and (${a}.key is null) = (${b}.key is null)`

/** A page of keys, in their order. */
export type KeyPage = {
  readonly limit?: number | undefined
  /** The page goes on after this key; nothing comes after the gifts without a key. */
  readonly after?: { readonly key: string | null } | undefined
}

/** The groups of a query, sorted by key and currency; gifts without a key come last. Not converted. */
export async function readGroups(
  db: Queryable,
  query: GroupsQuery,
  source: Source,
  { limit, after }: KeyPage = {},
): Promise<
  Omit<FigureGroup, 'gross' | 'refunded' | 'disputed' | 'processing_fee' | 'dispute_fee' | 'is_estimated'>[]
> {
  const { text, values } = groupsSql(query, source)
  const place = values.length
  const { rows } = await db.query<FigureGroup>(
    `with one as (${text}), page as (
       select key from one
       where not $${place + 1}::boolean or $${place + 2}::text is not null and (key > $${place + 2} or key is null)
       group by key order by key nulls last limit $${place + 3}::bigint
     )
     select one.* from page join one on ${isSameKey('one', 'page')}
     order by one.key nulls last, currency, settlement_currency nulls last`,
    [...values, after !== undefined, after?.key ?? null, limit ?? null],
  )
  return rows
}

/**
 * SQL, from `with` on, of the groups of a query in the reporting currency. Its last table is `netted`: the columns of a
 * group, the converted sums, and their net.
 */
export function nettedSql(
  query: GroupsQuery & Pick<FiguresQuery, 'reportingCurrency'>,
  source: Source,
  rates: ReadonlyMap<CurrencyCode, Rate>,
): Sql {
  const groups = groupsSql(query, source)
  const [reporting, currencies, numerators, denominators] = [1, 2, 3, 4].map(
    (place) => `$${groups.values.length + place}`,
  )
  return {
    text: `with one as (${groups.text}),
     rate as (
       select currency, numerator / denominator as rate
       from unnest(${currencies}::text[], ${numerators}::numeric[], ${denominators}::numeric[]) as r(currency, numerator, denominator)
     ), exchanged as (
       select one.*, ${CONVERTED},
         (settlement_currency is not null and settlement_currency <> ${reporting}::text
           or one.currency <> ${reporting}::text
             and (gross_minor, refunded_minor, disputed_minor) <> (cleared_gross_minor, cleared_refunded_minor, cleared_disputed_minor)) as is_estimated
       from one left join rate settled on settled.currency = one.settlement_currency
         left join rate given on given.currency = one.currency
     ), netted as (
       select *, coalesce(gross - refunded - disputed - processing_fee - dispute_fee, 0) as net from exchanged
     )`,
    values: [
      ...groups.values,
      query.reportingCurrency,
      [...rates.keys()],
      [...rates.values()].map(({ to }) => to),
      [...rates.values()].map(({ from }) => from),
    ],
  }
}

/** The sums of a page of keys, converted. */
export async function readConverted(
  db: Queryable,
  query: FiguresQuery,
  source: Source,
  rates: ReadonlyMap<CurrencyCode, Rate>,
): Promise<FigureGroup[]> {
  const netted = nettedSql(query, source, rates)
  const [limit, afterKey, afterValue, isLater] = [1, 2, 3, 4].map(
    (place) => `$${netted.values.length + place}`,
  )
  const order = query.order ?? 'key'
  const value = { key: '0::numeric', net: 'sum(net)', gross: 'sum(gross)', donations: 'sum(donations)' }[
    order
  ]
  const { rows } = await db.query<FigureGroup>(
    `${netted.text}, keyed as (
       select key, coalesce(${value}, 0) as value from netted group by key
     ), page as (
       select * from keyed
       where not ${isLater}::boolean or value < ${afterValue}::numeric
         or value = ${afterValue}::numeric and (${afterKey}::text is not null and (key is null or key > ${afterKey}::text))
       order by value desc, key nulls last limit ${limit}::bigint
     )
     select netted.* from page join netted on ${isSameKey('netted', 'page')}
     order by page.value desc, page.key nulls last, currency, settlement_currency nulls last`,
    [
      ...netted.values,
      query.limit ?? null,
      query.after?.key ?? null,
      query.after?.value ?? 0n,
      query.after !== undefined,
    ],
  )
  return rows
}

/** What is settled is converted from the settlement currency, and the rest from the gift's. */
const convert = (settled: string, unsettled: string | null, as: string) =>
  `round(case when ${settled} = 0 then 0 else ${settled} * settled.rate end${
    unsettled === null ? '' : ` + case when ${unsettled} = 0 then 0 else (${unsettled}) * given.rate end`
  })::bigint as ${as}`

const CONVERTED = [
  convert('settled_gross_minor', 'gross_minor - cleared_gross_minor', 'gross'),
  convert('settled_refunded_minor', 'refunded_minor - cleared_refunded_minor', 'refunded'),
  convert('settled_disputed_minor', 'disputed_minor - cleared_disputed_minor', 'disputed'),
  convert('processing_fee_minor', null, 'processing_fee'),
  convert('dispute_fee_minor', null, 'dispute_fee'),
].join(', ')

/** So many minor units of another currency are worth so many of the reporting currency. */
export type Rate = { readonly from: bigint; readonly to: bigint }

/**
 * The rate of each currency to the reporting currency: Stripe's of the last day up to `to` on which it exchanged the
 * pair, in one direction or the other; if there is none, that of the first day after. Currencies without a rate are left out.
 */
export async function readRates(
  db: Queryable,
  reportingCurrency: CurrencyCode,
  to: string,
): Promise<Map<CurrencyCode, Rate>> {
  const { rows } = await db.query<{ currency: CurrencyCode } & Rate>({
    name: 'report-rates',
    text: `with used as (
             select currency as code from report_totals where part = 'booked' and dimension = 'all' and grain = 'year'
             union select settlement_currency from report_totals where part = 'booked' and dimension = 'all' and grain = 'year'
           ), exchange as (
             select t.currency as gift, t.settlement_currency as settled, t.starts_on, t.cleared_gross_minor, t.settled_gross_minor
             from used cross join lateral (
               (select * from report_totals t where ${EXCHANGED} and t.currency = code and t.settlement_currency = $1
                  and t.starts_on <= $2 order by t.starts_on desc limit 1)
               union all
               (select * from report_totals t where ${EXCHANGED} and t.currency = code and t.settlement_currency = $1
                  and t.starts_on > $2 order by t.starts_on limit 1)
               union all
               (select * from report_totals t where ${EXCHANGED} and t.currency = $1 and t.settlement_currency = code
                  and t.starts_on <= $2 order by t.starts_on desc limit 1)
               union all
               (select * from report_totals t where ${EXCHANGED} and t.currency = $1 and t.settlement_currency = code
                  and t.starts_on > $2 order by t.starts_on limit 1)
             ) t where code is not null and code <> $1
           )
           select distinct on (currency) currency, "from", "to" from (
             select gift as currency, cleared_gross_minor as "from", settled_gross_minor as "to", starts_on from exchange where settled = $1
             union all
             select settled, settled_gross_minor, cleared_gross_minor, starts_on from exchange where gift = $1
           ) as rate where "from" > 0 and "to" > 0
           order by currency, starts_on > $2, abs(starts_on - $2::date)`,
    values: [reportingCurrency, to],
  })
  const rates = rows.map(({ currency, from, to: worth }) => [currency, { from, to: worth }] as const)
  return new Map([[reportingCurrency, { from: 1n, to: 1n }], ...rates])
}

const EXCHANGED = `t.part = 'booked' and t.dimension = 'all' and t.grain = 'day' and t.currency <> t.settlement_currency
  and t.cleared_gross_minor > 0`

/** By key and currency: gifts of open months whose charge is not in Stripe's balance yet, of the kept sums. */
export async function readUnsettled(
  db: Queryable,
  { from, to, by, basis }: Pick<FiguresQuery, 'from' | 'to' | 'by' | 'basis'>,
): Promise<{ key: string | null; currency: string; unsettled: bigint }[]> {
  const { dimension, key } = GROUPINGS[by]
  const { rows } = await db.query<{ key: string | null; currency: string; unsettled: bigint }>(
    `select ${key} as key, currency, sum(unsettled)::bigint as unsettled from report_totals t
     where part = any($3) and dimension = '${dimension}' and grain = 'day' and unsettled <> 0 and starts_on between $1 and $2
       and not exists (select from month_closings c where c.month = to_char(t.starts_on, 'YYYY-MM'))
     group by 1, 2 having sum(unsettled) > 0`,
    [from, to, basis === 'given' ? ['booked', 'moved_to_given'] : ['booked']],
  )
  return rows
}

/**
 * How many donors gave in the range; each counts once. By the day booked it is kept: in each of the periods that make up
 * the range, those count who had last given before the range. By the day given the lines are counted.
 */
export async function countDonors(
  db: Queryable,
  query: Pick<FiguresQuery, 'from' | 'to' | 'basis'>,
  source: Source,
): Promise<bigint> {
  const { from, to, basis } = query
  if (basis === 'given' || !source.kept) {
    const { rows } = await db.query<{ donors: bigint }>(
      `select count(distinct donor) as donors from report_lines
       where ${basis === 'given' ? 'given_on' : 'day'} between $1 and $2 and donations > 0`,
      [from, to],
    )
    return rows[0]?.donors ?? 0n
  }
  const days = wholePeriodsAround(query, source.days, 'year')
  if (days === null) return 0n
  const ranges = [...Map.groupBy(periodsBetween(days.from, days.to), ({ grain }) => grain)]
  const arms = ranges.map(
    ([grain], place) => `select donors from report_donors
      where grain = '${grain}' and starts_on = any($${place + 2}::date[]) and before_on < $1`,
  )
  const { rows } = await db.query<{ donors: bigint }>(
    `select coalesce(sum(donors), 0)::bigint as donors from (${arms.join(' union all ')}) as one`,
    [days.from, ...ranges.map(([, some]) => some.flatMap(startsIn))],
  )
  return rows[0]?.donors ?? 0n
}
