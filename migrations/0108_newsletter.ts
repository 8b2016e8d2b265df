import type { Knex } from 'knex'

/** The newsroom's newsletter: who agreed to what, when and where, and what the mailing tool has to hear of it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table newsletter_consents (
      id uuid primary key,
      email text not null,
      language text not null,
      text text not null,
      source text not null,
      article_url text,
      checkout_id uuid,
      asked_at timestamptz not null,
      expires_at timestamptz not null,
      mailed_at timestamptz,
      confirmed_at timestamptz,
      ended_at timestamptz,
      ended_because text,

      constraint newsletter_consents_checkout_exists foreign key (checkout_id) references checkouts,
      constraint newsletter_consents_one_of_a_checkout unique (checkout_id),
      constraint newsletter_consents_say_something check (text <> '' and email <> ''),
      constraint newsletter_consents_source_is_known
        check (source in ('checkout', 'thank_you', 'my', 'element', 'form', 'article')),
      constraint newsletter_consents_reason_is_known
        check (ended_because in ('one_click', 'page', 'my', 'renewed')),
      constraint newsletter_consents_end_has_a_reason check ((ended_at is null) = (ended_because is null)),
      constraint newsletter_consents_end_after_they_are_given check (ended_at is null or confirmed_at is not null)
    );
    comment on table newsletter_consents is
      'A reader asked for the newsletter, and confirmed it by the mailed link, or did not. Evidence of the consent.';
    comment on column newsletter_consents.email is 'As it was typed; upper and lower case are one address.';
    comment on column newsletter_consents.language is 'BCP 47: the language of the text.';
    comment on column newsletter_consents.text is 'The sentence that the reader agreed to, exactly as it was shown.';
    comment on column newsletter_consents.source is 'Where the reader asked.';
    comment on column newsletter_consents.expires_at is 'Until when the mailed link confirms. Later, the row is deleted if it was not confirmed.';
    comment on column newsletter_consents.mailed_at is 'When the mail with the link was composed first; null: it was not.';
    comment on column newsletter_consents.confirmed_at is 'Null: the address gets nothing.';
    comment on column newsletter_consents.ended_because is 'How the reader unsubscribed; renewed: the reader confirmed a later one.';
    create unique index newsletter_consents_one_in_force on newsletter_consents (lower(email))
      where confirmed_at is not null and ended_at is null;
    create index newsletter_consents_of_address on newsletter_consents (lower(email), asked_at);
    create index newsletter_consents_unconfirmed on newsletter_consents (expires_at) where confirmed_at is null;
    create index newsletter_consents_confirmed on newsletter_consents (confirmed_at, id) where confirmed_at is not null;
    create index newsletter_consents_ended on newsletter_consents (ended_at) where ended_at is not null;

    create table newsletter_wishes (
      checkout_id uuid primary key,
      language text not null,
      text text not null,
      source text not null,
      made_at timestamptz not null,

      constraint newsletter_wishes_checkout_exists foreign key (checkout_id) references checkouts,
      constraint newsletter_wishes_source_is_known check (source in ('checkout', 'thank_you'))
    );
    comment on table newsletter_wishes is
      'A reader ticked the newsletter''s box while giving. It becomes a consent to be confirmed once the gift has succeeded.';
    comment on column newsletter_wishes.text is 'The sentence beside the box, exactly as it was shown.';
    create index newsletter_wishes_by_time on newsletter_wishes (made_at);

    create table newsletter_deliveries (
      id bigint generated always as identity primary key,
      email text not null,
      language text not null,
      action text not null,
      version integer not null default 1,
      status text not null default 'pending',
      attempts integer not null default 0,
      next_attempt_at timestamptz not null default now(),
      claimed_until timestamptz,
      failure text,
      answer_code integer,
      changed_at timestamptz not null,
      delivered_at timestamptz,

      constraint newsletter_deliveries_action_is_known check (action in ('subscribe', 'unsubscribe')),
      constraint newsletter_deliveries_status_is_known check (status in ('pending', 'delivered', 'given_up')),
      constraint newsletter_deliveries_failure_is_known
        check (failure in ('wrong_key', 'wrong_list', 'address_refused', 'too_many', 'unavailable', 'unreachable', 'other'))
    );
    comment on table newsletter_deliveries is
      'What the newsroom''s mailing tool has to know of an address. The latest wish replaces an earlier one. Deleted once the tool has unsubscribed the address.';
    comment on column newsletter_deliveries.version is 'Grows with each change, so that an answer to an earlier one is not taken for the answer to this.';
    comment on column newsletter_deliveries.claimed_until is 'Until then a worker speaks to the tool about this address, and no other one does.';
    comment on column newsletter_deliveries.failure is 'Why the last try failed.';
    create unique index newsletter_deliveries_one_of_an_address on newsletter_deliveries (lower(email));
    create index newsletter_deliveries_due on newsletter_deliveries (next_attempt_at, id) where status = 'pending';
    create index newsletter_deliveries_given_up on newsletter_deliveries (changed_at, id) where status = 'given_up';

    alter table outbox_messages drop constraint outbox_messages_kind_is_known;
    alter table outbox_messages add constraint outbox_messages_kind_is_known
      check (kind in ('receipt', 'receipt_voided', 'staff_sign_in', 'staff_welcome', 'monthly_report', 'payment_refused',
        'recurring_failed', 'recurring_card_expires', 'recurring_stopped', 'recurring_reminder', 'donor_link',
        'reader_message', 'webhook_disabled', 'newsletter_confirm')) not valid;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
