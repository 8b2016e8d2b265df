import type { Knex } from 'knex'

/**
 * What mails about a recurring gift say besides its receipts: its card and the invoice that could not be collected,
 * as Stripe answers them, and who stopped it. Those that run are read from Stripe once more, so that their card is known.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table subscriptions
      add column canceled_at timestamptz,
      add column card_brand text,
      add column card_last4 text,
      add column card_expires text,
      add column open_invoice_id text,
      add column open_invoice_url text,
      add column next_attempt_at timestamptz,
      add constraint subscriptions_card_expires_in_a_month check (card_expires ~ '^[0-9]{4}-[0-9]{2}$') not valid;
    comment on column subscriptions.canceled_at is 'When its end was decided, which may come later (cancel_at).';
    comment on column subscriptions.card_expires is 'The last month in which the card is valid.';
    comment on column subscriptions.open_invoice_id is 'The invoice that Stripe could not collect; null: none is open.';
    comment on column subscriptions.open_invoice_url is 'Stripe''s page on which that invoice can be paid.';
    comment on column subscriptions.next_attempt_at is 'When Stripe tries that invoice again by itself.';
    update subscriptions set stale = true, next_try_at = null where ended_at is null and not stale;

    create table recurring_stops (
      stripe_subscription_id text primary key,
      asked_at timestamptz not null,

      constraint recurring_stops_subscription_exists foreign key (stripe_subscription_id) references subscriptions
    );
    comment on table recurring_stops is
      'A recurring gift that its donor asked to stop, by the link in our mails: the last time. Stripe says whether it has stopped.';

    create table card_changes (
      stripe_subscription_id text primary key,
      asked_at timestamptz not null,

      constraint card_changes_subscription_exists foreign key (stripe_subscription_id) references subscriptions
    );
    comment on table card_changes is
      'A recurring gift whose donor asked to change its card, by the link in our mails: the last time. The card that the donor then makes the default at Stripe pays this gift.';

    alter table outbox_messages drop constraint outbox_messages_kind_is_known;
    alter table outbox_messages add constraint outbox_messages_kind_is_known
      check (kind in ('receipt', 'receipt_voided', 'staff_sign_in', 'staff_welcome', 'monthly_report', 'payment_refused',
        'recurring_failed', 'recurring_card_expires', 'recurring_stopped', 'recurring_reminder')) not valid;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
