import type { Knex } from 'knex'
import type { CheckoutStatus } from '../../checkout/checkout-status.ts'

/** The recorded outcome of a checkout session, without the donor. Amounts are in minor units. */
export type CheckoutOutcome = {
  readonly checkout_id: string | null
  readonly status: CheckoutStatus
  readonly amount_minor: bigint
  readonly currency: string
  /** What the reader was charged in another currency; both null: the amount above. */
  readonly presentment_minor: bigint | null
  readonly presentment_currency: string | null
  readonly locale: string | null
  readonly article_url: string | null
  readonly article_title: string | null
  readonly donated: boolean
  readonly receipt_token: string | null
}

/**
 * Null for an unknown session. A donation is found even when its checkout lacks the session's id: the service may have
 * stopped between Stripe's answer and storing it.
 */
export async function checkoutOutcome(db: Knex, sessionId: string): Promise<CheckoutOutcome | null> {
  const { rows } = await db.raw<{ rows: CheckoutOutcome[] }>(
    `select c.id as checkout_id, coalesce(c.status, 'succeeded') as status, coalesce(d.gross_minor, c.amount_minor) as amount_minor,
            coalesce(d.currency, c.currency) as currency, d.presentment_minor, d.presentment_currency, c.locale,
            coalesce(d.article_url, c.article_url) as article_url,
            coalesce(d.article_title, c.article_title) as article_title,
            d.id is not null as donated, r.token as receipt_token
     from (values (:sessionId)) as asked (session_id)
       left join checkouts c on c.stripe_session_id = asked.session_id
       -- The first payment of a subscription is booked from its invoice, which names the checkout and no session.
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
