import type { Knex } from 'knex'

/** The longer list of kinds was added without reading the log's rows. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table authentication_log validate constraint authentication_log_kind_is_known')
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
