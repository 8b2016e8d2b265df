import type { Knex } from 'knex'

/** Reserves and what has nothing to do with donations get accounts, and their differences can be signed off. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table ledger_entries drop constraint ledger_entries_account_is_known;
    alter table ledger_entries add constraint ledger_entries_account_is_known
      check (account in ('donations', 'refunds', 'disputes', 'stripe_fees', 'stripe_clearing', 'stripe_balance', 'bank',
        'fx', 'opening_balance', 'stripe_reserve', 'other_stripe_activity')) not valid;

    alter table month_sign_offs drop constraint month_sign_offs_kind_is_known;
    alter table month_sign_offs add constraint month_sign_offs_kind_is_known
      check (kind in ('not_settled', 'not_booked_yet', 'debit_under_way', 'missing_at_stripe', 'missing_here',
        'amount_mismatch', 'currency_mismatch', 'unknown_type', 'adjustment', 'refunded_too_much', 'disputed_too_much',
        'reversed_twice', 'payout_failed', 'payout_not_returned', 'payout_amount_mismatch', 'payout_not_itemisable',
        'payout_items_mismatch', 'payout_item_unknown', 'unprocessed_event', 'unreadable_row', 'payout_unknown',
        'payout_never_itemised', 'reserve_held', 'stripe_product', 'other_stripe_activity')) not valid;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
