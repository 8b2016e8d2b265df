import type { Knex } from 'knex'

/** Rows of older releases hold grains that the new check takes. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table report_donor_totals validate constraint report_donor_totals_grain_is_known;
    alter table report_fold_states validate constraint report_fold_states_fiscal_year_starts_in_a_month;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
