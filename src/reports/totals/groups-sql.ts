import type { Basis, Grouping } from './grouping.ts'
import type { FiguresQuery } from './figures.ts'
import type { Days } from '../../calendar/days.ts'
import { grainsUpTo, keptPeriods, signedPeriodsBetween, startsIn, type Grain } from './periods.ts'
import { linesSql, sumColumns, type SumColumn } from './report-lines.ts'

/** Where sums are read: the kept ones, which lie between two days, or the ledger itself as it was at an instant. */
export type Source =
  | { readonly kept: true; readonly days: Days | null }
  | { readonly kept: false; readonly asOf: string | null }

type Dimension = 'all' | 'frequency' | 'article' | 'campaign'

/** What a grouping reads: the dimension, the longest period that will do, and its key of a period or a line. */
export const GROUPINGS: Readonly<
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

const summed = (columns: readonly SumColumn[]) =>
  columns.map((column) => `sum_bigint(${column}) as ${column}`).join(', ')
const isNotZero = (columns: readonly SumColumn[]) =>
  `(${columns.map((column) => `sum_bigint(${column})`).join(', ')}) <> (${columns.map(() => '0').join(', ')})`

export type GroupsQuery = Pick<FiguresQuery, 'from' | 'to' | 'by' | 'basis' | 'only'>

export type Sql = { readonly text: string; readonly values: readonly unknown[] }

/** Keys whose sums are read: some by name, null among them or not, or those after one up to another. */
export type SomeKeys =
  | { readonly named: readonly (string | null)[] }
  | { readonly after: string | null; readonly last: string }
  /** Those of an array in SQL, and the one of gifts without a key, of rows that fulfil a condition on `report_totals`. */
  | { readonly inArray: string; readonly rows: RowCondition }

/** @param place gives a value its place among the parameters */
type RowCondition = (place: (value: unknown) => string) => string

/** SQL of the groups of a query and of their totals, which have no key and `is_total`; both of the same kept sums. */
export function groupsAndTotalSql(query: GroupsQuery, kept: Days | null): Sql {
  return keptGroups(query, kept, undefined, (columns) => ({
    selected: `${columns}, grouping(key) = 1 as is_total`,
    grouped: 'grouping sets ((key, currency, settlement_currency), (currency, settlement_currency))',
  }))
}

/**
 * SQL of the groups of a query: key, currency, settlement currency and the sums. Its parameters come first.
 * @param some of kept sums: only these keys
 */
export function groupsSql(query: GroupsQuery, source: Source, some?: SomeKeys): Sql {
  return source.kept ? keptGroups(query, source.days, some) : ledgerGroups(query, source.asOf)
}

/** Whether keys of the grouping are keys of kept sums, and not periods. */
export const isByKey = (by: Grouping): boolean => GROUPINGS[by].key === 'key'

/** @throws Error for keys of one dimension by another one: no sums are kept of both */
function dimensionOf({ by, only }: GroupsQuery): Dimension {
  const { dimension } = GROUPINGS[by]
  if (only === undefined || dimension === only.dimension) return dimension
  if (dimension !== 'all') throw new Error(`There are no sums by ${by} of one ${only.dimension}`)
  return only.dimension
}

/** Kept periods of one length whose sums are added, or taken off. */
type Arm = {
  readonly part: 'booked' | 'moved_to_given'
  readonly grain: Grain
  readonly sign: 1 | -1
  readonly starts: readonly string[]
}

function armsOf(query: GroupsQuery, kept: Days | null): Arm[] {
  const { longest } = GROUPINGS[query.by]
  const ranges = keptPeriods(query, kept, signedPeriodsBetween, grainsUpTo(longest))?.ranges ?? []
  const parts = query.basis === 'given' ? (['booked', 'moved_to_given'] as const) : (['booked'] as const)
  return [...Map.groupBy(ranges, ({ grain, sign }) => `${grain} ${sign}`).values()].flatMap((alike) => {
    const [first] = alike
    if (!first) return []
    const { grain, sign } = first
    return parts.map((part) => ({ part, grain, sign, starts: alike.flatMap(startsIn) }))
  })
}

/** The values of a statement, each with its place. @param before how many come before them */
function parameters(before = 0) {
  const values: unknown[] = []
  return {
    values,
    place(value: unknown): string {
      values.push(value)
      return `$${before + values.length}`
    },
  }
}

function keptGroups(
  query: GroupsQuery,
  kept: Days | null,
  some?: SomeKeys,
  grouping = (columns: string) => ({ selected: columns, grouped: columns }),
): Sql {
  const { key } = GROUPINGS[query.by]
  const { selected, grouped } = grouping('key, currency, settlement_currency')
  const columns = ['starts_on', 'key', 'currency', 'settlement_currency']
  const signed = (sign: string) => [
    ...columns,
    ...sumColumns.map((column) => `${sign}${column} as ${column}`),
  ]
  const rows = keptRows(query, kept, (sign) => signed(sign).join(', '), some)
  if (rows === null) return { text: NO_ROWS, values: [] }
  return {
    text: `select ${selected}, ${summed(sumColumns)}
      from (select ${key} as key, currency, settlement_currency, ${sumColumns.join(', ')} from (${rows.text}) as one) as one
      group by ${grouped} having ${isNotZero(sumColumns)}`,
    values: rows.values,
  }
}

/**
 * SQL of the kept sums that a range is made of.
 * @param columns what is selected of a sum that is added, or taken off, before which a minus is put
 * @param before how many parameters come before its own
 * @returns null when nothing is kept of the range
 */
export function keptRows(
  query: GroupsQuery,
  kept: Days | null,
  columns: (sign: '' | '-') => string,
  some?: SomeKeys,
  before = 0,
): Sql | null {
  const { only } = query
  const dimension = dimensionOf(query)
  const { values, place } = parameters(before)
  const ofOnly = only === undefined ? '' : ` and key = any(${place(only.keys)}::text[])`
  const conditions = keyConditions(some, place)
  // One arm for each length, and each start by name: of a join with the periods, and of ranges of dates, Postgres expects
  // so many rows that it reads the whole table.
  const reads = armsOf(query, kept).flatMap(({ part, grain, sign, starts }) => {
    const startsAt = place(starts)
    return conditions.map(
      (condition) => `select ${columns(sign === -1 ? '-' : '')} from report_totals
        where part = '${part}' and dimension = '${dimension}' and grain = '${grain}'
          and starts_on = any(${startsAt}::date[])${ofOnly}${condition}`,
    )
  })
  return reads.length === 0 ? null : { text: reads.join(' union all '), values }
}

/** Conditions of which a key fulfils one at most; each is read through the index. */
function keyConditions(some: SomeKeys | undefined, place: (value: unknown) => string): string[] {
  if (some === undefined) return ['']
  if ('rows' in some) {
    const rows = some.rows(place)
    return [` and key = any(${some.inArray}) and ${rows}`, ` and key is null and ${rows}`]
  }
  if ('last' in some) {
    const after = some.after === null ? '' : ` and key > ${place(some.after)}::text`
    return [`${after} and key <= ${place(some.last)}::text`]
  }
  const named = some.named.filter((key) => key !== null)
  return [
    ...(named.length > 0 ? [` and key = any(${place(named)}::text[])`] : []),
    ...(named.length < some.named.length ? [' and key is null'] : []),
  ]
}

/**
 * SQL of the next keys of a range in their order, also of those whose sums come to nothing. Each period is read in the
 * order of the index, and no further than needed.
 * @returns null when nothing is kept of the range
 */
export function nextKeysSql(
  query: GroupsQuery,
  days: Days | null,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Sql | null {
  const dimension = dimensionOf(query)
  const { values, place } = parameters()
  const condition = after === null ? 'key is not null' : `key > ${place(after)}::text`
  const ofOnly = query.only === undefined ? '' : ` and key = any(${place(query.only.keys)}::text[])`
  const reads = armsOf(query, days).flatMap(({ part, grain, starts }) =>
    starts.map(
      (start) => `select key from report_totals where part = '${part}' and dimension = '${dimension}'
        and grain = '${grain}' and starts_on = ${place(start)}::date and ${condition}${ofOnly}`,
    ),
  )
  if (reads.length === 0) return null
  return {
    text: `select distinct key from (${reads.join(' union all ')}) as one order by key limit ${place(limit)}::bigint`,
    values,
  }
}

const NO_ROWS = `select key, currency, settlement_currency, false as is_total, ${sumColumns.join(', ')} from report_totals where false`

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
    text: `select ${key} as key, currency, settlement_currency, ${summed(sumColumns)}
      from (
        select ${day} as starts_on, ${ownKey} as key, currency, settlement_currency, ${counted}
        from (${linesSql(OF_RANGE[basis], '$3::timestamptz')}) as line
          left join month_closings closing on closing.month = to_char(day, 'YYYY-MM') and closing.closed_at <= $3
        where ${day} between $1 and $2${only === undefined ? '' : ` and ${only.dimension} = any($4)`}
      ) as one
      group by 1, 2, 3 having ${isNotZero(sumColumns)}`,
    values: [from, to, asOf ?? 'infinity', ...(only === undefined ? [] : [only.keys])],
  }
}

/** Postgres can hash this; `is not distinct from` it compares row by row. */
export const isSameKey = (a: string, b: string) =>
  `coalesce(${a}.key, '') = coalesce(${b}.key, '') and (${a}.key is null) = (${b}.key is null)`
