import type { Knex } from 'knex'

/** The files that say how periods and ranges are numbered have moved. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    comment on column report_search_texts.periods is
      'The periods of 1, 4, 16, 64, 256 and 1,024 days of UTC in which the gift was given, numbered as in search-periods.ts, and the range of its amount, as in search-amounts.ts. Null until they are filled.'`)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
