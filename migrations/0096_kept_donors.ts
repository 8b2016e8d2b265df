import type { Knex } from 'knex'

/** Reports read how many donors gave, and who gave most, from kept rows, and the first fill goes period by period. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table report_donors (
      grain text not null,
      starts_on date not null,
      before_on date not null,
      donors bigint not null,

      primary key (grain, starts_on, before_on),
      constraint report_donors_grain_is_known check (grain in ('day', 'month', 'quarter', 'year'))
    ) with (fillfactor = 80);
    comment on table report_donors is
      'How many donors gave in a period, by the day booked, and had last given before it on a certain day. So each counts once in any range of periods: where that day lies before the range. Takes over from report_donor_counts, which is empty now.';
    comment on column report_donors.before_on is 'The last day on which they gave before the period; -infinity: never.';

    create table report_donor_totals (
      donor bigint not null,
      grain text not null,
      starts_on date not null,
      currency text not null,
      gifts bigint not null,
      gross_minor bigint not null,
      remains_minor bigint not null,
      largest_minor bigint not null,
      last_on date not null,
      last_donation_id uuid not null,

      primary key (donor, grain, starts_on, currency),
      constraint report_donor_totals_grain_is_known check (grain in ('month', 'quarter', 'year')),
      constraint report_donor_totals_currency_is_a_code check (currency ~ '^[a-z]{3}$')
    ) with (fillfactor = 80);
    comment on table report_donor_totals is
      'What a donor gave in a period, by the day given, kept as the ledger grows. It holds no address: the last gift has it, until the donor is erased.';
    comment on column report_donor_totals.donor is 'As in report_lines.';
    comment on column report_donor_totals.remains_minor is 'Less what was refunded, disputed or returned by banks, whenever that was.';
    comment on column report_donor_totals.largest_minor is 'What remains of the largest gift.';
    create index report_donor_totals_by_amount on report_donor_totals (grain, starts_on, currency, remains_minor desc, donor);

    alter table report_fold_states add column lines_filled_at timestamptz, add column summed_below date;
    comment on column report_fold_states.lines_filled_at is
      'When the first fill had derived the lines of all donations; their sums follow.';
    comment on column report_fold_states.summed_below is
      'Days before this one are in the sums of the first fill; null before it has begun with them.';
    -- The lines are right already; the sums of them are made anew.
    update report_fold_states set lines_filled_at = filled_at, filled_at = null;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
