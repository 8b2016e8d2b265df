import type { Knex } from 'knex'

/**
 * The report about recurring donations reads sums of agreements, instead of every agreement each time. A change of an
 * agreement is noted beside the sums and added to them later, so that two changes never wait for each other. The lock lets
 * nobody change an agreement between the first filling and the triggers.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function agreement_month(instant timestamptz) returns timestamptz language sql immutable strict parallel safe as $$
      select case
        when date_trunc('month', instant at time zone 'UTC' - interval '14 hours')
          = date_trunc('month', instant at time zone 'UTC' + interval '14 hours')
        then (date_trunc('month', instant at time zone 'UTC') + interval '14 days') at time zone 'UTC'
        else date_bin('15 minutes', instant, timestamptz '2000-01-01 00:00:00Z') end
    $$;
    comment on function agreement_month is
      'An instant that lies in the same month as this one in every timezone. Of few agreements it is a quarter of an hour, of all others the middle of the month.';

    create function agreement_payments_before(period_end timestamptz, instant timestamptz) returns integer
    language sql immutable strict parallel safe as $$
      select months + (period_end at time zone 'UTC' + make_interval(months => months) < instant at time zone 'UTC')::integer
      from (select greatest(0, (extract(year from instant at time zone 'UTC') - extract(year from period_end at time zone 'UTC')) * 12
        + extract(month from instant at time zone 'UTC') - extract(month from period_end at time zone 'UTC'))::integer as months) as m
    $$;
    comment on function agreement_payments_before is
      'How many months after the end of the period, that one included, lie before an instant.';

    create function agreement_parts(s subscriptions) returns table (${KEY.map(([column, type]) => `${column} ${type}`).join(', ')}, amount_minor bigint)
    language sql immutable parallel safe as $$
      select 'running', s.frequency, s.currency, agreement_month(s.current_period_end), s.status in ('active', 'trialing'),
        s.cancel_at is not null, agreement_payments_before(s.current_period_end, s.cancel_at), s.is_paused,
        case when s.is_paused then agreement_payments_before(s.current_period_end, s.resumes_at) end, null::text, s.amount_minor
      where s.ended_at is null and s.frequency is not null and s.currency is not null
        and s.status in ('active', 'trialing', 'past_due', 'unpaid', 'paused')
      union all
      select 'started', s.frequency, null, agreement_month(coalesce(s.started_at, s.created_at)), null, null, null, null, null, null, 0
      where s.frequency is not null
        and s.status is distinct from 'incomplete' and s.status is distinct from 'incomplete_expired'
      union all
      select 'ended', s.frequency, null, agreement_month(s.ended_at), null, null, null, null, null, s.end_reason, 0
      where s.ended_at is not null and s.frequency is not null and s.status is distinct from 'incomplete_expired'
      union all
      select 'failing', null, null, null, null, null, null, null, null, null, 0
      where s.ended_at is null and s.last_failure_at is not null
        and s.last_failure_at > coalesce(s.last_paid_at, '-infinity')
        and s.status is distinct from 'incomplete' and s.status is distinct from 'incomplete_expired'
    $$;
    comment on function agreement_parts is 'What one recurring donation counts for in agreement_totals.';

    create table agreement_totals (
      ${COLUMNS},

      constraint agreement_totals_one_sum unique nulls not distinct (${NAMES}),
      constraint agreement_totals_part_is_known check (part in ('running', 'started', 'ended', 'failing')),
      constraint agreement_totals_frequency_is_known check (frequency in ('monthly', 'yearly')),
      constraint agreement_totals_currency_is_a_code check (currency ~ '^[a-z]{3}$')
    ) with (fillfactor = 80);
    comment on table agreement_totals is
      'How many recurring donations of our checkouts run, started, ended or fail, kept from subscriptions. What agreement_changes holds has to be added.';
    comment on column agreement_totals.happens_at is
      'agreement_month of the end of the paid period, of the start or of the end.';
    comment on column agreement_totals.ends_after is
      'How many months after the end of the paid period are collected before it ends, by request; null: it does not, or no period is known.';
    comment on column agreement_totals.resumes_after is
      'How many months after the end of the paid period are not collected; null: it is not paused, or nobody knows until when.';
    comment on column agreement_totals.reason is 'Stripe''s word for why they ended.';
    comment on column agreement_totals.amount_minor is 'One payment of each, of those that run.';

    create table agreement_changes (
      ${COLUMNS},

      constraint agreement_changes_part_is_known check (part in ('running', 'started', 'ended', 'failing')),
      constraint agreement_changes_frequency_is_known check (frequency in ('monthly', 'yearly')),
      constraint agreement_changes_currency_is_a_code check (currency ~ '^[a-z]{3}$')
    );
    comment on table agreement_changes is
      'What agreement_totals lacks, written by whoever changes an agreement, and emptied into it by the worker. It is short, and without an index, since it is only read as a whole.';

    create function subscriptions_change_their_totals() returns trigger language plpgsql as $$
    begin
      insert into agreement_changes (${NAMES}, agreements, amount_minor)
      select ${NAMES}, sum(sign), sum(sign * amount_minor)
      from (
        select -1 as sign, p.* from agreement_parts(old) as p where old.checkout_id is not null
        union all
        select 1, p.* from agreement_parts(new) as p where new.checkout_id is not null
      ) as part
      group by ${NAMES} having sum(sign) <> 0 or sum(sign * amount_minor) <> 0;
      return null;
    end $$;

    lock table subscriptions in share row exclusive mode;
    create trigger subscriptions_change_their_totals_when_added after insert or delete on subscriptions
      for each row execute function subscriptions_change_their_totals();
    create trigger subscriptions_change_their_totals after update on subscriptions for each row
      when ((${READ.map((column) => `old.${column}`).join(', ')}) is distinct from (${READ.map((column) => `new.${column}`).join(', ')}))
      execute function subscriptions_change_their_totals();
    insert into agreement_totals (${NAMES}, agreements, amount_minor)
    select ${KEY.map(([column]) => `p.${column}`).join(', ')}, count(*), sum(p.amount_minor)
    from subscriptions s cross join lateral agreement_parts(s) as p
    where s.checkout_id is not null group by ${KEY.map((_, index) => index + 1).join(', ')};
  `)
}

const KEY = [
  ['part', 'text'],
  ['frequency', 'text'],
  ['currency', 'text'],
  ['happens_at', 'timestamptz'],
  ['is_collecting', 'boolean'],
  ['is_ending', 'boolean'],
  ['ends_after', 'integer'],
  ['is_paused', 'boolean'],
  ['resumes_after', 'integer'],
  ['reason', 'text'],
] as const
const NAMES = KEY.map(([column]) => column).join(', ')
const COLUMNS = [
  ...KEY.map(([column, type]) => `${column} ${type}${column === 'part' ? ' not null' : ''}`),
  'agreements bigint not null',
  'amount_minor bigint not null',
].join(',\n      ')

/** The columns of a subscription that its parts are made of. */
const READ = [
  'checkout_id',
  'status',
  'frequency',
  'currency',
  'amount_minor',
  'current_period_end',
  'cancel_at',
  'is_paused',
  'resumes_at',
  'created_at',
  'started_at',
  'ended_at',
  'end_reason',
  'last_paid_at',
  'last_failure_at',
]

export { forwardOnly as down } from '../src/db/migration-steps.ts'
