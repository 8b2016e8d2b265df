import type { Queryable } from '../db/database.ts'

/**
 * The donors' names of these donations, by donation, for staff who may see donors. A donation whose donor gave no name,
 * or was erased, is not in it.
 */
export async function donorNames(
  db: Queryable,
  donationIds: readonly (string | null)[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(donationIds.filter((id) => id !== null))]
  if (ids.length === 0) return new Map()
  const { rows } = await db.query<{ id: string; name: string }>(
    'select id, donor_name as name from donations where id = any($1::uuid[]) and donor_name is not null',
    [ids],
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}
