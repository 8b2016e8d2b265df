import type { Knex } from 'knex'

/**
 * A stranger who asks for sign-in links must not use up what the person herself may ask for. A browser in which she
 * signed in before is recognised and counted apart.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table staff_browsers (
      key_hash bytea primary key,
      staff_id uuid not null,
      signed_in_at timestamptz not null,

      constraint staff_browsers_belong_to_staff foreign key (staff_id) references staff on delete cascade
    );
    comment on table staff_browsers is
      'A browser in which somebody signed in. It opens nothing: links that it asks for are counted apart from those that strangers ask for.';
    comment on column staff_browsers.signed_in_at is 'The last time.';

    alter table staff_sign_in_links add column asked_from text, add column outbox_message_id bigint;
    alter table staff_sign_in_links
      add constraint staff_sign_in_links_asked_from_is_known check (asked_from in ('known_browser', 'elsewhere')) not valid;
    comment on column staff_sign_in_links.asked_from is 'Null: it was printed and not mailed.';
    comment on column staff_sign_in_links.outbox_message_id is 'The mail that carries it. The mail''s row may be gone.';

    alter table outbox_messages add column asked_from text;
    alter table outbox_messages
      add constraint outbox_messages_asked_from_is_known check (asked_from in ('known_browser', 'elsewhere')) not valid;
    comment on column outbox_messages.asked_from is 'Of a mail with a sign-in link: whether a browser asked in which the person signed in before.';

    alter table authentication_log add column asked_from text;
    alter table authentication_log
      add constraint authentication_log_asked_from_is_known check (asked_from in ('known_browser', 'elsewhere')) not valid;
    comment on column authentication_log.asked_from is
      'Of a link that was asked for: whether a browser asked in which the person signed in before.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
