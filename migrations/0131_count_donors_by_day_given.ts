import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

/** By the day given, the donors of a range are counted from the index alone. */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'report_lines_donors_by_day_given',
    `on report_lines (given_on, donor) where donor is not null and donations > 0`,
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
