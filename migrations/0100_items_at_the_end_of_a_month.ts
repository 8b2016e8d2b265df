import type { Knex } from 'knex'

/** A month's page lists what the clearing account held at its end and what cleared it later. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table ledger_month_end_items (
      month text not null,
      object text not null,

      primary key (month, object),
      constraint ledger_month_end_items_month_is_a_month check (month ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])$')
    );
    comment on table ledger_month_end_items is
      'Objects that held something in stripe_clearing at the end of a month and were posted to later, kept from the ledger up to ledger_fold_states.month_ends_kept_below. What an object held is read from the ledger.';
    comment on column ledger_month_end_items.object is 'ledger_transactions.clears.';

    alter table ledger_fold_states add column month_ends_kept_below xid8 not null default '0';
    comment on column ledger_fold_states.month_ends_kept_below is
      'What database transactions before this one posted is in ledger_month_end_items.';

    -- One statement, so that the bound and the rows are of one instant.
    with filled as (
      insert into ledger_month_end_items (month, object)
      select distinct to_char(g.month, 'YYYY-MM'), r.clears
      from (
        select clears, month, sum(minor) over runs as left_minor, lead(month) over runs as next_month
        from (
          select t.clears, e.currency, date_trunc('month', t.booked_on::timestamp) as month, sum(e.amount_minor) as minor
          from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id and e.account = 'stripe_clearing'
          group by 1, 2, 3
        ) by_month window runs as (partition by clears, currency order by month)
      ) r
      cross join lateral generate_series(r.month, r.next_month - interval '1 month', interval '1 month') g(month)
      where r.left_minor <> 0 and r.next_month is not null
      returning 1
    )
    update ledger_fold_states set month_ends_kept_below = pg_snapshot_xmin(pg_current_snapshot());

    alter table month_sign_offs drop constraint month_sign_offs_kind_is_known;
    alter table month_sign_offs add constraint month_sign_offs_kind_is_known
      check (kind in ('not_settled', 'not_booked_yet', 'debit_under_way', 'recorded_later', 'settled_later',
        'missing_at_stripe', 'missing_here', 'amount_mismatch', 'currency_mismatch', 'unknown_type', 'adjustment',
        'refunded_too_much', 'disputed_too_much', 'reversed_twice', 'payout_failed', 'payout_not_returned',
        'payout_amount_mismatch', 'payout_not_itemisable', 'payout_items_mismatch', 'payout_item_unknown',
        'unprocessed_event', 'unreadable_row', 'payout_unknown', 'payout_never_itemised', 'reserve_held',
        'stripe_product', 'other_stripe_activity', 'other_activity', 'changed_after_write_off')) not valid;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
