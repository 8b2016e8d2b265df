import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

/** Disputes are listed, newest first. */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(knex, 'disputes_latest', 'on disputes (created_at desc, id desc)')
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
