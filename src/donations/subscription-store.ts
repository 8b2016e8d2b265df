import type { Queryable } from '../db/database.ts'
import type { SubscriptionNews } from './subscription.ts'

/** Takes in what events say; whatever they say, Stripe is worth asking again. Sorted against deadlocks. */
export async function keepSubscriptionNews(tx: Queryable, news: readonly SubscriptionNews[]): Promise<void> {
  if (news.length === 0) return
  const rows = news
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ attribution, ...rest }) => ({
      ...rest,
      ...attribution,
      frequency: attribution?.frequency === 'once' ? null : (attribution?.frequency ?? null),
    }))
  await tx.query({
    name: 'keep-subscription-news',
    text: `insert into subscriptions as s (stripe_subscription_id, customer_id, checkout_id, frequency, article_url, article_title,
             campaign_source, campaign_medium, campaign_name, donor_name, donor_email, ended_at, last_paid_at, last_failure_at)
           select id, "customerId", "checkoutId", frequency, "articleUrl", "articleTitle",
             "campaignSource", "campaignMedium", "campaignName", "donorName", "donorEmail", "endedAt", "paidAt", "failedAt"
           from json_to_recordset($1::json) as n(id text, "customerId" text, "checkoutId" uuid, frequency text, "articleUrl" text,
             "articleTitle" text, "campaignSource" text, "campaignMedium" text, "campaignName" text, "donorName" text,
             "donorEmail" text, "endedAt" timestamptz, "paidAt" timestamptz, "failedAt" timestamptz)
           on conflict (stripe_subscription_id) do update set
             customer_id = coalesce(s.customer_id, excluded.customer_id),
             checkout_id = coalesce(s.checkout_id, excluded.checkout_id),
             frequency = coalesce(s.frequency, excluded.frequency),
             article_url = coalesce(s.article_url, excluded.article_url),
             article_title = coalesce(s.article_title, excluded.article_title),
             campaign_source = coalesce(s.campaign_source, excluded.campaign_source),
             campaign_medium = coalesce(s.campaign_medium, excluded.campaign_medium),
             campaign_name = coalesce(s.campaign_name, excluded.campaign_name),
             donor_name = coalesce(s.donor_name, excluded.donor_name),
             donor_email = coalesce(s.donor_email, excluded.donor_email),
             ended_at = greatest(s.ended_at, excluded.ended_at),
             last_paid_at = greatest(s.last_paid_at, excluded.last_paid_at),
             last_failure_at = greatest(s.last_failure_at, excluded.last_failure_at),
             stale = true`,
    values: [JSON.stringify(rows)],
  })
}
