import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

export const config = { transaction: false }

/** One sign-off for each difference. It is built while the column is empty, so that it cannot fail. */
export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'month_sign_offs_one_per_difference',
    'on month_sign_offs (difference)',
    'unique',
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
