import type { Knex } from 'knex'

/** A reader who does not finish a gift may be reminded once, where they asked for it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table checkout_reminders (
      checkout_id uuid primary key,
      email text not null,
      language text not null,
      consent text not null,
      consented_at timestamptz not null,
      queued_at timestamptz,

      constraint checkout_reminders_checkout_exists foreign key (checkout_id) references checkouts,
      constraint checkout_reminders_say_something check (email <> '' and consent <> '')
    );
    comment on table checkout_reminders is
      'A reader agreed to be reminded once if a gift is not finished. Deleted when a gift arrives from the address, when the reader declines, when the donor is erased, and after a month.';
    comment on column checkout_reminders.email is 'As the reader typed it on our form.';
    comment on column checkout_reminders.language is 'BCP 47: the language of the consent and of the mail.';
    comment on column checkout_reminders.consent is 'The sentence beside the box, exactly as it was shown.';
    comment on column checkout_reminders.queued_at is 'When the one mail was put into the outbox.';
    create index checkout_reminders_of_address on checkout_reminders (lower(email));
    create index checkout_reminders_by_time on checkout_reminders (consented_at);

    alter table outbox_messages drop constraint outbox_messages_kind_is_known;
    alter table outbox_messages add constraint outbox_messages_kind_is_known
      check (kind in ('receipt', 'receipt_voided', 'staff_sign_in', 'staff_welcome', 'monthly_report', 'payment_refused',
        'recurring_failed', 'recurring_card_expires', 'recurring_stopped', 'recurring_reminder', 'donor_link',
        'reader_message', 'webhook_disabled', 'newsletter_confirm', 'checkout_reminder')) not valid;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
