import type { Knex } from 'knex'

/** The books have a beginning: what Stripe's balance held before it is one opening balance for each currency. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table books_opening (
      is_only_row boolean primary key default true,
      opens_on date not null,
      opens_at timestamptz not null,
      recorded_at timestamptz not null,
      balance_posted_at timestamptz,

      constraint books_opening_is_only_row check (is_only_row)
    );
    comment on table books_opening is
      'The first day of the books: at most one row. Without a row, the books begin with Stripe''s first balance transaction.';
    comment on column books_opening.opens_at is 'The beginning of that day in the newsroom''s timezone.';
    comment on column books_opening.balance_posted_at is
      'When the opening balances were posted: once Stripe''s balance had been read to its beginning.';

    alter table ledger_entries drop constraint ledger_entries_account_is_known;
    alter table ledger_entries add constraint ledger_entries_account_is_known
      check (account in ('donations', 'refunds', 'disputes', 'stripe_fees', 'stripe_clearing', 'stripe_balance', 'bank',
        'fx', 'opening_balance')) not valid;

    alter table ledger_transactions drop constraint ledger_transactions_effect_is_known;
    alter table ledger_transactions add constraint ledger_transactions_effect_is_known
      check (effect in ('donation_succeeded', 'refunded', 'refund_failed', 'bank_returned', 'dispute_withdrawn',
        'dispute_reinstated', 'settled', 'opened', 'concerns_earlier')) not valid;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
