import type { Queryable } from '../db/database.ts'
import type { CheckoutProgress, CheckoutStatus, KnownCheckout } from './checkout-status.ts'
import type { CheckoutId, CheckoutSessionId } from '../ids.ts'
import { attributionIn, type Frequency } from './attribution.ts'
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
  covers_fees: boolean
  covered_fee_minor: bigint
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
  stripe_failures: number
  stripe_session_id: CheckoutSessionId | null
  stripe_session_url: string | null
  stripe_session_expires_at: Date | null
}

type KnownCheckoutRow = Omit<KnownCheckout, 'attribution'> & KnownCheckout['attribution']

/** The columns that `valuesOf` fills, in its order. */
const COLUMNS = `id, created_at, amount_minor, currency, frequency, article_url, article_title, campaign_source,
  campaign_medium, campaign_name, message, anonymous, newsletter, locale, status, covers_fees, covered_fee_minor`

const CHECKOUT_BY_KEY = 'select * from checkouts where idempotency_key = $1'

/**
 * Stores a planned checkout, or finds the one that was stored with the same idempotency key before.
 * @throws Refusal conflict when the key was used for a request with other content
 */
export async function findOrInsertCheckout(
  db: Queryable,
  planned: Checkout,
  key: { idempotencyKey: string | null; requestHash: string },
): Promise<Checkout> {
  // Each statement commits by itself. A second request with the same key waits at the insert for the first one's commit.
  const inserted = await db.query<CheckoutRow>({
    name: 'insert-checkout',
    text: `insert into checkouts (${COLUMNS}, idempotency_key, request_hash)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
           on conflict (idempotency_key) do nothing returning *`,
    values: [...valuesOf(planned), key.idempotencyKey, key.requestHash],
  })
  if (inserted.rows[0]) return checkoutOf(inserted.rows[0])
  const found = await db.query<CheckoutRow>({
    name: 'checkout-by-key',
    text: CHECKOUT_BY_KEY,
    values: [key.idempotencyKey],
  })
  const [row] = found.rows
  if (!row) throw new Error('The checkout was neither inserted nor found')
  if (row.request_hash !== key.requestHash)
    throw new Refusal('conflict', 'This idempotency key was used before for a different checkout.')
  return checkoutOf(row)
}

/**
 * Saves the checkout's session, unless one was saved before. A status that an event has set stays.
 * The reader does not wait for the disk: if a crash loses this change, the next request with the same key gets the same
 * session from Stripe, and the session's events name the checkout.
 * @returns the checkout with the session that was saved first
 */
export async function saveSession(
  db: Queryable,
  id: CheckoutId,
  session: CheckoutSession,
): Promise<Checkout> {
  const saved = await db.query<CheckoutRow>({
    name: 'save-session',
    text: `with asynchronous_commit as (select set_config('synchronous_commit', 'off', true))
           update checkouts set stripe_session_id = $2, stripe_session_url = $3, stripe_session_expires_at = $4,
             status = case when status = 'created' then 'open' else status end
           from asynchronous_commit where id = $1 and stripe_session_url is null returning checkouts.*`,
    values: [id, session.id, session.url, session.expiresAt.toISOString()],
  })
  if (saved.rows[0]) return checkoutOf(saved.rows[0])
  const found = await checkoutById(db, id)
  if (!found) throw new Error(`Checkout ${id} does not exist`)
  return found
}

/**
 * Counts a failure that Stripe keeps for the key of that many failures. Of requests that fail together with one key, one
 * counts: all of them go on with the same next key.
 * @returns the number of failures now
 */
export async function countStripeFailure(db: Queryable, id: CheckoutId, before: number): Promise<number> {
  const { rows } = await db.query<{ failures: number }>({
    name: 'count-stripe-failure',
    text: `update checkouts
           set stripe_failures = case when stripe_failures = $2 then $2 + 1 else stripe_failures end
           where id = $1 returning stripe_failures as failures`,
    values: [id, before],
  })
  if (!rows[0]) throw new Error(`Checkout ${id} does not exist`)
  return rows[0].failures
}

export async function checkoutById(db: Queryable, id: CheckoutId): Promise<Checkout | null> {
  const { rows } = await db.query<CheckoutRow>({
    name: 'checkout-by-id',
    text: 'select * from checkouts where id = $1',
    values: [id],
  })
  return rows[0] ? checkoutOf(rows[0]) : null
}

/** What became of the checkout with a session of Stripe's; null for an unknown session. */
export async function statusOfSession(db: Queryable, sessionId: string): Promise<CheckoutStatus | null> {
  const { rows } = await db.query<{ status: CheckoutStatus }>({
    name: 'status-of-session',
    text: 'select status from checkouts where stripe_session_id = $1',
    values: [sessionId],
  })
  return rows[0]?.status ?? null
}

/** The checkout that was stored with this idempotency key. */
export async function checkoutByKey(db: Queryable, key: string): Promise<Checkout | null> {
  const { rows } = await db.query<CheckoutRow>({
    name: 'checkout-by-key',
    text: CHECKOUT_BY_KEY,
    values: [key],
  })
  return rows[0] ? checkoutOf(rows[0]) : null
}

const KNOWN_CHECKOUTS = `select id, stripe_session_id as "sessionId", status, frequency, article_url as "articleUrl",
    article_title as "articleTitle", campaign_source as "campaignSource", campaign_medium as "campaignMedium",
    campaign_name as "campaignName", message, anonymous
  from checkouts where stripe_session_id = any($1) or id = any($2)`

/** The checkouts that facts name by session or by id. */
export async function knownCheckouts(
  db: Queryable,
  sessions: readonly CheckoutSessionId[],
  ids: readonly CheckoutId[],
): Promise<KnownCheckout[]> {
  const { rows } = await db.query<KnownCheckoutRow>({
    name: 'known-checkouts',
    text: KNOWN_CHECKOUTS,
    values: [sessions, ids],
  })
  return rows.map((row) => ({ ...row, attribution: attributionIn(row) }))
}

/** The same, locked until the database transaction ends. */
export async function lockKnownCheckouts(
  tx: Queryable,
  sessions: readonly CheckoutSessionId[],
  ids: readonly CheckoutId[],
): Promise<KnownCheckout[]> {
  if (sessions.length + ids.length === 0) return []
  const { rows } = await tx.query<KnownCheckoutRow>({
    name: 'lock-known-checkouts',
    text: `${KNOWN_CHECKOUTS} order by id for update`,
    values: [sessions, ids],
  })
  return rows.map((row) => ({ ...row, attribution: attributionIn(row) }))
}

export async function saveCheckoutProgress(
  tx: Queryable,
  progress: readonly CheckoutProgress[],
): Promise<void> {
  if (progress.length === 0) return
  await tx.query({
    name: 'save-checkout-progress',
    // A checkout that shows another session loses the address of its former one.
    text: `update checkouts c set status = p.status,
             stripe_session_url = case when c.stripe_session_id = p.session_id then c.stripe_session_url end,
             stripe_session_expires_at = case when c.stripe_session_id = p.session_id then c.stripe_session_expires_at end,
             stripe_session_id = p.session_id
           from unnest($1::uuid[], $2::text[], $3::text[]) as p(id, session_id, status) where c.id = p.id`,
    values: [
      progress.map(({ id }) => id),
      progress.map(({ sessionId }) => sessionId),
      progress.map(({ status }) => status),
    ],
  })
}

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
    checkout.coveredFeeMinor !== null,
    checkout.coveredFeeMinor ?? 0n,
  ]
}

function checkoutOf(row: CheckoutRow): Checkout {
  const currency = parseCurrency(row.currency)
  if (currency === null) throw new Error(`Checkout ${row.id} has an unknown currency`)
  const { stripe_session_id: sessionId, stripe_session_url: url, stripe_session_expires_at: expiresAt } = row
  return {
    id: row.id,
    createdAt: row.created_at,
    amount: money(row.amount_minor, currency),
    coveredFeeMinor: row.covers_fees ? row.covered_fee_minor : null,
    frequency: row.frequency,
    article: { url: row.article_url, title: row.article_title },
    campaign: { source: row.campaign_source, medium: row.campaign_medium, name: row.campaign_name },
    message: row.message,
    anonymous: row.anonymous,
    newsletter: row.newsletter,
    locale: row.locale,
    status: row.status,
    stripeFailures: row.stripe_failures,
    // An event can name the session before its address has been saved.
    session: sessionId && url && expiresAt ? { id: sessionId, url, expiresAt } : null,
  }
}
