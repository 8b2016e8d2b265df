import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

export const config = { transaction: false }

/** Disputes that wait for an answer are few among many that are over. */
export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'disputes_to_answer',
    `on disputes (evidence_due_by) where status in ('needs_response', 'warning_needs_response')`,
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
