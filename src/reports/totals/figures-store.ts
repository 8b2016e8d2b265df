import type { Queryable } from '../../db/database.ts'
import type { CurrencyCode } from '../../money/currency.ts'
import type { Days } from '../../calendar/days.ts'
import type { FigureGroup, FiguresOrder, FiguresQuery } from './figures.ts'
import {
  GROUPINGS,
  groupsAndTotalSql,
  groupsSql,
  isByKey,
  keptRows,
  nextKeysSql,
  type GroupsQuery,
  type SomeKeys,
  type Source,
  type Sql,
} from './groups-sql.ts'
import { COUNTS } from './kept-sums-sql.ts'
import { keptPeriods, periodsBetween, startsIn } from './periods.ts'

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

/** Postgres can hash this; `is not distinct from` it compares row by row. */
const isSameKey = (a: string, b: string) =>
  `coalesce(${a}.key, '') = coalesce(${b}.key, '') and (${a}.key is null) = (${b}.key is null)`

/** A page of keys, in their order. */
export type KeyPage = {
  readonly limit?: number | undefined
  /** The page goes on after this key; nothing comes after the gifts without a key. */
  readonly after?: { readonly key: string | null } | undefined
}

type UnconvertedGroup = Omit<
  FigureGroup,
  'gross' | 'refunded' | 'disputed' | 'processing_fee' | 'dispute_fee' | 'is_estimated'
>

/** The groups of a query, sorted by key and currency; gifts without a key come last. Not converted. */
export async function readGroups(
  db: Queryable,
  query: GroupsQuery,
  source: Source,
  { limit, after }: KeyPage = {},
): Promise<UnconvertedGroup[]> {
  if (source.kept && limit !== undefined && isByKey(query.by))
    return readKeyPage(db, query, source, { limit, after: after?.key, isDone: after?.key === null })
  const { text, values } = groupsSql(query, source)
  const place = values.length
  const { rows } = await db.query<UnconvertedGroup>(
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
 * A page of kept keys costs what its own keys cost: the next keys are found through the index, then their sums are read.
 * Keys whose sums come to nothing are no rows, so there may be several rounds.
 */
async function readKeyPage(
  db: Queryable,
  query: GroupsQuery,
  source: Source & { readonly kept: true },
  {
    limit,
    after,
    isDone,
  }: { readonly limit: number; readonly after: string | null | undefined; readonly isDone: boolean },
): Promise<UnconvertedGroup[]> {
  const groupsOf = async (some: SomeKeys) => {
    const { text, values } = groupsSql(query, source, some)
    const { rows } = await db.query<UnconvertedGroup>(`${text} order by 1 nulls last, 2, 3 nulls last`, [
      ...values,
    ])
    return rows
  }
  const page: UnconvertedGroup[] = []
  let last = after ?? null
  let left = isDone ? 0 : limit
  while (left > 0) {
    const next = nextKeysSql(query, source.days, { after: last, limit: left })
    const { rows: found } = next ? await db.query<{ key: string }>(next.text, [...next.values]) : { rows: [] }
    const end = found.at(-1)?.key
    if (end !== undefined) page.push(...(await groupsOf({ after: last, last: end })))
    if (found.length < left) return [...page, ...(await groupsOf({ named: [null] }))]
    left = limit - new Set(page.map(({ key }) => key)).size
    last = end ?? null
  }
  return page
}

/**
 * SQL, from `with` on, of the groups of a query in the reporting currency. Its last table is `netted`: the columns of a
 * group, the converted sums, and their net.
 */
export function nettedSql(
  query: GroupsQuery & Pick<FiguresQuery, 'reportingCurrency'>,
  source: Source,
  rates: ReadonlyMap<CurrencyCode, Rate>,
  some?: SomeKeys,
): Sql {
  const { text, values } = nettedTables(groupsSql(query, source, some), query, rates)
  return { text: `with ${text}`, values }
}

/** The tables of `nettedSql`, for a statement that has others before them. */
function nettedTables(
  groups: Sql,
  { reportingCurrency }: Pick<FiguresQuery, 'reportingCurrency'>,
  rates: ReadonlyMap<CurrencyCode, Rate>,
): Sql {
  const [reporting, currencies, numerators, denominators] = [1, 2, 3, 4].map(
    (place) => `$${groups.values.length + place}`,
  )
  return {
    text: `one as (${groups.text}),
     rate as (
       select currency, numerator / denominator as rate
       from unnest(${currencies}::text[], ${numerators}::numeric[], ${denominators}::numeric[]) as r(currency, numerator, denominator)
     ), exchanged as (
       select one.*, ${converted(`${reporting}`)},
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
      reportingCurrency,
      [...rates.keys()],
      [...rates.values()].map(({ to }) => to),
      [...rates.values()].map(({ from }) => from),
    ],
  }
}

/** All rows of a query in the order of their keys, and their total, from one statement. */
export async function readWithTotal(
  db: Queryable,
  query: FiguresQuery,
  days: Days | null,
  rates: ReadonlyMap<CurrencyCode, Rate>,
): Promise<{ readonly groups: readonly FigureGroup[]; readonly total: readonly FigureGroup[] }> {
  const { text, values } = nettedTables(groupsAndTotalSql(query, days), query, rates)
  const { rows } = await db.query<FigureGroup & { readonly is_total: boolean }>(
    prepared({ text: `with ${text} select * from netted ${IN_ORDER}`, values }),
  )
  const { groups = [], total = [] } = Object.groupBy(rows, ({ is_total: isTotal }) =>
    isTotal ? 'total' : 'groups',
  )
  return { groups, total }
}

const IN_ORDER = 'order by key nulls last, currency, settlement_currency nulls last'

/** The sums of a page of keys, converted. */
export async function readConverted(
  db: Queryable,
  query: FiguresQuery,
  source: Source,
  rates: ReadonlyMap<CurrencyCode, Rate>,
): Promise<FigureGroup[]> {
  const order = query.order ?? 'key'
  if (source.kept && isByKey(query.by) && order !== 'key' && query.limit !== undefined) {
    const ranked = await rankedKeys(db, { ...query, order }, source, rates)
    // Of keys with a value of nothing, those are no rows whose other sums are nothing, too.
    if (ranked.every(({ value }) => value !== 0n))
      return readNamed(
        db,
        query,
        source,
        rates,
        ranked.map(({ key }) => key),
      )
  }
  return readPage(db, query, source, rates)
}

type Ranked = FiguresQuery & { readonly order: Exclude<FiguresOrder, 'key'> }

/**
 * The keys of a page, by the value that sorts them; their sums are read afterwards. Of a sum that Stripe settled in the
 * reporting currency, and whole, the value is known without a rate. One pass adds these up and finds the keys that have
 * others, too: only of those the others are read, grouped and converted.
 */
async function rankedKeys(
  db: Queryable,
  query: Ranked,
  source: Source & { readonly kept: true },
  rates: ReadonlyMap<CurrencyCode, Rate>,
): Promise<{ key: string | null; value: bigint }[]> {
  const { value, isPlain } = PLAIN[query.order]
  const others = groupsSql(query, source, {
    inArray: '(select keys from other_keys)::text[]',
    rows: (place) =>
      `(${isPlain(`${place(query.reportingCurrency)}::text`, `${place([...rates.keys()])}::text[]`)}) is not true`,
  })
  const netted = nettedTables(others, query, rates)
  const [reporting, known] = [1, 2].map((place) => `$${netted.values.length + place}`)
  const own = [...netted.values, query.reportingCurrency, [...rates.keys()]]
  const sums = keptRows(
    query,
    source.days,
    (sign) =>
      `key, (${isPlain(`${reporting}::text`, `${known}::text[]`)}) as is_plain, ${sign}(${value}) as value`,
    undefined,
    own.length,
  )
  if (sums === null) return []
  const page = pageOf(query, [...own, ...sums.values])
  const { rows } = await db.query<{ key: string | null; value: bigint }>(
    prepared({
      text: `with plain as materialized (
       select key, sum_bigint(value) filter (where is_plain) as value, bool_or(is_plain is not true) as has_others
       from (${sums.text}) as one group by key
     ), other_keys as materialized (
       select array_agg(key) as keys from plain where has_others
     ), ${netted.text}, keyed as (
       select key, sum_bigint(value) as value
       from (select key, value from plain union all select key, ${query.order} from netted) as one group by key
     ), ${page.text} select key, value from page order by value desc, key nulls last`,
      values: page.values,
    }),
  )
  return rows
}

const settledWhole = (reporting: string, known: string, columns: readonly string[]) =>
  [
    `settlement_currency = ${reporting} and currency = any(${known})`,
    ...columns.map((column) => `${column} = cleared_${column}`),
  ].join(' and ')

/** What sorts keys, of a kept sum whose value needs no rate, and which sums those are. */
const PLAIN: Readonly<
  Record<
    Ranked['order'],
    { readonly value: string; readonly isPlain: (reporting: string, known: string) => string }
  >
> = {
  net: {
    value:
      'settled_gross_minor - settled_refunded_minor - settled_disputed_minor - processing_fee_minor - dispute_fee_minor',
    isPlain: (reporting, known) =>
      settledWhole(reporting, known, ['gross_minor', 'refunded_minor', 'disputed_minor']),
  },
  gross: {
    value: 'settled_gross_minor',
    isPlain: (reporting, known) => settledWhole(reporting, known, ['gross_minor']),
  },
  donations: {
    value: 'donations',
    isPlain: (reporting, known) => `${reporting} is not null and ${known} is not null`,
  },
}

async function readNamed(
  db: Queryable,
  query: FiguresQuery,
  source: Source,
  rates: ReadonlyMap<CurrencyCode, Rate>,
  keys: readonly (string | null)[],
): Promise<FigureGroup[]> {
  if (keys.length === 0) return []
  const { text, values } = nettedSql(query, source, rates, { named: keys })
  const { rows } = await db.query<FigureGroup>(
    prepared({
      text: `${text} select * from netted order by currency, settlement_currency nulls last`,
      values,
    }),
  )
  const byKey = Map.groupBy(rows, ({ key }) => key)
  return keys.flatMap((key) => byKey.get(key) ?? [])
}

async function readPage(
  db: Queryable,
  query: FiguresQuery,
  source: Source,
  rates: ReadonlyMap<CurrencyCode, Rate>,
): Promise<FigureGroup[]> {
  const netted = nettedSql(query, source, rates)
  const order = query.order ?? 'key'
  if (order === 'key' && query.limit === undefined && query.after === undefined) {
    const { text, values } = netted
    const { rows: all } = await db.query<FigureGroup>(
      prepared({ text: `${text} select * from netted ${IN_ORDER}`, values }),
    )
    return all
  }
  const page = pageOf(query, netted.values)
  const { rows } = await db.query<FigureGroup>(
    prepared({
      text: `${netted.text}, keyed as (
       select key, ${order === 'key' ? '0::bigint' : `sum_bigint(${order})`} as value from netted group by key
     ), ${page.text}
     select netted.* from page join netted on ${isSameKey('netted', 'page')}
     order by page.value desc, page.key nulls last, currency, settlement_currency nulls last`,
      values: page.values,
    }),
  )
  return rows
}

/**
 * A statement that Postgres plans once for each connection: planning takes longer than reading some kept sums. The text of
 * a statement depends on which lengths of periods make up a range, and a connection keeps each plan, so only so many
 * texts get a name.
 */
function prepared({ text, values }: Sql) {
  const name = names.get(text) ?? (names.size < NAMES ? `figures-${names.size + 1}` : undefined)
  if (name !== undefined) names.set(text, name)
  return { ...(name !== undefined && { name }), text, values: [...values] }
}

const names = new Map<string, string>()
const NAMES = 100

/**
 * SQL of the table `page`, of a table `keyed` with keys and the values that sort them.
 * @param before the values of the parameters before its own
 */
function pageOf(query: FiguresQuery, before: readonly unknown[]): Sql {
  const [limit, afterKey, afterValue, isLater] = [1, 2, 3, 4].map((place) => `$${before.length + place}`)
  return {
    text: `page as (
       select * from keyed
       where not ${isLater}::boolean or value < ${afterValue}::bigint
         or value = ${afterValue}::bigint and (${afterKey}::text is not null and (key is null or key > ${afterKey}::text))
       order by value desc, key nulls last limit ${limit}::bigint
     )`,
    values: [
      ...before,
      query.limit ?? null,
      query.after?.key ?? null,
      query.after?.value ?? 0n,
      query.after !== undefined,
    ],
  }
}

/** What is settled is converted from the settlement currency, and the rest from the gift's. */
const converted = (reporting: string) => {
  // Most groups need no rate, and calculating with one takes several times as long.
  const convert = (settled: string, unsettled: string, as: string) =>
    `case when (settlement_currency = ${reporting}::text or ${settled} = 0) and ${unsettled} = 0 then ${settled}
       else round(case when ${settled} = 0 then 0 else ${settled} * settled.rate end
         + case when ${unsettled} = 0 then 0 else (${unsettled}) * given.rate end)::bigint end as ${as}`
  return [
    convert('settled_gross_minor', 'gross_minor - cleared_gross_minor', 'gross'),
    convert('settled_refunded_minor', 'refunded_minor - cleared_refunded_minor', 'refunded'),
    convert('settled_disputed_minor', 'disputed_minor - cleared_disputed_minor', 'disputed'),
    convert('processing_fee_minor', '0', 'processing_fee'),
    convert('dispute_fee_minor', '0', 'dispute_fee'),
  ].join(', ')
}

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
    `select ${key} as key, currency, sum_bigint(unsettled) as unsettled from report_totals t
     where part = any($3) and dimension = '${dimension}' and grain = 'day' and unsettled <> 0 and starts_on between $1 and $2
       and not exists (select from month_closings c where c.month = to_char(t.starts_on, 'YYYY-MM'))
     group by 1, 2 having sum_bigint(unsettled) > 0`,
    [from, to, basis === 'given' ? ['booked', 'moved_to_given'] : ['booked']],
  )
  return rows
}

/**
 * How many donors gave in the range; each counts once. By the day booked it is kept: in each of the periods that make up
 * the range, those count who had last given before the range. By the day given it differs by donors of the few gifts that
 * were booked on another day.
 */
export async function countDonors(
  db: Queryable,
  query: Pick<FiguresQuery, 'from' | 'to' | 'basis'>,
  source: Source,
): Promise<bigint> {
  if (!source.kept) return countDonorsOfLines(db, query)
  const booked = await countDonorsBooked(db, query, source.days)
  return query.basis === 'given' ? booked + (await donorsMoreByDayGiven(db, query)) : booked
}

async function countDonorsOfLines(
  db: Queryable,
  { from, to, basis }: Pick<FiguresQuery, 'from' | 'to' | 'basis'>,
): Promise<bigint> {
  const { rows } = await db.query<{ donors: bigint }>(
    `select count(*) as donors from (
       select distinct donor from report_lines
       where ${basis === 'given' ? 'given_on' : 'day'} between $1 and $2 and ${COUNTS}) as one`,
    [from, to],
  )
  return rows[0]?.donors ?? 0n
}

/** How many more donors gave in the range by the day given than by the day booked; less than zero where fewer did. */
async function donorsMoreByDayGiven(db: Queryable, { from, to }: Days): Promise<bigint> {
  const { rows } = await db.query<{ donors: bigint }>(
    `with moved as materialized (
       select distinct donor from report_lines
       where day <> given_on and ${COUNTS} and (day between $1 and $2 or given_on between $1 and $2)
     )
     select count(*) filter (where of_donor.by_given) - count(*) filter (where of_donor.by_booked) as donors
     from moved cross join lateral (
       select bool_or(l.given_on between $1 and $2) as by_given, bool_or(l.day between $1 and $2) as by_booked
       from report_lines l where l.donor = moved.donor and l.donations > 0) as of_donor`,
    [from, to],
  )
  return rows[0]?.donors ?? 0n
}

async function countDonorsBooked(db: Queryable, query: Days, days: Days | null): Promise<bigint> {
  const periods = keptPeriods(query, days, periodsBetween)
  if (periods === null) return 0n
  const ranges = [...Map.groupBy(periods.ranges, ({ grain }) => grain)]
  const arms = ranges.map(
    ([grain], place) => `select donors from report_donors
      where grain = '${grain}' and starts_on = any($${place + 2}::date[]) and before_on < $1`,
  )
  const { rows } = await db.query<{ donors: bigint }>(
    `select sum_bigint(donors) as donors from (${arms.join(' union all ')}) as one`,
    [periods.from, ...ranges.map(([, some]) => some.flatMap(startsIn))],
  )
  return rows[0]?.donors ?? 0n
}
