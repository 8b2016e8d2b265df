import type { Knex } from 'knex'

/** Rows of older releases hold kinds that the new checks take. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table outbox_messages validate constraint outbox_messages_kind_is_known;
    alter table audit_trail validate constraint audit_trail_actor_kind_is_known;
    alter table audit_trail validate constraint audit_trail_actor_has_what_its_kind_has;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
