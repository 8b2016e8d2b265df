import type { Knex } from 'knex'

export const config = { transaction: false }

/** The donors of a range by the day given follow from those by the day booked. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('drop index concurrently if exists report_lines_donors_by_day_given')
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
