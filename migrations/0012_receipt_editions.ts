import type { Knex } from 'knex'

/** A receipt that is no longer right is voided, and replaced by one that cites it; neither is ever edited. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table receipts
      add column revision integer not null default 1 constraint receipts_revisions_start_at_one check (revision >= 1),
      add column replaces_year integer,
      add column replaces_number bigint,
      add constraint receipts_later_revision_cites_the_one_before
        check ((revision = 1) = (replaces_number is null) and (replaces_year is null) = (replaces_number is null)),
      add constraint receipts_cited_exists foreign key (replaces_year, replaces_number) references receipts (year, number),
      add constraint receipts_replaced_once unique (replaces_year, replaces_number),
      add constraint receipts_one_of_each_revision unique (donation_id, revision),
      drop constraint receipts_one_per_donation;

    create table receipt_voidings (
      year integer not null,
      number bigint not null,
      voided_at timestamptz not null,
      reason text not null constraint receipt_voidings_reason_is_known
        check (reason in ('refunded', 'dispute_lost', 'bank_returned', 'reversal_undone')),
      primary key (year, number),
      constraint receipt_voidings_receipt_exists foreign key (year, number) references receipts (year, number)
    );
    create trigger receipt_voidings_are_evidence before update or delete or truncate on receipt_voidings
      for each statement execute function refuse_change();

    alter table outbox_messages drop constraint outbox_messages_kind_is_known,
      add constraint outbox_messages_kind_is_known check (kind in ('receipt', 'receipt_voided', 'staff_sign_in'));
  `)
}

export { forwardOnly as down } from '../src/db/forward-only.ts'
