import type { NewsroomProfile } from '../newsroom/profile.ts'
import { wordingFor } from '../newsroom/wording.ts'
import type { Attempt } from './attempt.ts'
import type { Checkout } from './checkout.ts'
import { stripeLocale, type StripeLocale } from './stripe-locale.ts'

/** What Stripe is asked for, in the words of its API; plain data. */
export type SessionParams = ModeParams & {
  line_items: {
    quantity: 1
    price_data: {
      currency: string
      unit_amount: number
      product_data: { name: string }
      recurring?: { interval: 'month' | 'year' }
    }
  }[]
  client_reference_id: string
  metadata: Record<string, string>
  success_url: string
  cancel_url: string
  /** Seconds since 1970. */
  expires_at: number
  locale?: StripeLocale
}

type Data = { description: string; metadata: Record<string, string> }

/** `submit_type` is for single payments only; metadata of the session does not flow on to what it makes. */
type ModeParams =
  | { mode: 'payment'; submit_type: 'donate' | 'pay'; payment_intent_data: Data }
  | { mode: 'subscription'; subscription_data: Data }

const LONGEST_METADATA_VALUE = 500
const LONGEST_PRODUCT_NAME = 250

/**
 * Every value comes from the kept checkout, the configuration and the attempt, never from the clock: the same checkout
 * and attempt give the same parameters, which Stripe demands under one idempotency key.
 */
export function sessionParams(
  checkout: Checkout,
  attempt: Attempt,
  house: { readonly newsroom: NewsroomProfile; readonly publicUrl: string },
): SessionParams {
  const { noun, submitType } = wordingFor(house.newsroom.legalStatus)
  const name = cut(
    `${noun[0]?.toUpperCase()}${noun.slice(1)} to ${house.newsroom.name}`,
    LONGEST_PRODUCT_NAME,
  )
  const { currency, minor } = checkout.amount
  const locale = stripeLocale(checkout.locale)
  const metadata = metadataOf(checkout)
  return {
    ...modeParams(checkout, submitType, { description: name, metadata }),
    // The currency table's largest amount is far below 2^53.
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency,
          unit_amount: Number(minor),
          product_data: { name },
          ...recurring(checkout.frequency),
        },
      },
    ],
    client_reference_id: checkout.id,
    metadata,
    success_url: `${house.publicUrl}/thank-you?session_id={CHECKOUT_SESSION_ID}`,
    cancel_url: checkout.article.url ?? `${house.publicUrl}/donate`,
    expires_at: Math.floor(attempt.expiresAt.getTime() / 1000),
    ...(locale ? { locale } : {}),
  }
}

function modeParams({ frequency }: Checkout, submitType: 'donate' | 'pay', data: Data): ModeParams {
  return frequency === 'once'
    ? { mode: 'payment', submit_type: submitType, payment_intent_data: data }
    : { mode: 'subscription', subscription_data: data }
}

function recurring(frequency: Checkout['frequency']) {
  if (frequency === 'once') return {}
  return { recurring: { interval: frequency === 'monthly' ? 'month' : 'year' } } as const
}

/** Nothing a donor wrote: metadata is seen by everyone with the Stripe dashboard and travels in every event. */
function metadataOf({ id, article, campaign, frequency }: Checkout): Record<string, string> {
  const all = {
    checkout_id: id,
    frequency,
    article_url: article.url,
    article_title: article.title,
    campaign_source: campaign.source,
    campaign_medium: campaign.medium,
    campaign_name: campaign.name,
  }
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) =>
      value === null ? [] : [[key, cut(value, LONGEST_METADATA_VALUE)] as const],
    ),
  )
}

/** By code point: half an emoji would not be text any more. */
function cut(text: string, longest: number): string {
  return Array.from(text).slice(0, longest).join('')
}
