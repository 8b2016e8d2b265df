import type { Knex } from 'knex'

/** Finance sees why a mail was given up, sends it again or leaves it, and an auditor sees who did. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table outbox_messages add column failure text, add column left_unsent_at timestamptz;
    alter table outbox_messages add constraint outbox_messages_failure_is_known check (failure in (
      'no_such_address', 'address_unusable', 'mailbox_full', 'sending_limit', 'refused_by_policy', 'server_unreachable',
      'server_sign_in_refused', 'number_not_backed_up', 'nobody_to_write_to', 'other')) not valid;
    comment on column outbox_messages.failure is 'Why the last try failed; last_error has the server''s codes.';
    comment on column outbox_messages.left_unsent_at is 'Somebody decided not to send the mail that was given up.';

    create table outbox_interventions (
      id bigint generated always as identity primary key,
      outbox_message_id bigint not null,
      kind text not null,
      at timestamptz not null,
      made_by text not null,

      constraint outbox_interventions_belong_to_a_message foreign key (outbox_message_id) references outbox_messages,
      constraint outbox_interventions_kind_is_known check (kind in ('sent_again', 'address_corrected', 'left_unsent'))
    );
    comment on table outbox_interventions is
      'What somebody did about a mail that was given up. A corrected address is the donation''s own and is not repeated here.';
    create index outbox_interventions_by_message on outbox_interventions (outbox_message_id);
    create trigger outbox_interventions_are_append_only before update or delete or truncate on outbox_interventions
      for each statement execute function refuse_change();
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
