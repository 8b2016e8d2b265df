import type { Knex } from 'knex'

/** Checks the rows that were there before the lists of accounts, effects and kinds grew; writing goes on meanwhile. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table ledger_entries validate constraint ledger_entries_account_is_known;
    alter table ledger_transactions validate constraint ledger_transactions_effect_is_known;
    alter table month_sign_offs validate constraint month_sign_offs_kind_is_known;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
