import type { Knex } from 'knex'

/** Reports read sums that are kept, instead of adding up the ledger each time. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table report_lines (
      donation_id uuid not null,
      day date not null,
      settlement_currency text,
      given_on date not null,
      currency text not null,
      frequency text not null,
      article text,
      campaign text,
      donor bigint,
      ${SUMS},

      constraint report_lines_one_per_day unique nulls not distinct (donation_id, day, settlement_currency),
      constraint report_lines_settlement_currency_is_a_code check (settlement_currency ~ '^[a-z]{3}$'),
      constraint report_lines_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
      constraint report_lines_frequency_is_known check (frequency in ('once', 'monthly', 'yearly'))
    );
    comment on table report_lines is
      'What a donation counts for on a day of the books, derived from the ledger. Deleting rows loses nothing: refolding makes them again.';
    comment on column report_lines.day is 'The day booked. A fee counts no earlier than its donation.';
    comment on column report_lines.given_on is 'The day given, donations.succeeded_on.';
    comment on column report_lines.settlement_currency is 'The currency in which Stripe settled it; null while that is not known.';
    comment on column report_lines.donor is 'A hash of the address in lower case; null without an address, and once the donor is erased.';
    create index report_lines_by_day on report_lines (day, donor);
    create index report_lines_by_day_given on report_lines (given_on, donor);
    create index report_lines_by_donor on report_lines (donor, day) where donor is not null;

    create table report_totals (
      part text not null,
      dimension text not null,
      grain text not null,
      starts_on date not null,
      key text,
      currency text not null,
      settlement_currency text,
      lines bigint not null,
      ${SUMS},

      constraint report_totals_one_sum unique nulls not distinct
        (part, dimension, grain, starts_on, key, currency, settlement_currency),
      constraint report_totals_part_is_known check (part in ('booked', 'moved_to_given')),
      constraint report_totals_dimension_is_known check (dimension in ('all', 'frequency', 'article', 'campaign', 'donor')),
      constraint report_totals_grain_is_known check (grain in ('day', 'month', 'quarter', 'year')),
      constraint report_totals_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
      constraint report_totals_settlement_currency_is_a_code check (settlement_currency ~ '^[a-z]{3}$')
    ) with (fillfactor = 80);
    comment on table report_totals is 'Sums of report_lines by period and key, kept as the ledger grows.';
    comment on column report_totals.part is
      'booked: by the day booked. moved_to_given: what has to be added to those sums to have them by the day given.';
    comment on column report_totals.key is 'Of the dimension: frequency, URL, campaign''s name or donor. Null for gifts without one.';
    comment on column report_totals.lines is 'How many lines it sums; a sum of none is removed.';

    create index report_totals_unsettled on report_totals (dimension, starts_on) where grain = 'day' and unsettled <> 0;
    create index report_totals_exchanged on report_totals (currency, settlement_currency, starts_on)
      where part = 'booked' and dimension = 'all' and grain = 'day' and currency <> settlement_currency and cleared_gross_minor > 0;

    create table report_donor_counts (
      grain text not null,
      starts_on date not null,
      currency text,
      donors bigint not null,

      constraint report_donor_counts_one_number unique nulls not distinct (grain, starts_on, currency),
      constraint report_donor_counts_grain_is_known check (grain in ('month', 'quarter', 'year')),
      constraint report_donor_counts_currency_is_a_code check (currency ~ '^[a-z]{3}$')
    ) with (fillfactor = 80);
    comment on table report_donor_counts is
      'How many donors gave in a period, by the day booked. Each counts once, by address; gifts without one are not counted.';
    comment on column report_donor_counts.currency is 'Null: in any currency.';

    create table report_fold_states (
      id boolean primary key default true,
      folded_to uuid not null default '00000000-0000-0000-0000-000000000000',
      filled_at timestamptz,

      constraint report_fold_states_is_one_row check (id)
    );
    comment on table report_fold_states is 'The one row that whoever folds the ledger into report_lines locks.';
    comment on column report_fold_states.folded_to is
      'Donations up to this id, in the order of ids, have been folded by the first fill.';
    comment on column report_fold_states.filled_at is 'When the first fill had come to its end; null before that.';
    insert into report_fold_states default values;

    create table report_queue (ledger_transaction_id uuid not null);
    comment on table report_queue is
      'Ledger transactions that have not been folded into report_lines yet. It is short, and without an index, since it is only read from its beginning.';

    create function ledger_transactions_wait_for_reports() returns trigger language plpgsql as $$
    begin
      insert into report_queue select id from added;
      return null;
    end $$;
    create trigger ledger_transactions_wait_for_reports after insert on ledger_transactions
      referencing new table as added for each statement execute function ledger_transactions_wait_for_reports();
  `)
}

const SUMS = `donations bigint not null,
      gross_minor bigint not null,
      refunded_minor bigint not null,
      disputed_minor bigint not null,
      cleared_gross_minor bigint not null,
      cleared_refunded_minor bigint not null,
      cleared_disputed_minor bigint not null,
      settled_gross_minor bigint not null,
      settled_refunded_minor bigint not null,
      settled_disputed_minor bigint not null,
      processing_fee_minor bigint not null,
      dispute_fee_minor bigint not null,
      unsettled bigint not null`

export { forwardOnly as down } from '../src/db/migration-steps.ts'
