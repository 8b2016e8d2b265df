import type { Knex } from 'knex'

/** One row a gift that succeeded: one payment. Donor columns may be erased; the money columns never change. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table donations (
      id uuid primary key,
      payment_intent_id text not null constraint donations_one_per_payment unique,
      checkout_id uuid constraint donations_checkout_exists references checkouts,
      stripe_session_id text constraint donations_one_per_session unique,
      charge_id text constraint donations_one_per_charge unique,
      currency text not null constraint donations_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
      gross_minor bigint not null constraint donations_gross_is_positive check (gross_minor > 0),
      frequency text not null constraint donations_frequency_is_known check (frequency in ('once', 'monthly', 'yearly')),
      article_url text,
      article_title text,
      campaign_source text,
      campaign_medium text,
      campaign_name text,
      donor_name text,
      donor_email text,
      message text,
      anonymous boolean not null default false,
      succeeded_at timestamptz not null,
      succeeded_on date not null,
      created_at timestamptz not null default now()
    );
    comment on column donations.succeeded_on is 'the day in the newsroom''s timezone when it was booked';
    create index donations_latest on donations (succeeded_at desc, id desc);

    create function donation_money_is_final() returns trigger language plpgsql as $$
    begin
      raise exception 'a donation''s payment, currency and gross are final' using errcode = 'restrict_violation';
    end $$;
    create trigger donations_money_is_final before update on donations for each row
      when ((old.payment_intent_id, old.currency, old.gross_minor) is distinct from (new.payment_intent_id, new.currency, new.gross_minor))
      execute function donation_money_is_final();
    create trigger donations_are_never_deleted before delete or truncate on donations
      for each statement execute function refuse_change();

    create table day_totals (
      day date not null,
      currency text not null,
      frequency text not null,
      donations bigint not null constraint day_totals_count_is_not_negative check (donations >= 0),
      gross_minor bigint not null constraint day_totals_gross_is_not_negative check (gross_minor >= 0),
      primary key (day, currency, frequency)
    ) with (fillfactor = 50);
    comment on table day_totals is 'sums of donations per newsroom day, kept by the apply step in the same database transaction';
  `)
}

export { forwardOnly as down } from '../src/db/forward-only.ts'
