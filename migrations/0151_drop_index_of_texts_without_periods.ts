import type { Knex } from 'knex'

export const config = { transaction: false }

/** Texts are given their periods in the order of their donations, so that nobody looks for those without. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('drop index concurrently if exists report_search_texts_without_periods')
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
