import type { Knex } from 'knex'

/** A row of Stripe's lists that cannot be read is kept and named, so that it no longer stops the rows beside it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table unreadable_rows (
      list text not null,
      id text not null,
      body text not null,
      reason text not null,
      created_at timestamptz,
      first_seen_at timestamptz not null,
      last_seen_at timestamptz not null,
      readable_since timestamptz,
      tries integer not null default 0,
      next_try_at timestamptz,

      primary key (list, id),
      constraint unreadable_rows_list_is_known
        check (list in ('balance_transactions', 'payouts', 'events', 'sessions', 'invoices', 'charges', 'refunds',
          'disputes', 'warnings'))
    );
    comment on table unreadable_rows is
      'A row of one of Stripe''s lists that this service could not read. It is no part of the books; reconciliation names it.';
    comment on column unreadable_rows.id is
      'Stripe''s id; of a row without one, unreadable_ and a hash of its text.';
    comment on column unreadable_rows.body is
      'The row as JSON, as Stripe''s API answered it last. It may hold donor data.';
    comment on column unreadable_rows.reason is 'The fields that could not be read and why, without their values.';
    comment on column unreadable_rows.created_at is 'Stripe''s time of the row; null when that could not be read either.';
    comment on column unreadable_rows.readable_since is
      'When the row was read after all, by a later version or because Stripe changed it; null while it cannot be read.';
    comment on column unreadable_rows.next_try_at is 'Before this time the kept row is not read again.';

    alter table month_sign_offs drop constraint month_sign_offs_kind_is_known;
    alter table month_sign_offs add constraint month_sign_offs_kind_is_known
      check (kind in ('not_settled', 'not_booked_yet', 'debit_under_way', 'missing_at_stripe', 'missing_here',
        'amount_mismatch', 'currency_mismatch', 'unknown_type', 'adjustment', 'refunded_too_much', 'disputed_too_much',
        'reversed_twice', 'payout_failed', 'payout_not_returned', 'payout_amount_mismatch', 'payout_not_itemisable',
        'payout_items_mismatch', 'payout_item_unknown', 'unprocessed_event', 'unreadable_row')) not valid;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
