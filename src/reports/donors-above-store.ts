import type { Knex } from 'knex'
import { donorsAbove, type DonorAbove, type DonorsQuery } from './donors-above.ts'

/** The largest donors of the list, and how many there are in all. */
export async function listDonorsAbove(
  db: Knex,
  query: DonorsQuery,
  limit: number,
): Promise<{ readonly donors: readonly DonorAbove[]; readonly count: bigint }> {
  const { sql, values } = donorsAbove(query)
  const { rows } = await db.raw<{ rows: (DonorAbove & { count: bigint })[] }>(
    `select g.*, count(*) over () as count from (${sql}) as g order by g.remains_minor desc, g.email limit :limit`,
    { ...values, limit },
  )
  return { donors: rows, count: rows[0]?.count ?? 0n }
}
