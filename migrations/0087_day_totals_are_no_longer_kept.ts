import type { Knex } from 'knex'

/**
 * Reports read sums that are folded from the ledger, and `verify` checks those. A row that every gift of a day changes
 * made gifts wait for one another. An older release that still runs may go on writing to the table.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    comment on table day_totals is
      'No longer kept: what releases up to 0.2.0 summed by day. report_totals took over.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
