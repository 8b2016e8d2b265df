import type { Knex } from 'knex'
import type { CheckoutStatus } from '../donations/checkout-status.ts'
import type { CheckoutId, CheckoutSessionId, Frequency } from '../donations/payment-fact.ts'
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

/**
 * Keeps a planned checkout, or finds the one that was kept under the same idempotency key before.
 * @throws Refusal conflict when that one was asked for with other content
 */
export async function keepCheckout(
  knex: Knex,
  planned: Checkout,
  asked: { idempotencyKey: string | null; requestHash: string },
): Promise<Checkout> {
  // One statement each, so each commits by itself; a request with the same key waits here for the first one's commit.
  const [kept] = await knex<CheckoutRow>('checkouts')
    .insert({ ...rowOf(planned), idempotency_key: asked.idempotencyKey, request_hash: asked.requestHash })
    .onConflict('idempotency_key')
    .ignore()
    .returning('*')
  if (kept) return checkoutOf(kept)
  const found = await knex<CheckoutRow>('checkouts').where('idempotency_key', asked.idempotencyKey).first()
  if (!found) throw new Error('a checkout was neither kept nor found')
  if (found.request_hash !== asked.requestHash)
    throw new Refusal('conflict', 'This idempotency key was used before for a different checkout.')
  return checkoutOf(found)
}

/** Writes Stripe's session down, once; whoever comes second gets the first one's. Never takes a later status back. */
export async function saveSession(knex: Knex, id: CheckoutId, session: CheckoutSession): Promise<Checkout> {
  const [saved] = await knex<CheckoutRow>('checkouts')
    .where({ id })
    .whereNull('stripe_session_url')
    .update({
      stripe_session_id: session.id,
      stripe_session_url: session.url,
      stripe_session_expires_at: session.expiresAt,
      status: knex.raw(`case when status = 'created' then 'open' else status end`),
    })
    .returning('*')
  if (saved) return checkoutOf(saved)
  const found = await checkoutById(knex, id)
  if (!found) throw new Error('a checkout vanished')
  return found
}

export async function checkoutById(knex: Knex, id: CheckoutId): Promise<Checkout | null> {
  const row = await knex<CheckoutRow>('checkouts').where({ id }).first()
  return row ? checkoutOf(row) : null
}

export async function checkoutBySession(knex: Knex, sessionId: string): Promise<Checkout | null> {
  const row = await knex<CheckoutRow>('checkouts').where('stripe_session_id', sessionId).first()
  return row ? checkoutOf(row) : null
}

function rowOf(checkout: Checkout): Partial<CheckoutRow> {
  return {
    id: checkout.id,
    created_at: checkout.createdAt,
    amount_minor: checkout.amount.minor,
    currency: checkout.amount.currency,
    frequency: checkout.frequency,
    article_url: checkout.article.url,
    article_title: checkout.article.title,
    campaign_source: checkout.campaign.source,
    campaign_medium: checkout.campaign.medium,
    campaign_name: checkout.campaign.name,
    message: checkout.message,
    anonymous: checkout.anonymous,
    newsletter: checkout.newsletter,
    locale: checkout.locale,
    status: checkout.status,
  }
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
