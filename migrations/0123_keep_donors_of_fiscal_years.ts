import type { Knex } from 'knex'

/** The list of donors of a fiscal year that does not start in January reads kept rows of that year. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table report_donor_totals drop constraint report_donor_totals_grain_is_known;
    alter table report_donor_totals add constraint report_donor_totals_grain_is_known
      check (grain in ('month', 'quarter', 'year', 'fiscal_year')) not valid;

    alter table report_fold_states
      add column fiscal_year_starts smallint not null default 1,
      add column fiscal_years_below date,
      add column fiscal_years_filled_at timestamptz;
    alter table report_fold_states add constraint report_fold_states_fiscal_year_starts_in_a_month
      check (fiscal_year_starts between 1 and 12) not valid;
    comment on column report_fold_states.fiscal_year_starts is
      'The month in which the fiscal years start of which report_donor_totals has rows. 1: it has none of fiscal years, since they are calendar years.';
    comment on column report_fold_states.fiscal_years_below is
      'Fiscal years before this day have their rows; null before the first has.';
    comment on column report_fold_states.fiscal_years_filled_at is
      'When the rows of all fiscal years were there; null while they are made after the month has changed.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
