import type { Knex } from 'knex'

/** Staff write notes about a donation, say why they refund it, and correct whom its receipt names. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table donation_notes (
      id bigint generated always as identity primary key,
      donation_id uuid not null,
      text text not null,
      written_by text not null,
      written_at timestamptz not null,
      withdrawn_by text,
      withdrawn_at timestamptz,

      constraint donation_notes_donation_exists foreign key (donation_id) references donations,
      constraint donation_notes_withdrawal_is_whole check ((withdrawn_by is null) = (withdrawn_at is null))
    );
    comment on table donation_notes is
      'What a member of staff wrote about a donation. A note is withdrawn and never deleted; its text may go when its donor is erased.';
    create index donation_notes_by_donation on donation_notes (donation_id);
    create trigger donation_notes_are_never_deleted before delete or truncate on donation_notes
      for each statement execute function refuse_change();

    alter table refund_requests add column note text;
    comment on column refund_requests.note is 'What whoever asked for the refund wrote about it; null: nothing.';

    alter table receipt_voidings drop constraint receipt_voidings_reason_is_known;
    alter table receipt_voidings add constraint receipt_voidings_reason_is_known
      check (reason in ('refunded', 'dispute_lost', 'bank_returned', 'reversal_undone', 'redated', 'corrected')) not valid;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
