import type { Knex } from 'knex'

/** A payout is in transit until it arrives at the bank, and a dispute's fee is apart from the fees of processing. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table ledger_entries drop constraint ledger_entries_account_is_known;
    alter table ledger_entries add constraint ledger_entries_account_is_known
      check (account in ('donations', 'refunds', 'disputes', 'stripe_fees', 'dispute_fees', 'stripe_clearing',
        'stripe_balance', 'payouts_in_transit', 'bank', 'fx', 'opening_balance', 'stripe_reserve',
        'other_stripe_activity', 'other_programs')) not valid;

    alter table ledger_transactions drop constraint ledger_transactions_effect_is_known;
    alter table ledger_transactions add constraint ledger_transactions_effect_is_known
      check (effect in ('donation_succeeded', 'donation_redated_from', 'donation_redated_to', 'refunded', 'refund_failed',
        'bank_returned', 'dispute_withdrawn', 'dispute_reinstated', 'settled', 'opened', 'concerns_earlier',
        'concerns_others', 'is_ours_after_all', 'arrived', 'arrival_undone')) not valid;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
