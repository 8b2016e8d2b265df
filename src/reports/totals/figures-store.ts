import type { Queryable } from '../../db/database.ts'
import type { Days } from '../../calendar/days.ts'
import type { FigureGroup, FiguresQuery } from './figures.ts'
import {
  GROUPINGS,
  groupsSql,
  isByKey,
  isSameKey,
  nextKeysSql,
  type GroupsQuery,
  type SomeKeys,
  type Source,
} from './groups-sql.ts'

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
