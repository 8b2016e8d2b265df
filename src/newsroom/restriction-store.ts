import type { Queryable } from '../db/database.ts'
import type { Restriction } from './restriction.ts'

/** All of them, by fund. */
export async function readRestrictions(db: Queryable): Promise<Restriction[]> {
  const { rows } = await db.query<Restriction>({
    name: 'read-restrictions',
    text: `select kind, key, fund from restrictions order by fund, kind, key`,
  })
  return rows
}

/** Marks a campaign or a story, or gives it another fund. @returns the fund that it had before */
export async function putRestriction(
  tx: Queryable,
  { kind, key, fund }: Restriction,
  now: Date,
): Promise<string | null> {
  const before = await tx.query<{ fund: string }>(
    `select fund from restrictions where (kind, key) = ($1, $2) for update`,
    [kind, key],
  )
  await tx.query(
    `insert into restrictions (kind, key, fund, marked_at) values ($1, $2, $3, $4)
     on conflict (kind, key) do update set fund = excluded.fund, marked_at = excluded.marked_at`,
    [kind, key, fund, now],
  )
  return before.rows[0]?.fund ?? null
}

/** @returns the fund that it had; null when it had none */
export async function removeRestriction(
  tx: Queryable,
  { kind, key }: Pick<Restriction, 'kind' | 'key'>,
): Promise<string | null> {
  const { rows } = await tx.query<{ fund: string }>(
    `delete from restrictions where (kind, key) = ($1, $2) returning fund`,
    [kind, key],
  )
  return rows[0]?.fund ?? null
}
