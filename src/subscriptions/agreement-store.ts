import type { Queryable } from '../db/database.ts'
import type { CurrencyCode } from '../money/currency.ts'
import type { AgreementCount, EndedCount, FailingAgreement, RunningAgreements } from './agreement.ts'

/** The columns of `agreement_totals` that say what is counted. */
const KEY = [
  'part',
  'frequency',
  'currency',
  'happens_at',
  'is_collecting',
  'is_ending',
  'ends_after',
  'is_paused',
  'resumes_after',
  'reason',
] as const
const NAMES = KEY.join(', ')

/** Rows without a checkout may be another program's, unless a payment of theirs became a gift. */
const IS_OURS = `(s.checkout_id is not null
  or exists (select from donations o where o.stripe_subscription_id = s.stripe_subscription_id))`

type Part = 'running' | 'started' | 'ended' | 'failing'

/**
 * One part of the kept sums, what has changed since, and the few agreements that no checkout of ours started. All of it
 * is of one snapshot, so it does not matter how far the sums are.
 */
const kept = (part: Part) => `(
  select * from agreement_totals where part = '${part}'
  union all select * from agreement_changes where part = '${part}'
  union all select p.part, ${KEY.slice(1)
    .map((column) => `p.${column}`)
    .join(', ')}, 1, p.amount_minor
  from subscriptions s cross join lateral agreement_parts(s) as p
  where s.checkout_id is null and ${IS_OURS} and p.part = '${part}') as k`

/** Adds what has changed since to the kept sums. */
export async function foldAgreements(tx: Queryable): Promise<void> {
  await tx.query({
    name: 'fold-agreements',
    text: `with gone as (delete from agreement_changes returning *)
           insert into agreement_totals as t (${NAMES}, agreements, amount_minor)
           select ${NAMES}, sum_bigint(agreements), sum_bigint(amount_minor) from gone
           group by ${NAMES} having sum_bigint(agreements) <> 0 or sum_bigint(amount_minor) <> 0
           order by ${NAMES}
           on conflict (${NAMES}) do update set agreements = t.agreements + excluded.agreements,
             amount_minor = t.amount_minor + excluded.amount_minor`,
  })
  await tx.query({
    name: 'drop-empty-agreement-totals',
    text: `delete from agreement_totals where agreements = 0 and amount_minor = 0`,
  })
}

/** Whether anything has changed since the sums were kept. */
export async function agreementsHaveChanged(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ changed: boolean }>({
    name: 'agreements-have-changed',
    text: `select exists (select from agreement_changes) as changed`,
  })
  return rows[0]?.changed ?? false
}

/** What a row counts, in words. */
const KEY_IN_WORDS = `concat_ws(' ', part, frequency, currency,
  to_char(happens_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), case when is_collecting then 'collecting' end,
  case when is_ending then 'ending' end, 'ends after ' || ends_after, case when is_paused then 'paused' end,
  'resumes after ' || resumes_after, reason)`

/** SQL of the sums of all agreements, once derived from the agreements and once as they are kept; by `key`, in words. */
export const AGREEMENT_TOTALS = `
  select ${KEY_IN_WORDS} as key, count(*) as agreements, sum_bigint(p.amount_minor) as amount_minor
  from (select p.* from subscriptions s cross join lateral agreement_parts(s) as p where s.checkout_id is not null) as p group by 1`
export const KEPT_AGREEMENTS = `
  select ${KEY_IN_WORDS} as key, sum_bigint(agreements) as agreements, sum_bigint(amount_minor) as amount_minor
  from (select * from agreement_totals union all select * from agreement_changes) as k
  group by 1 having sum_bigint(agreements) <> 0 or sum_bigint(amount_minor) <> 0`

/** Months from the one in which the paid period ends to the month in question. `extract` would calculate in numerics. */
const MONTHS_AHEAD = `((date_part('year', $1::date) - date_part('year', k.happens_at at time zone $2)) * 12
  + date_part('month', $1::date) - date_part('month', k.happens_at at time zone $2))::integer`

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
    text: `with running as (
             select k.*, ${MONTHS_AHEAD} as ahead, case k.frequency when 'yearly' then 12 else 1 end as months
             from ${kept('running')}
           ), judged as (
             select *, is_collecting and case when ahead is null then months = 1 and not is_paused
               else ahead >= 0 and ahead % months = 0 and (not is_ending or ahead < ends_after)
                 and (not is_paused or resumes_after <= ahead) end as is_expected
             from running
           )
           select frequency, currency, sum_bigint(agreements) as agreements,
             coalesce(sum_bigint(agreements) filter (where is_ending), 0) as ending,
             coalesce(sum_bigint(agreements) filter (where is_paused), 0) as paused,
             sum_bigint(amount_minor) as "amountMinor",
             coalesce(sum_bigint(agreements) filter (where is_expected), 0) as expected,
             coalesce(sum_bigint(amount_minor) filter (where is_expected), 0) as "expectedMinor"
           from judged group by 1, 2 having sum_bigint(agreements) <> 0 order by 1, 2`,
    values: [month, timezone],
  })
  return rows
}

/**
 * How many recurring donations started in each month.
 * @param from the first day of the first month
 */
export async function startedAgreements(
  db: Queryable,
  from: string,
  timezone: string,
): Promise<AgreementCount[]> {
  const { rows } = await db.query<AgreementCount>({
    name: 'started-agreements',
    text: `select to_char(happens_at at time zone $2, 'YYYY-MM') as month, frequency, sum_bigint(agreements) as agreements
           from ${kept('started')} where happens_at >= $1::timestamp at time zone $2
           group by 1, 2 having sum_bigint(agreements) <> 0 order by 1, 2`,
    values: [from, timezone],
  })
  return rows
}

/**
 * How many recurring donations ended in each month, by Stripe's reason.
 * @param from the first day of the first month
 */
export async function endedAgreements(db: Queryable, from: string, timezone: string): Promise<EndedCount[]> {
  const { rows } = await db.query<EndedCount>({
    name: 'ended-agreements',
    text: `select to_char(happens_at at time zone $2, 'YYYY-MM') as month, frequency, reason, sum_bigint(agreements) as agreements
           from ${kept('ended')} where happens_at >= $1::timestamp at time zone $2
           group by 1, 2, 3 having sum_bigint(agreements) <> 0 order by 1, 2, 3`,
    values: [from, timezone],
  })
  return rows
}

/** How many recurring donations run whose last payment failed. */
export async function countFailing(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ failing: bigint | null }>({
    name: 'count-failing-agreements',
    text: `select sum_bigint(agreements) as failing from ${kept('failing')}`,
  })
  return Number(rows[0]?.failing ?? 0n)
}

/** As the index subscriptions_failing has it. */
const FAILING = `s.ended_at is null and s.last_failure_at is not null
  and s.last_failure_at > coalesce(s.last_paid_at, '-infinity')
  and s.status is distinct from 'incomplete' and s.status is distinct from 'incomplete_expired'`

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
