import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

/** The few gifts that are booked on another day than the one on which they were given: by the day given, only their donors are counted anew. */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'report_lines_on_another_day',
    `on report_lines (day, given_on, donor) where day <> given_on and donor is not null and donations > 0`,
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
