import { hash } from 'node:crypto'
import type { Days } from '../../calendar/days.ts'
import type { Queryable } from '../../db/database.ts'
import type { CurrencyCode } from '../../money/currency.ts'
import type { FigureGroup, FiguresOrder, FiguresQuery } from './figures.ts'
import {
  groupsAndTotalSql,
  groupsSql,
  isByKey,
  isSameKey,
  keptRows,
  type GroupsQuery,
  type SomeKeys,
  type Source,
  type Sql,
} from './groups-sql.ts'
import type { Rate } from './rates-store.ts'

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
    prepared(db, { text: `with ${text} select * from netted ${IN_ORDER}`, values }),
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
    prepared(db, {
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
    prepared(db, {
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
      prepared(db, { text: `${text} select * from netted ${IN_ORDER}`, values }),
    )
    return all
  }
  const page = pageOf(query, netted.values)
  const { rows } = await db.query<FigureGroup>(
    prepared(db, {
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
 * texts get a name there.
 */
function prepared(db: Queryable, { text, values }: Sql) {
  const names = namesOf.get(db) ?? new Set()
  namesOf.set(db, names)
  const name = `figures-${hash('sha256', text, 'base64url')}`
  const isNamed = names.has(name) || names.size < NAMES
  if (isNamed) names.add(name)
  return { ...(isNamed && { name }), text, values: [...values] }
}

const namesOf = new WeakMap<Queryable, Set<string>>()
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
