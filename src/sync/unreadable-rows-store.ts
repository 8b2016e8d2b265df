import type { Queryable } from '../db/database.ts'
import type { StripeListName, UnreadableRow } from '../settlement/unreadable-row.ts'

/** Keeps rows that cannot be read, each once. A row that comes again replaces its text. */
export async function keepUnreadable(
  tx: Queryable,
  rows: readonly UnreadableRow[],
  now: Date,
): Promise<void> {
  if (rows.length === 0) return
  // One page may hold a row twice. Sorted, so that two processes never deadlock.
  const once = [...new Map(rows.map((row) => [`${row.list} ${row.id}`, row])).entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row)
  await tx.query(
    `insert into unreadable_rows as u (list, id, body, reason, created_at, first_seen_at, last_seen_at)
     select t.*, $6, $6 from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[]) as t
     on conflict (list, id) do update set body = excluded.body, reason = excluded.reason,
       created_at = excluded.created_at, last_seen_at = excluded.last_seen_at, readable_since = null`,
    [
      once.map(({ list }) => list),
      once.map(({ id }) => id),
      once.map(({ text }) => text),
      once.map(({ reason }) => reason),
      once.map(({ createdAt }) => createdAt?.toISOString() ?? null),
      now.toISOString(),
    ],
  )
}

/** Marks those of the rows that were kept as unreadable: they have been read now. */
export async function markReadable(
  tx: Queryable,
  list: StripeListName,
  ids: readonly string[],
  now: Date,
): Promise<void> {
  if (ids.length === 0) return
  await tx.query({
    name: 'mark-readable',
    text: `update unreadable_rows set readable_since = $3
           where list = $1 and id = any($2::text[]) and readable_since is null`,
    values: [list, ids, now.toISOString()],
  })
}

/** A kept row, as it came. */
export type KeptRow = Pick<UnreadableRow, 'list' | 'id' | 'text'>

/** Kept rows whose time to be read again has come; with `all`, every kept row. */
export async function rowsToReadAgain(
  db: Queryable,
  now: Date,
  limit: number,
  all: boolean,
): Promise<KeptRow[]> {
  const { rows } = await db.query<KeptRow>(
    `select list, id, body as text from unreadable_rows
     where readable_since is null and ($3 or next_try_at is null or next_try_at <= $1)
     order by next_try_at nulls first, list, id limit $2`,
    [now.toISOString(), limit, all],
  )
  return rows
}

const FIRST_PAUSE = '10 minutes'
const LONGEST_PAUSE = '1 day'

/** Postpones the next try, twice as long each time and a day at most. */
export async function postponeRows(tx: Queryable, rows: readonly KeptRow[], now: Date): Promise<void> {
  if (rows.length === 0) return
  await tx.query(
    `update unreadable_rows u set tries = u.tries + 1, next_try_at = $3::timestamptz
       + least(interval '${FIRST_PAUSE}' * power(2, least(u.tries, 10)), interval '${LONGEST_PAUSE}')
     from unnest($1::text[], $2::text[]) as t(list, id) where u.list = t.list and u.id = t.id`,
    [rows.map(({ list }) => list), rows.map(({ id }) => id), now.toISOString()],
  )
}

/** A row that still cannot be read, for people. */
export type OpenRow = {
  readonly list: StripeListName
  readonly id: string
  readonly reason: string
  readonly firstSeenAt: Date
}

/** Every row that still cannot be read, the oldest first. */
export async function openRows(db: Queryable): Promise<OpenRow[]> {
  const { rows } = await db.query<OpenRow>(
    `select list, id, reason, first_seen_at as "firstSeenAt" from unreadable_rows
     where readable_since is null order by first_seen_at, list, id`,
  )
  return rows
}

/** How many rows still cannot be read. For /metrics. */
export async function countOpenRows(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    `select count(*)::int as n from unreadable_rows where readable_since is null`,
  )
  return rows[0]?.n ?? 0
}
