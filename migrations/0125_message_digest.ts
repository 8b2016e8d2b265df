import type { Knex } from 'knex'

/** What donors write goes to the newsroom as one e-mail a day, where it wants that. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table outbox_messages drop constraint outbox_messages_kind_is_known;
    alter table outbox_messages add constraint outbox_messages_kind_is_known
      check (kind in ('receipt', 'receipt_voided', 'staff_sign_in', 'staff_welcome', 'monthly_report', 'payment_refused',
        'recurring_failed', 'recurring_card_expires', 'recurring_stopped', 'recurring_reminder', 'recurring_changed',
        'recurring_paused', 'recurring_resumed', 'donor_link', 'reader_message', 'message_digest', 'webhook_disabled',
        'newsletter_confirm', 'checkout_reminder')) not valid;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
