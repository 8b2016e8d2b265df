import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

/** Several payments of one invoice are several donations: its unique index gives way to this one. */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'donations_by_invoice',
    'on donations (stripe_invoice_id) where stripe_invoice_id is not null',
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
