import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

/** Who seldom does something is found without reading everything that they or others did. */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'audit_trail_by_actor_and_act',
    'on audit_trail (actor_name, act, at, position)',
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
