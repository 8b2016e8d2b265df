import type { Knex } from 'knex'

/** Donors see and change what is kept of them by a mailed link, without an account. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table donor_link_requests (
      id uuid primary key,
      email text not null,
      locale text not null,
      asked_at timestamptz not null
    );
    comment on table donor_link_requests is
      'Somebody typed an address on the page /my. Whether it has given is looked up only when the mail is composed, and a request of an address that has not is removed then.';
    comment on column donor_link_requests.email is 'As it was typed. Mail goes to the address that the gifts have.';
    comment on column donor_link_requests.locale is 'BCP 47: the language of the page.';
    create index donor_link_requests_by_time on donor_link_requests (asked_at);

    create table donor_links (
      token_hash bytea primary key,
      request_id uuid not null,
      email text not null,
      locale text not null,
      made_at timestamptz not null,
      expires_at timestamptz not null,
      ended_at timestamptz,

      constraint donor_links_email_is_in_lower_case check (email = lower(email))
    );
    comment on table donor_links is
      'A mailed link that opens the page of one address for an hour. Looking does not use it up, because mail programs look at links before people do.';
    comment on column donor_links.token_hash is 'SHA-256 of 32 random bytes in base64url. The database holds no usable link.';
    comment on column donor_links.ended_at is 'When the donor closed the page, or was erased.';
    create index donor_links_by_email on donor_links (email, made_at);
    create index donor_links_by_end on donor_links (expires_at);

    create table donor_erasure_requests (
      donation_id uuid primary key,
      requested_at timestamptz not null,
      ended_at timestamptz,
      outcome text,

      constraint donor_erasure_requests_donation_exists foreign key (donation_id) references donations,
      constraint donor_erasure_requests_outcome_is_known check (outcome in ('erased', 'refused')),
      constraint donor_erasure_requests_end_has_an_outcome check ((ended_at is null) = (outcome is null))
    );
    comment on table donor_erasure_requests is 'A donor asked on their own page to be erased. A worker does it within seconds.';
    comment on column donor_erasure_requests.donation_id is 'The latest gift, which names the donor.';
    comment on column donor_erasure_requests.outcome is 'refused: a recurring gift was still running.';
    create index donor_erasure_requests_open on donor_erasure_requests (requested_at) where ended_at is null;

    create table reader_messages (
      id uuid primary key,
      donation_id uuid not null,
      text text not null,
      written_at timestamptz not null,
      answered_at timestamptz,
      answered_by text,

      constraint reader_messages_donation_exists foreign key (donation_id) references donations,
      constraint reader_messages_answer_has_an_author check ((answered_at is null) = (answered_by is null))
    );
    comment on table reader_messages is 'A question that a donor asked on their own page.';
    comment on column reader_messages.donation_id is 'The latest gift, which names the donor.';
    comment on column reader_messages.text is 'Empty once the donor is erased.';
    create index reader_messages_by_time on reader_messages (written_at, id);
    create index reader_messages_of_donation on reader_messages (donation_id);
    create index reader_messages_open on reader_messages (written_at) where answered_at is null;

    alter table audit_trail drop constraint audit_trail_actor_kind_is_known;
    alter table audit_trail add constraint audit_trail_actor_kind_is_known
      check (actor_kind in ('staff', 'token', 'operator', 'service', 'donor')) not valid;
    alter table audit_trail drop constraint audit_trail_actor_has_what_its_kind_has;
    alter table audit_trail add constraint audit_trail_actor_has_what_its_kind_has check (
      (actor_id is not null) = (actor_kind in ('staff', 'token'))
      and (actor_name is null) = (actor_kind in ('service', 'donor'))) not valid;

    alter table outbox_messages drop constraint outbox_messages_kind_is_known;
    alter table outbox_messages add constraint outbox_messages_kind_is_known
      check (kind in ('receipt', 'receipt_voided', 'staff_sign_in', 'staff_welcome', 'monthly_report', 'payment_refused',
        'recurring_failed', 'recurring_card_expires', 'recurring_stopped', 'recurring_reminder', 'donor_link',
        'reader_message', 'webhook_disabled')) not valid;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
