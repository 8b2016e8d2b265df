import type { Knex } from 'knex'

/** An invoice may be paid by several payments, and each of them is a donation. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`drop index donations_one_per_invoice`)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
