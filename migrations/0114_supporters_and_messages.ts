import type { Knex } from 'knex'

/** A list of supporters that the newsroom may show, and messages that came with a gift or after it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table supporter_entries (
      id uuid primary key,
      donation_id uuid not null,
      name text,
      town text,
      message text,
      language text not null,
      consent text not null,
      consented_at timestamptz not null,
      withdrawn_at timestamptz,
      decision text,
      decided_at timestamptz,
      decided_by text,

      constraint supporter_entries_donation_exists foreign key (donation_id) references donations,
      constraint supporter_entries_one_of_a_gift unique (donation_id),
      constraint supporter_entries_decision_is_known check (decision in ('approved', 'hidden')),
      constraint supporter_entries_decision_has_an_author
        check ((decision is null) = (decided_by is null) and (decision is null) = (decided_at is null)),
      constraint supporter_entries_are_empty_once_withdrawn
        check (withdrawn_at is null or (name is null and town is null and message is null))
    );
    comment on table supporter_entries is
      'A donor agreed to appear on the public list of supporters. Nothing appears before staff have approved it. Deleted when the donor is erased.';
    comment on column supporter_entries.name is 'As the donor wrote it for the list; null: anonymous.';
    comment on column supporter_entries.language is 'BCP 47: the language of the consent.';
    comment on column supporter_entries.consent is 'The sentence beside the box, exactly as it was shown.';
    comment on column supporter_entries.withdrawn_at is 'When the donor took the consent back.';
    create index supporter_entries_to_decide on supporter_entries (consented_at, id)
      where decision is null and withdrawn_at is null;
    create index supporter_entries_shown on supporter_entries (consented_at desc, id)
      where decision = 'approved' and withdrawn_at is null;

    alter table reader_messages add column source text not null default 'my';
    alter table reader_messages add constraint reader_messages_source_is_known
      check (source in ('my', 'gift', 'thank_you')) not valid;
    comment on column reader_messages.source is
      'my: a question of the donor''s own page; gift: given with the gift, under the gift''s id; thank_you: written after it.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
