import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

export const config = { transaction: false }

/** The worker looks for refunds without an answer every few seconds. Hardly any request is one. */
export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'refund_requests_without_an_answer',
    'on refund_requests (requested_at) where stripe_refund_id is null and refused is null',
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
