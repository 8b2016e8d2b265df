import type { Knex } from 'knex'

/** The reconciling items are a file, too. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table exports drop constraint exports_kind_is_known;
    alter table exports add constraint exports_kind_is_known
      check (kind in ('donations', 'deposits', 'ledger', 'receipts', 'donors', 'journal', 'stories', 'campaigns', 'newsletter',
        'reconciling_items'))
      not valid;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
