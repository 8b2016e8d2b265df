import type { NewsroomProfile } from '../newsroom/profile.ts'
import { giftKind, submitType } from '../newsroom/gift-kind.ts'
import { monthsAway } from '../calendar/days.ts'
import { localDate } from '../calendar/local-date.ts'
import { formatMoney, money } from '../money/money.ts'
import { dateFormat } from '../text/date-format.ts'
import { withoutIsolates, type Text, type TextFor } from '../text/text.ts'
import type { Attempt } from './attempt.ts'
import { MARK_KEY, type CheckoutMarks } from './checkout-mark.ts'
import { chargeOf } from './checkout-request.ts'
import type { Checkout } from './checkout.ts'

/** The languages of Stripe's payment page (`locale` of a Checkout Session). */
// oxfmt-ignore
const LOCALES = [
  'bg', 'cs', 'da', 'de', 'el', 'en', 'en-GB', 'es', 'es-419', 'et', 'fi', 'fil', 'fr', 'fr-CA', 'hr', 'hu', 'id', 'it',
  'ja', 'ko', 'lt', 'lv', 'ms', 'mt', 'nb', 'nl', 'pl', 'pt', 'pt-BR', 'ro', 'ru', 'sk', 'sl', 'sv', 'th', 'tr', 'vi',
  'zh', 'zh-HK', 'zh-TW',
] as const

export type StripeLocale = (typeof LOCALES)[number]

/** The parameters with which Stripe creates a Checkout Session, in the words of its API. */
export type SessionParams = ModeParams & {
  /** Always sent: without it the account's setting in Stripe's dashboard decides what the reader is charged. */
  adaptive_pricing: { enabled: boolean }
  line_items: {
    quantity: 1
    price_data: {
      currency: string
      unit_amount: number
      product_data: { name: string; description?: string }
      recurring?: { interval: 'month' | 'year' }
    }
  }[]
  /** Beside the button: what the reader agrees to with it. */
  custom_text?: { submit: { message: string } }
  client_reference_id: string
  metadata: Record<string, string>
  success_url: string
  cancel_url: string
  /** Unix time in seconds. */
  expires_at: number
  locale?: StripeLocale
}

type PaymentData = { description: string; metadata: Record<string, string> }

/**
 * `submit_type` is for single payments only. The session's metadata is not copied to what it creates, so it is sent
 * twice. Stripe copies a payment's metadata to its charge and shows a subscription's on its invoices, each as it is then:
 * https://docs.stripe.com/metadata
 */
type ModeParams =
  | { mode: 'payment'; submit_type: 'donate' | 'pay'; payment_intent_data: PaymentData }
  | { mode: 'subscription'; subscription_data: PaymentData }

const LONGEST_METADATA_VALUE = 500
const LONGEST_PRODUCT_NAME = 250

/**
 * The same checkout and attempt always give the same parameters, as Stripe requires for one idempotency key: every
 * value comes from them and from the configuration, none from the clock.
 */
export function sessionParams(
  checkout: Checkout,
  attempt: Attempt,
  service: {
    readonly newsroom: NewsroomProfile
    readonly publicUrl: string
    readonly adaptivePricing: boolean
    readonly marks: Pick<CheckoutMarks, 'make'>
    readonly textFor: TextFor
    /** A reader who leaves Stripe's page comes back to the form of `/donate`, not to the article. */
    readonly returnsToForm?: boolean
  },
): SessionParams {
  const gift = giftKind(service.newsroom.legalStatus)
  const text = service.textFor(checkout.locale)
  const name = truncated(
    // Stripe shows the name in its dashboard and on bank statements, where such characters may be drawn as boxes.
    withoutIsolates(text.reader('gift.product', { context: gift, newsroom: service.newsroom.name })),
    LONGEST_PRODUCT_NAME,
  )
  const { currency, minor } = chargeOf(checkout)
  const parts = partsOf(checkout, text)
  const promise = promiseOf(checkout, service.newsroom, text)
  const locale = stripeLocale(checkout.locale)
  const metadata = metadataOf(checkout, service.marks.make(checkout.id))
  return {
    adaptive_pricing: { enabled: service.adaptivePricing },
    ...modeParams(checkout, submitType(gift), { description: name, metadata }),
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency,
          unit_amount: Number(minor), // exact: the largest amount of every currency is far below 2^53
          product_data: { name, ...(parts === null ? {} : { description: parts }) },
          ...recurring(checkout.frequency),
        },
      },
    ],
    ...(promise === null ? {} : { custom_text: { submit: { message: promise } } }),
    client_reference_id: checkout.id,
    metadata,
    success_url: `${service.publicUrl}/thank-you?session_id={CHECKOUT_SESSION_ID}`,
    cancel_url:
      (service.returnsToForm ? null : checkout.article.url) ??
      `${service.publicUrl}/donate?again=${checkout.id}`,
    expires_at: Math.floor(attempt.expiresAt.getTime() / 1000),
    ...(locale ? { locale } : {}),
  }
}

/**
 * What the one item is made of, where the reader covers the fees. One item and not two: an agreement at Stripe then has one
 * amount, which its page, its portal and its invoices show as such.
 */
function partsOf({ amount, coveredFeeMinor }: Checkout, text: Text): string | null {
  if (!coveredFeeMinor) return null
  const fee = money(coveredFeeMinor, amount.currency)
  const values = { gift: formatMoney(amount, text.locale), fee: formatMoney(fee, text.locale) }
  return withoutIsolates(text.reader('gift.parts', values))
}

/**
 * Amount, rhythm, next date and how to stop. The date follows from the day on which the checkout was made, so that the
 * parameters stay the same; it says so itself, because the reader may pay after midnight.
 */
function promiseOf(checkout: Checkout, { timezone }: NewsroomProfile, text: Text): string | null {
  const { frequency, createdAt } = checkout
  if (frequency === 'once') return null
  const today = localDate(createdAt, timezone)
  const next = monthsAway(today, frequency === 'monthly' ? 1 : 12)
  const format = dateFormat(text.locale, { dateStyle: 'long', timeZone: 'UTC' })
  return text.reader(`gift.promise.${frequency}`, {
    amount: formatMoney(chargeOf(checkout), text.locale),
    today: format.format(new Date(today)),
    next: format.format(new Date(next)),
  })
}

function modeParams({ frequency }: Checkout, submit: 'donate' | 'pay', data: PaymentData): ModeParams {
  return frequency === 'once'
    ? { mode: 'payment', submit_type: submit, payment_intent_data: data }
    : { mode: 'subscription', subscription_data: data }
}

function recurring(frequency: Checkout['frequency']) {
  if (frequency === 'once') return {}
  return { recurring: { interval: frequency === 'monthly' ? 'month' : 'year' } } as const
}

/** Contains nothing that a donor wrote: everybody with access to the Stripe dashboard sees it, and every event carries it. */
function metadataOf(checkout: Checkout, mark: string): Record<string, string> {
  const { id, amount, coveredFeeMinor, article, campaign, frequency } = checkout
  const values = {
    [MARK_KEY]: mark,
    checkout_id: id,
    frequency,
    article_url: article.url,
    article_title: article.title,
    campaign_source: campaign.source,
    campaign_medium: campaign.medium,
    campaign_name: campaign.name,
    // Both, so that the fee still counts only for what was agreed after the amount has been changed at Stripe.
    ...(coveredFeeMinor
      ? { gift_minor: String(amount.minor), covered_fee_minor: String(coveredFeeMinor) }
      : {}),
  }
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) =>
      value === null ? [] : [[key, truncated(value, LONGEST_METADATA_VALUE)] as const],
    ),
  )
}

/** Counts code points, because half an emoji is not valid text. */
function truncated(text: string, longest: number): string {
  return Array.from(text).slice(0, longest).join('')
}

/** The nearest language that Stripe offers. @returns null to leave the choice to the reader's browser */
export function stripeLocale(tag: string | null): StripeLocale | null {
  if (tag === null) return null
  const { language, region, script } = new Intl.Locale(tag).maximize()
  if (language === 'zh' && script === 'Hant') return region === 'HK' || region === 'MO' ? 'zh-HK' : 'zh-TW'
  // Norwegian is mostly written as Bokmål.
  const wanted = language === 'no' ? ['nb'] : [`${language}-${region}`, language]
  return (
    LOCALES.find((locale) => wanted[0] === locale) ?? LOCALES.find((locale) => wanted[1] === locale) ?? null
  )
}
