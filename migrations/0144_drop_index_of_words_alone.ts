import type { Knex } from 'knex'

export const config = { transaction: false }

/** `report_search_texts_by_period` serves what it served. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('drop index concurrently if exists report_search_texts_by_part')
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
