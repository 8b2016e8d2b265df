import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

/** The list of donations is sorted by the donor's name. */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'donations_by_donor_name',
    "on donations (coalesce(lower(donor_name), ''), id)",
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
