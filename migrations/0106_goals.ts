import type { Knex } from 'knex'

/** Goals that the newsroom shows to readers. What was raised is not stored: the kept totals say it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table goals (
      id uuid primary key,
      title text not null,
      counted text not null,
      campaign_name text,
      currency text not null,
      amount_minor bigint not null,
      starts_on date not null,
      ends_on date not null,
      matching_text text,
      matching_minor bigint,
      created_at timestamptz not null,
      taken_down_at timestamptz,

      constraint goals_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
      constraint goals_counted_is_known check (counted in ('campaign', 'once', 'monthly', 'all')),
      constraint goals_campaign_is_named check ((counted = 'campaign') = (campaign_name is not null)),
      constraint goals_amount_is_positive check (amount_minor > 0),
      constraint goals_matching_is_whole check ((matching_text is null) = (matching_minor is null)),
      constraint goals_matching_is_positive check (matching_minor > 0),
      constraint goals_end_after_they_start check (ends_on >= starts_on)
    );
    comment on table goals is 'An amount that the newsroom asks its readers to reach by a day, shown as a bar.';
    comment on column goals.counted is 'Which gifts count: those of one campaign, single ones, monthly ones, or all.';
    comment on column goals.matching_text is 'Who adds to what readers give, in the newsroom''s own words.';
    comment on column goals.matching_minor is 'What they add at most. It is never part of what was raised.';
    comment on column goals.taken_down_at is 'Since when readers do not see it any more.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
