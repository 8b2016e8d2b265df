import type { Queryable } from '../db/database.ts'
import type { CheckoutStatus } from './checkout-status.ts'
import type { CheckoutId, CheckoutSessionId } from '../ids.ts'
import type { Frequency } from './attribution.ts'
import { Refusal } from '../http/refusal.ts'
import { parseCurrency } from '../money/currency.ts'
import { money } from '../money/money.ts'
import type { Checkout, CheckoutSession } from './checkout.ts'

type CheckoutRow = {
  id: CheckoutId
  created_at: Date
  idempotency_key: string | null
  request_hash: string
  amount_minor: bigint
  currency: string
  frequency: Frequency
  article_url: string | null
  article_title: string | null
  campaign_source: string | null
  campaign_medium: string | null
  campaign_name: string | null
  message: string | null
  anonymous: boolean
  newsletter: boolean
  locale: string | null
  status: CheckoutStatus
  stripe_session_id: CheckoutSessionId | null
  stripe_session_url: string | null
  stripe_session_expires_at: Date | null
}

const COLUMNS = `id, created_at, amount_minor, currency, frequency, article_url, article_title, campaign_source,
  campaign_medium, campaign_name, message, anonymous, newsletter, locale, status`

/**
 * Keeps a planned checkout, or finds the one that was kept under the same idempotency key before.
 * @throws Refusal conflict when that one was asked for with other content
 */
export async function keepCheckout(
  db: Queryable,
  planned: Checkout,
  asked: { idempotencyKey: string | null; requestHash: string },
): Promise<Checkout> {
  // One statement each, so each commits by itself; a request with the same key waits here for the first one's commit.
  const kept = await db.query<CheckoutRow>({
    name: 'keep-checkout',
    text: `insert into checkouts (${COLUMNS}, idempotency_key, request_hash)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
           on conflict (idempotency_key) do nothing returning *`,
    values: [...valuesOf(planned), asked.idempotencyKey, asked.requestHash],
  })
  if (kept.rows[0]) return checkoutOf(kept.rows[0])
  const found = await db.query<CheckoutRow>({
    name: 'checkout-by-key',
    text: 'select * from checkouts where idempotency_key = $1',
    values: [asked.idempotencyKey],
  })
  const [row] = found.rows
  if (!row) throw new Error('a checkout was neither kept nor found')
  if (row.request_hash !== asked.requestHash)
    throw new Refusal('conflict', 'This idempotency key was used before for a different checkout.')
  return checkoutOf(row)
}

/**
 * Writes Stripe's session down, once; whoever comes second gets the first one's. Never takes a later status back.
 * The reader does not wait for the disk here: should a crash lose this row's change, the next try with the same key gets
 * the same session from Stripe, and its events name the checkout.
 */
export async function saveSession(
  db: Queryable,
  id: CheckoutId,
  session: CheckoutSession,
): Promise<Checkout> {
  const saved = await db.query<CheckoutRow>({
    name: 'save-session',
    text: `with unhurried as (select set_config('synchronous_commit', 'off', true))
           update checkouts set stripe_session_id = $2, stripe_session_url = $3, stripe_session_expires_at = $4,
             status = case when status = 'created' then 'open' else status end
           from unhurried where id = $1 and stripe_session_url is null returning checkouts.*`,
    values: [id, session.id, session.url, session.expiresAt.toISOString()],
  })
  if (saved.rows[0]) return checkoutOf(saved.rows[0])
  const found = await checkoutById(db, id)
  if (!found) throw new Error('a checkout vanished')
  return found
}

export async function checkoutById(db: Queryable, id: CheckoutId): Promise<Checkout | null> {
  const { rows } = await db.query<CheckoutRow>({
    name: 'checkout-by-id',
    text: 'select * from checkouts where id = $1',
    values: [id],
  })
  return rows[0] ? checkoutOf(rows[0]) : null
}

/** In the order of COLUMNS. */
function valuesOf(checkout: Checkout): unknown[] {
  const { amount, article, campaign } = checkout
  return [
    checkout.id,
    checkout.createdAt.toISOString(),
    amount.minor,
    amount.currency,
    checkout.frequency,
    article.url,
    article.title,
    campaign.source,
    campaign.medium,
    campaign.name,
    checkout.message,
    checkout.anonymous,
    checkout.newsletter,
    checkout.locale,
    checkout.status,
  ]
}

function checkoutOf(row: CheckoutRow): Checkout {
  const currency = parseCurrency(row.currency)
  if (currency === null) throw new Error(`checkout ${row.id} is in an unknown currency`)
  const { stripe_session_id: sessionId, stripe_session_url: url, stripe_session_expires_at: expiresAt } = row
  return {
    id: row.id,
    createdAt: row.created_at,
    amount: money(row.amount_minor, currency),
    frequency: row.frequency,
    article: { url: row.article_url, title: row.article_title },
    campaign: { source: row.campaign_source, medium: row.campaign_medium, name: row.campaign_name },
    message: row.message,
    anonymous: row.anonymous,
    newsletter: row.newsletter,
    locale: row.locale,
    status: row.status,
    // An event can name the session before its address is known here.
    session: sessionId && url && expiresAt ? { id: sessionId, url, expiresAt } : null,
  }
}
