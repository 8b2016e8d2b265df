import type { Knex } from 'knex'

/** A receipt may be voided because its donor's name was corrected. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table receipt_voidings validate constraint receipt_voidings_reason_is_known')
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
