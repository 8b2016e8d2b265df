import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

/** Finance compares what readers covered in a period with what Stripe took, among gifts most of which cover nothing. */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'donations_covering_fees',
    'on donations (succeeded_on) where covered_fee_minor > 0',
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
