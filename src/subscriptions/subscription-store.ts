import type { Queryable } from '../db/database.ts'
import type { SubscriptionId } from '../ids.ts'
import type { FormerTerms, KnownSubscription, SubscriptionUpdate, SubscriptionState } from './subscription.ts'

/** Saves what events report, and marks the subscriptions as stale: their state is read from Stripe again. */
export async function saveSubscriptionUpdates(
  tx: Queryable,
  updates: readonly SubscriptionUpdate[],
): Promise<void> {
  if (updates.length === 0) return
  // Sorted, so that two batches lock the rows in the same order and never deadlock.
  const rows = updates
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ attribution, donor, ...rest }) => ({
      ...rest,
      ...attribution,
      donorName: donor?.name ?? null,
      donorEmail: donor?.email ?? null,
      frequency: attribution?.frequency === 'once' ? null : (attribution?.frequency ?? null),
    }))
  await tx.query({
    name: 'save-subscription-updates',
    text: `insert into subscriptions as s (stripe_subscription_id, customer_id, checkout_id, frequency, article_url, article_title,
             campaign_source, campaign_medium, campaign_name, donor_name, donor_email, ended_at, last_paid_at, last_failure_at)
           select id, "customerId", "checkoutId", frequency, "articleUrl", "articleTitle",
             "campaignSource", "campaignMedium", "campaignName", "donorName", "donorEmail", "endedAt", "paidAt", "failedAt"
           from json_to_recordset($1::json) as n(id text, "customerId" text, "checkoutId" uuid, frequency text, "articleUrl" text,
             "articleTitle" text, "campaignSource" text, "campaignMedium" text, "campaignName" text,
             "donorName" text, "donorEmail" text, "endedAt" timestamptz, "paidAt" timestamptz, "failedAt" timestamptz)
           on conflict (stripe_subscription_id) do update set
             customer_id = coalesce(s.customer_id, excluded.customer_id),
             checkout_id = coalesce(s.checkout_id, excluded.checkout_id),
             frequency = coalesce(s.frequency, excluded.frequency),
             article_url = coalesce(s.article_url, excluded.article_url),
             article_title = coalesce(s.article_title, excluded.article_title),
             campaign_source = coalesce(s.campaign_source, excluded.campaign_source),
             campaign_medium = coalesce(s.campaign_medium, excluded.campaign_medium),
             campaign_name = coalesce(s.campaign_name, excluded.campaign_name),
             donor_name = case when s.donor_erased_at is null then coalesce(s.donor_name, excluded.donor_name) end,
             donor_email = case when s.donor_erased_at is null then coalesce(s.donor_email, excluded.donor_email) end,
             ended_at = greatest(s.ended_at, excluded.ended_at),
             last_paid_at = greatest(s.last_paid_at, excluded.last_paid_at),
             last_failure_at = greatest(s.last_failure_at, excluded.last_failure_at),
             stale = true, next_try_at = null`,
    values: [JSON.stringify(rows)],
  })
}

/**
 * Those of the subscriptions that a checkout of ours started. Rows without a checkout prove nothing: earlier versions
 * recorded every subscription on the Stripe account.
 */
export async function knownSubscriptions(
  tx: Queryable,
  ids: readonly SubscriptionId[],
): Promise<KnownSubscription[]> {
  if (ids.length === 0) return []
  const { rows } = await tx.query<KnownSubscription>({
    name: 'known-subscriptions',
    text: `select stripe_subscription_id as id, checkout_id as "checkoutId" from subscriptions
           where stripe_subscription_id = any($1) and checkout_id is not null`,
    values: [ids],
  })
  return rows
}

/** A subscription to read from Stripe, and the version of its row. */
export type StaleSubscription = { readonly id: SubscriptionId; readonly version: string }

/**
 * Up to `limit` subscriptions that an event has changed, or that have not ended and were last read before `readBefore`:
 * an event about them may have been lost. Those that are postponed beyond `now` are left out. The row's version, `xmin`,
 * shows whether an event changes it meanwhile.
 */
export async function staleSubscriptions(
  db: Queryable,
  limit: number,
  readBefore: Date,
  now: Date,
): Promise<StaleSubscription[]> {
  const { rows } = await db.query<StaleSubscription>(
    `select stripe_subscription_id as id, xmin::text as version from subscriptions
     where (stale or (ended_at is null and read_at < $2)) and (next_try_at is null or next_try_at <= $3)
     order by stale desc, next_try_at nulls first, stripe_subscription_id limit $1`,
    [limit, readBefore, now],
  )
  return rows
}

/**
 * Locks a subscription's row, so that two states of it are saved one after the other.
 * @returns its terms until now, and the row's version; null when there is no such row
 */
export async function lockTerms(
  tx: Queryable,
  id: SubscriptionId,
): Promise<(FormerTerms & { readonly version: string }) | null> {
  const { rows } = await tx.query<FormerTerms & { readonly version: string }>(
    `select amount_minor as "amountMinor", currency, is_paused as "isPaused", resumes_at as "resumesAt", xmin::text as version
       from subscriptions where stripe_subscription_id = $1 for update`,
    [id],
  )
  return rows[0] ?? null
}

/** Saves Stripe's answer. The row stays stale if an event has changed it since. @param state null when Stripe does not know it */
export async function writeSubscriptionState(
  db: Queryable,
  { id, version }: StaleSubscription,
  state: SubscriptionState | null,
  now: Date,
): Promise<void> {
  await db.query(
    `update subscriptions set status = coalesce($3, status), currency = coalesce($4, currency), amount_minor = coalesce($5, amount_minor),
       frequency = coalesce($6, frequency), current_period_end = coalesce($7, current_period_end), cancel_at = $8,
       ended_at = coalesce($9, ended_at), read_at = $10,
       canceled_at = case when $12 then $14 else canceled_at end,
       card_brand = case when donor_erased_at is null then $15 end, card_last4 = case when donor_erased_at is null then $16 end,
       card_expires = case when donor_erased_at is null then $17 end, open_invoice_id = $18, open_invoice_url = case when donor_erased_at is null then $19 end, next_attempt_at = $20,
       is_paused = $21, resumes_at = $22,
       started_at = coalesce($11, started_at), end_reason = case when $12 then $13 else end_reason end, stale = xmin::text <> $2, failures = 0, next_try_at = null
     where stripe_subscription_id = $1`,
    [
      id,
      version,
      state?.status ?? null,
      state?.amount?.currency ?? null,
      state?.amount?.minor ?? null,
      state?.frequency ?? null,
      state?.currentPeriodEnd ?? null,
      state?.cancelAt ?? null,
      state?.endedAt ?? null,
      now,
      state?.startedAt ?? null,
      state !== null,
      state?.endReason ?? null,
      state?.canceledAt ?? null,
      state?.card?.brand ?? null,
      state?.card?.last4 ?? null,
      state?.card?.expires ?? null,
      state?.openInvoice?.id ?? null,
      state?.openInvoice?.url ?? null,
      state?.openInvoice?.nextAttemptAt ?? null,
      Boolean(state?.pause),
      state?.pause?.resumesAt ?? null,
    ],
  )
}

/** Postpones the next try: half a minute after the first failure, twice as long after each further one, six hours at most. */
export async function postponeSubscription(db: Queryable, id: SubscriptionId, now: Date): Promise<void> {
  await db.query(
    `update subscriptions set failures = failures + 1,
       next_try_at = $2::timestamptz + least(interval '30 seconds' * power(2, least(failures, 12)), interval '6 hours')
     where stripe_subscription_id = $1`,
    [id, now],
  )
}

/** Lets postponed subscriptions be read at once. For an operator, who does not wait. */
export async function hastenSubscriptions(db: Queryable): Promise<void> {
  await db.query(`update subscriptions set next_try_at = null where next_try_at is not null`)
}
