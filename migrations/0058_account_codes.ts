import type { Knex } from 'knex'

/** A newsroom's own chart of accounts: journals for its bookkeeping bear its codes. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table account_codes (
      account text primary key,
      code text not null,
      name text not null,
      changed_at timestamptz not null,

      constraint account_codes_account_is_known
        check (account in ('donations', 'refunds', 'disputes', 'stripe_fees', 'dispute_fees', 'stripe_clearing',
          'stripe_balance', 'payouts_in_transit', 'bank', 'fx', 'opening_balance', 'stripe_reserve', 'other_stripe_activity',
          'other_programs', 'write_offs', 'other_income', 'other_expenses')),
      constraint account_codes_have_a_code check (code <> ''),
      constraint account_codes_have_a_name check (name <> '')
    );
    comment on table account_codes is
      'The account of the newsroom''s own bookkeeping that an account of the ledger is. The audit trail has its changes.';
    comment on column account_codes.name is 'As the newsroom''s bookkeeping writes it, a sub-account after its parent and a colon.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
