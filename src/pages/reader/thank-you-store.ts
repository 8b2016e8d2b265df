import type { Knex } from 'knex'
import type { CheckoutStatus } from '../../checkout/checkout-status.ts'

/** What is known of a checkout session, without anything about the donor. Amounts in minor units. */
export type CheckoutOutcome = {
  readonly status: CheckoutStatus
  readonly amount_minor: bigint
  readonly currency: string
  readonly locale: string | null
  readonly article_url: string | null
  readonly article_title: string | null
  readonly donated: boolean
  readonly receipt_token: string | null
}

/**
 * Null for a session nobody here knows. A donation counts even when its checkout does not know its session:
 * the service may have died between Stripe's answer and keeping it.
 */
export async function checkoutOutcome(db: Knex, sessionId: string): Promise<CheckoutOutcome | null> {
  const { rows } = await db.raw<{ rows: CheckoutOutcome[] }>(
    `select coalesce(c.status, 'succeeded') as status, coalesce(d.gross_minor, c.amount_minor) as amount_minor,
            coalesce(d.currency, c.currency) as currency, c.locale,
            coalesce(d.article_url, c.article_url) as article_url,
            coalesce(d.article_title, c.article_title) as article_title,
            d.id is not null as donated, r.token as receipt_token
     from (values (:sessionId)) as asked (session_id)
       left join checkouts c on c.stripe_session_id = asked.session_id
       -- A recurring gift's first collection is booked by its invoice and knows its checkout alone.
       left join lateral (
         select * from donations o
         where o.stripe_session_id = asked.session_id or (o.checkout_id = c.id and o.stripe_subscription_id is not null)
         order by o.succeeded_at, o.id limit 1) d on true
       left join lateral (
         select token from receipts o where o.donation_id = d.id order by o.revision desc limit 1) r on true
     where c.id is not null or d.id is not null`,
    { sessionId },
  )
  return rows[0] ?? null
}
