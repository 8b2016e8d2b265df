import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

export const config = { transaction: false }

/** A month's reconciliation looks up the products of other programs' invoices. */
export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'inbox_events_of_paid_invoices',
    `on inbox_events (created_at) where type in ('invoice.paid', 'invoice_payment.paid')`,
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
