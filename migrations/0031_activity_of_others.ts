import type { Knex } from 'knex'

/** Movements of other programs on the Stripe account leave the clearing account, and one rule explains them. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table balance_transactions add column mark text, add column customer_id text;
    comment on column balance_transactions.mark is
      'What the source bears as our mark at Stripe, unchecked. Null in rows of releases before 0.3.0.';
    comment on column balance_transactions.customer_id is
      'Stripe''s id of the source''s customer. Null in rows of releases before 0.3.0.';

    create table others_activity_rules (
      id bigint generated always as identity primary key,
      is_explained boolean not null,
      decided_by text not null,
      decided_at timestamptz not null
    );
    comment on table others_activity_rules is
      'Whether the activity of other programs on the Stripe account counts as explained. The latest row holds; without a row it does not.';
    create trigger others_activity_rules_are_evidence before update or delete or truncate on others_activity_rules
      for each statement execute function refuse_change();

    alter table ledger_entries drop constraint ledger_entries_account_is_known;
    alter table ledger_entries add constraint ledger_entries_account_is_known
      check (account in ('donations', 'refunds', 'disputes', 'stripe_fees', 'stripe_clearing', 'stripe_balance', 'bank',
        'fx', 'opening_balance', 'stripe_reserve', 'other_stripe_activity', 'other_programs')) not valid;

    alter table ledger_transactions drop constraint ledger_transactions_effect_is_known;
    alter table ledger_transactions add constraint ledger_transactions_effect_is_known
      check (effect in ('donation_succeeded', 'donation_redated_from', 'donation_redated_to', 'refunded', 'refund_failed',
        'bank_returned', 'dispute_withdrawn', 'dispute_reinstated', 'settled', 'opened', 'concerns_earlier',
        'concerns_others', 'is_ours_after_all')) not valid;

    alter table month_sign_offs drop constraint month_sign_offs_kind_is_known;
    alter table month_sign_offs add constraint month_sign_offs_kind_is_known
      check (kind in ('not_settled', 'not_booked_yet', 'debit_under_way', 'missing_at_stripe', 'missing_here',
        'amount_mismatch', 'currency_mismatch', 'unknown_type', 'adjustment', 'refunded_too_much', 'disputed_too_much',
        'reversed_twice', 'payout_failed', 'payout_not_returned', 'payout_amount_mismatch', 'payout_not_itemisable',
        'payout_items_mismatch', 'payout_item_unknown', 'unprocessed_event', 'unreadable_row', 'payout_unknown',
        'payout_never_itemised', 'reserve_held', 'stripe_product', 'other_stripe_activity', 'other_activity')) not valid;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
