import type { Knex } from 'knex'

/** Bank statements, their movements, and which of them is which deposit. New tables, so nothing waits for a lock. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table payouts add column trace_id text;
    comment on column payouts.trace_id is 'The bank''s own id of the transfer, once Stripe knows it (Payout.trace_id).';

    create table bank_statements (
      id uuid primary key,
      file_hash bytea not null,
      file_name text not null,
      file bytea not null,
      format text not null,
      account_number text,
      first_day date,
      last_day date,
      currencies text[] not null default '{}',
      uploaded_by text not null,
      uploaded_at timestamptz not null,

      constraint bank_statements_one_per_file unique (file_hash),
      constraint bank_statements_format_is_known check (format in ('csv', 'ofx', 'camt053', 'mt940')),
      constraint bank_statements_days_are_whole check ((first_day is null) = (last_day is null)),
      constraint bank_statements_days_are_in_order check (first_day <= last_day)
    );
    comment on table bank_statements is 'A file that staff uploaded, kept under the SHA-256 of its bytes.';
    comment on column bank_statements.first_day is
      'Day of its first movement; null while staff have not said what the columns of a CSV file mean.';

    comment on column bank_statements.currencies is 'Of its movements, those included that another statement brought before.';

    create table bank_lines (
      id bigint generated always as identity primary key,
      bank_statement_id uuid not null,
      place integer not null,
      identity bytea not null,
      day date not null,
      currency text not null,
      amount_minor bigint not null,
      description text not null,
      bank_reference text,

      constraint bank_lines_statement_exists foreign key (bank_statement_id) references bank_statements,
      constraint bank_lines_are_known_once unique (identity),
      constraint bank_lines_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
      constraint bank_lines_amount_is_not_zero check (amount_minor <> 0)
    );
    comment on table bank_lines is 'A movement of the bank account. What came in is positive.';
    comment on column bank_lines.identity is
      'Hash of what tells the movement from others, so that statements that overlap do not bring it twice.';
    create index bank_lines_by_statement on bank_lines (bank_statement_id, place);
    create index bank_lines_by_amount on bank_lines (currency, amount_minor, day);
    create trigger bank_lines_are_evidence before update or delete or truncate on bank_lines
      for each statement execute function refuse_change();

    create table bank_matches (
      id bigint generated always as identity primary key,
      bank_line_id bigint not null,
      payout_id text not null,
      kind text not null,
      rule text not null,
      matched_by text not null,
      matched_at timestamptz not null,
      ended_by text,
      ended_at timestamptz,

      constraint bank_matches_line_exists foreign key (bank_line_id) references bank_lines,
      constraint bank_matches_payout_exists foreign key (payout_id) references payouts,
      constraint bank_matches_kind_is_known check (kind in ('deposit', 'return')),
      constraint bank_matches_rule_is_known check (rule in ('trace', 'amount_and_day', 'chosen')),
      constraint bank_matches_end_is_whole check ((ended_at is null) = (ended_by is null))
    );
    comment on table bank_matches is 'A bank line that is a deposit from Stripe, or its return. A match that was wrong is ended, not deleted.';
    create unique index bank_matches_one_per_line on bank_matches (bank_line_id) where ended_at is null;
    create unique index bank_matches_one_per_deposit on bank_matches (payout_id, kind) where ended_at is null;

    create table bank_csv_layouts (
      headings_hash bytea primary key,
      columns jsonb not null,
      chosen_by text not null,
      chosen_at timestamptz not null
    );
    comment on table bank_csv_layouts is
      'What the columns of a bank''s CSV files mean, by the hash of their headings: the next such file needs no questions.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
