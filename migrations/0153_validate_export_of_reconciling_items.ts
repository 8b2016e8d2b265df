import type { Knex } from 'knex'

/** Rows of older releases hold kinds that the new check takes. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table exports validate constraint exports_kind_is_known')
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
