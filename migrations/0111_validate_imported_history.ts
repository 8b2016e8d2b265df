import type { Knex } from 'knex'

/** Rows of older releases hold accounts and effects that the new checks take. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table ledger_entries validate constraint ledger_entries_account_is_known;
    alter table account_codes validate constraint account_codes_account_is_known;
    alter table ledger_transactions validate constraint ledger_transactions_effect_is_known;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
