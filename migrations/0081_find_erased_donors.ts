import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

/** Events of gifts whose donor was erased are looked for every day, and such gifts are few. */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'donations_of_erased_donors',
    'on donations (donor_erased_at) where donor_erased_at is not null',
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
