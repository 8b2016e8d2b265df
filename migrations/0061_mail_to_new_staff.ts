import type { Knex } from 'knex'

/** Whoever is let in by a colleague gets a mail that says where to sign in. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table outbox_messages drop constraint outbox_messages_kind_is_known;
    alter table outbox_messages add constraint outbox_messages_kind_is_known
      check (kind in ('receipt', 'receipt_voided', 'staff_sign_in', 'staff_welcome')) not valid;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
