import type { Knex } from 'knex'
import type { Frequency } from '../../../checkout/attribution.ts'
import type { CheckoutStatus } from '../../../checkout/checkout-status.ts'

/** The recorded outcome of a checkout session. Amounts are in minor units. */
export type CheckoutOutcome = {
  readonly checkout_id: string | null
  readonly status: CheckoutStatus
  /** What was or would be charged. */
  readonly amount_minor: bigint
  /** What of it covers the fee. */
  readonly covered_fee_minor: bigint
  readonly currency: string
  readonly frequency: Frequency
  /** What the reader was charged in another currency; both null: the amount above. */
  readonly presentment_minor: bigint | null
  readonly presentment_currency: string | null
  readonly locale: string | null
  readonly article_url: string | null
  readonly article_title: string | null
  /** Stripe's payment page, while it may be open. */
  readonly session_url: string | null
  /** `donations.status`; null: nothing is booked. */
  readonly donation_status: string | null
  readonly refunded_minor: bigint | null
  readonly succeeded_at: Date | null
  /** To be shown masked. */
  readonly donor_email: string | null
  readonly receipt_token: string | null
  /** Of the recurring gift that this checkout began, as Stripe last said it; all null for a single gift. */
  readonly next_payment_at: Date | null
  readonly cancel_at: Date | null
  readonly ended_at: Date | null
}

/** The first payment of a subscription is booked from its invoice, which names the checkout and no session. */
const BOOKED = `(o.stripe_session_id = asked.session_id or (o.checkout_id = c.id and o.stripe_subscription_id is not null))`

/**
 * Null for an unknown session. A donation is found even when its checkout lacks the session's id: the service may have
 * stopped between Stripe's answer and storing it.
 */
export async function checkoutOutcome(db: Knex, sessionId: string): Promise<CheckoutOutcome | null> {
  const { rows } = await db.raw<{ rows: CheckoutOutcome[] }>(
    `select c.id as checkout_id, coalesce(c.status, 'succeeded') as status, coalesce(d.gross_minor, c.amount_minor + c.covered_fee_minor) as amount_minor,
            coalesce(d.covered_fee_minor, c.covered_fee_minor, 0) as covered_fee_minor,
            coalesce(d.currency, c.currency) as currency, coalesce(d.frequency, c.frequency) as frequency,
            d.presentment_minor, d.presentment_currency, c.locale,
            coalesce(d.article_url, c.article_url) as article_url,
            coalesce(d.article_title, c.article_title) as article_title, c.stripe_session_url as session_url,
            d.status as donation_status, d.refunded_minor, d.succeeded_at, d.donor_email, r.token as receipt_token,
            s.current_period_end as next_payment_at, s.cancel_at, s.ended_at
     from (values (:sessionId)) as asked (session_id)
       left join checkouts c on c.stripe_session_id = asked.session_id
       left join lateral (select * from donations o where ${BOOKED} order by o.succeeded_at, o.id limit 1) d on true
       left join subscriptions s on s.stripe_subscription_id = d.stripe_subscription_id
       left join lateral (
         select token from receipts o where o.donation_id = d.id order by o.revision desc limit 1) r on true
     where c.id is not null or d.id is not null`,
    { sessionId },
  )
  return rows[0] ?? null
}

/** Those of the sessions whose outcome is recorded: money came, is on its way, or will not come. */
export async function recordedSessions(db: Knex, sessionIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await db.raw<{ rows: { session_id: string }[] }>(
    `select asked.session_id from unnest(:sessionIds::text[]) as asked (session_id)
       left join checkouts c on c.stripe_session_id = asked.session_id
     where c.status in ('processing', 'expired', 'failed') or exists (select from donations o where ${BOOKED})`,
    { sessionIds: [...sessionIds] },
  )
  return new Set(rows.map((row) => row.session_id))
}

/** Whether the giver of a checkout ticked the newsletter's box, here or on the form. */
export async function hasAskedForNewsletter(db: Knex, checkoutId: string): Promise<boolean> {
  const { rows } = await db.raw<{ rows: { asked: boolean }[] }>(
    `select exists (select from newsletter_wishes where checkout_id = :checkoutId)
         or exists (select from newsletter_consents where checkout_id = :checkoutId) as asked`,
    { checkoutId },
  )
  return rows[0]?.asked ?? false
}
