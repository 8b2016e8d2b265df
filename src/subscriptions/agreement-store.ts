import type { Queryable } from '../db/database.ts'
import type { CurrencyCode } from '../money/currency.ts'
import type { AgreementCount, EndedCount, FailingAgreement, RunningAgreements } from './agreement.ts'

/** Rows without a checkout may be another program's, unless a payment of theirs became a gift. */
const IS_OURS = `(s.checkout_id is not null
  or exists (select from donations o where o.stripe_subscription_id = s.stripe_subscription_id))`

/** Months from the one in which the paid period ends to the month in question. `extract` would calculate in numerics. */
const MONTHS_AHEAD = `((date_part('year', $1::date) - date_part('year', s.current_period_end at time zone $2)) * 12
  + date_part('month', $1::date) - date_part('month', s.current_period_end at time zone $2))::integer`

/**
 * The recurring donations that run, by frequency and currency, and what Stripe will collect of them in a month: nothing of
 * those whose payment fails, and of those that end before or are still paused.
 * @param month its first day; not before the running month
 */
export async function runningAgreements(
  db: Queryable,
  month: string,
  timezone: string,
): Promise<RunningAgreements[]> {
  const { rows } = await db.query<RunningAgreements>({
    name: 'running-agreements',
    text: `with running as materialized (
             select s.frequency, s.currency, s.amount_minor, s.cancel_at, s.current_period_end, s.status, s.is_paused, s.resumes_at,
               ${MONTHS_AHEAD} as ahead, case s.frequency when 'yearly' then 12 else 1 end as months
             from subscriptions s
             where s.ended_at is null and s.frequency is not null and s.currency is not null
               and s.status in ('active', 'trialing', 'past_due', 'unpaid', 'paused') and ${IS_OURS}
           ), judged as (
             select *, status in ('active', 'trialing') and case when ahead is null then months = 1 and not is_paused
               else ahead >= 0 and ahead % months = 0
                 and (cancel_at is null or cancel_at > current_period_end + make_interval(months => ahead))
                 and (not is_paused or resumes_at <= current_period_end + make_interval(months => ahead)) end as is_expected
             from running
           )
           select frequency, currency, count(*) as agreements, count(cancel_at) as ending,
             count(*) filter (where is_paused) as paused,
             sum(amount_minor)::bigint as "amountMinor", count(*) filter (where is_expected) as expected,
             coalesce(sum(amount_minor) filter (where is_expected), 0)::bigint as "expectedMinor"
           from judged group by 1, 2 order by 1, 2`,
    values: [month, timezone],
  })
  return rows
}

/** How many recurring donations started in each month from `from` on. */
export async function startedAgreements(
  db: Queryable,
  from: string,
  timezone: string,
): Promise<AgreementCount[]> {
  const { rows } = await db.query<AgreementCount>({
    name: 'started-agreements',
    text: `select to_char(coalesce(s.started_at, s.created_at) at time zone $2, 'YYYY-MM') as month, s.frequency, count(*) as agreements
           from subscriptions s
           where coalesce(s.started_at, s.created_at) >= $1::timestamp at time zone $2 and s.frequency is not null
             and s.status is distinct from 'incomplete' and s.status is distinct from 'incomplete_expired' and ${IS_OURS}
           group by 1, 2 order by 1, 2`,
    values: [from, timezone],
  })
  return rows
}

/** How many recurring donations ended in each month from `from` on, by Stripe's reason. */
export async function endedAgreements(db: Queryable, from: string, timezone: string): Promise<EndedCount[]> {
  const { rows } = await db.query<EndedCount>({
    name: 'ended-agreements',
    text: `select to_char(s.ended_at at time zone $2, 'YYYY-MM') as month, s.frequency, s.end_reason as reason, count(*) as agreements
           from subscriptions s
           where s.ended_at >= $1::timestamp at time zone $2 and s.frequency is not null
             and s.status is distinct from 'incomplete_expired' and ${IS_OURS}
           group by 1, 2, 3 order by 1, 2, 3`,
    values: [from, timezone],
  })
  return rows
}

/** As the index subscriptions_failing has it. */
const FAILING = `s.ended_at is null and s.last_failure_at is not null
  and s.last_failure_at > coalesce(s.last_paid_at, '-infinity')
  and s.status is distinct from 'incomplete' and s.status is distinct from 'incomplete_expired'`

/** How many recurring donations run whose last payment failed. */
export async function countFailing(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ failing: bigint }>({
    name: 'count-failing-agreements',
    text: `select count(*) as failing from subscriptions s where ${FAILING} and ${IS_OURS}`,
  })
  return Number(rows[0]?.failing ?? 0n)
}

/** The recurring donations whose last payment failed; the latest failure first. */
export async function failingAgreements(db: Queryable, limit: number): Promise<FailingAgreement[]> {
  const { rows } = await db.query<FailingAgreement & { readonly currency: CurrencyCode | null }>({
    name: 'failing-agreements',
    text: `select s.stripe_subscription_id as id, s.frequency, s.currency, s.amount_minor as "amountMinor", s.status,
             s.last_paid_at as "lastPaidAt", s.last_failure_at as "lastFailureAt", s.article_title as "articleTitle",
             coalesce(first.failed_at, s.last_failure_at) as since, gift.id as "donationId", gift.donor_name as "donorName",
             gift.donor_email as "donorEmail"
           from subscriptions s
             left join lateral (
               select min(e.created_at) as failed_at from inbox_states i join inbox_events e on e.id = i.inbox_event_id
               where i.correlation_id = s.stripe_subscription_id and e.type = 'invoice.payment_failed'
                 and e.created_at > coalesce(s.last_paid_at, '-infinity')) first on true
             left join lateral (
               select d.id, d.donor_name, d.donor_email from donations d
               where d.stripe_subscription_id = s.stripe_subscription_id
               order by d.succeeded_at desc limit 1) gift on true
           where ${FAILING} and ${IS_OURS}
           order by s.last_failure_at desc, s.stripe_subscription_id limit $1`,
    values: [limit],
  })
  return rows
}
