import type { Knex } from 'knex'

/** A write-off posts an entry from the account that holds a reconciling item, and can be reversed. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table write_offs (
      id uuid primary key,
      month text not null,
      object text not null,
      kind text not null,
      currency text not null,
      amount_minor bigint not null,
      from_account text not null,
      to_account text not null,
      reason text not null,
      needs_approval boolean not null,
      prepared_by text not null,
      prepared_at timestamptz not null,

      constraint write_offs_month_is_a_month check (month ~ '^[1-9]\\d{3}-(0[1-9]|1[0-2])$'),
      constraint write_offs_kind_is_known
        check (kind in ('missing_at_stripe', 'missing_here', 'amount_mismatch', 'currency_mismatch', 'unknown_type',
          'adjustment', 'payout_not_returned', 'payout_unknown')),
      constraint write_offs_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
      constraint write_offs_amount_is_not_zero check (amount_minor <> 0),
      constraint write_offs_from_account_is_known
        check (from_account in ('stripe_clearing', 'bank', 'payouts_in_transit')),
      constraint write_offs_to_account_is_known check (to_account in ('write_offs', 'other_income', 'other_expenses')),
      constraint write_offs_reason_is_given check (length(trim(reason)) >= 10)
    );
    comment on table write_offs is
      'A reconciling item that somebody prepared to be written off. Nothing is posted before its row in write_off_decisions says so.';
    comment on column write_offs.month is 'The month on whose page it was prepared; the entry counts for its last day.';
    comment on column write_offs.object is 'Stripe''s id of the item, as ledger_transactions.clears has it.';
    comment on column write_offs.amount_minor is 'What the item stands at in from_account: minor units, a debit is positive.';
    comment on column write_offs.needs_approval is 'Whether somebody else than prepared_by must approve it.';
    create index write_offs_by_object on write_offs (object);
    create trigger write_offs_are_evidence before update or delete or truncate on write_offs
      for each statement execute function refuse_change();

    create table write_off_decisions (
      write_off_id uuid not null references write_offs,
      decision text not null,
      decided_by text not null,
      decided_at timestamptz not null,
      reason text,

      primary key (write_off_id, decision),
      constraint write_off_decisions_decision_is_known check (decision in ('posted', 'declined', 'reversed'))
    );
    alter table write_off_decisions rename constraint write_off_decisions_write_off_id_fkey
      to write_off_decisions_write_off_exists;
    comment on table write_off_decisions is
      'What became of a write-off: it was posted (approved, where it needs that) or declined, and a posted one may be reversed.';
    comment on column write_off_decisions.reason is 'Why it was declined or reversed. Null: posted.';
    create trigger write_off_decisions_are_evidence before update or delete or truncate on write_off_decisions
      for each statement execute function refuse_change();

    alter table ledger_entries drop constraint ledger_entries_account_is_known;
    alter table ledger_entries add constraint ledger_entries_account_is_known
      check (account in ('donations', 'refunds', 'disputes', 'stripe_fees', 'dispute_fees', 'stripe_clearing',
        'stripe_balance', 'payouts_in_transit', 'bank', 'fx', 'opening_balance', 'stripe_reserve',
        'other_stripe_activity', 'other_programs', 'write_offs', 'other_income', 'other_expenses')) not valid;

    alter table ledger_transactions drop constraint ledger_transactions_effect_is_known;
    alter table ledger_transactions add constraint ledger_transactions_effect_is_known
      check (effect in ('donation_succeeded', 'donation_redated_from', 'donation_redated_to', 'refunded', 'refund_failed',
        'bank_returned', 'dispute_withdrawn', 'dispute_reinstated', 'settled', 'opened', 'concerns_earlier',
        'concerns_others', 'is_ours_after_all', 'arrived', 'arrival_undone', 'written_off', 'write_off_reversed')) not valid;

    alter table month_sign_offs drop constraint month_sign_offs_kind_is_known;
    alter table month_sign_offs add constraint month_sign_offs_kind_is_known
      check (kind in ('not_settled', 'not_booked_yet', 'debit_under_way', 'missing_at_stripe', 'missing_here',
        'amount_mismatch', 'currency_mismatch', 'unknown_type', 'adjustment', 'refunded_too_much', 'disputed_too_much',
        'reversed_twice', 'payout_failed', 'payout_not_returned', 'payout_amount_mismatch', 'payout_not_itemisable',
        'payout_items_mismatch', 'payout_item_unknown', 'unprocessed_event', 'unreadable_row', 'payout_unknown',
        'payout_never_itemised', 'reserve_held', 'stripe_product', 'other_stripe_activity', 'other_activity',
        'changed_after_write_off')) not valid;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
