import { randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attemptAt, type Expiry } from '../../src/checkout/attempt.ts'
import { checkoutRequest } from '../../src/checkout/checkout-request.ts'
import { planCheckout } from '../../src/checkout/checkout.ts'
import { sessionParams, stripeLocale } from '../../src/checkout/session-params.ts'
import { newsroomConfig, terms } from '../kit/checkout.ts'
import { markedFor, marks } from '../kit/marks.ts'

const MINUTE_MS = 60_000
const createdAt = new Date('2026-03-01T12:00:00.250Z')

function checkoutWith(fields: Record<string, unknown> = {}) {
  const request = checkoutRequest({ amount: 500, currency: 'usd', ...fields }, terms)
  return planCheckout(request, randomUUID(), createdAt)
}

function params(
  fields: Record<string, unknown> = {},
  newsroom = newsroomConfig.newsroom,
  adaptivePricing = false,
) {
  const checkout = checkoutWith(fields)
  return sessionParams(checkout, attemptAt(checkout, createdAt), {
    newsroom,
    publicUrl: newsroomConfig.publicUrl,
    marks,
    textFor: terms.textFor,
    adaptivePricing,
  })
}

describe('the parameters of a Checkout Session', () => {
  it('say whether Stripe may charge in the reader’s own currency, whatever the dashboard says', () => {
    for (const frequency of ['once', 'monthly'])
      for (const enabled of [false, true])
        expect(params({ frequency }, newsroomConfig.newsroom, enabled).adaptive_pricing).toEqual({ enabled })
  })

  it('carry our mark and the attribution on the session and on the payment, and nothing that the donor wrote', () => {
    const sent = params({
      article: { url: 'https://courier.example/ferry', title: 'The ferry' },
      campaign: { source: 'site' },
      message: 'private words',
      anonymous: true,
    })
    expect(sent.metadata).toEqual({
      ...markedFor(sent.client_reference_id),
      frequency: 'once',
      article_url: 'https://courier.example/ferry',
      article_title: 'The ferry',
      campaign_source: 'site',
    })
    expect(sent).toMatchObject({ mode: 'payment', payment_intent_data: { metadata: sent.metadata } })
    expect(JSON.stringify(sent)).not.toContain('private words')
  })

  it.each([
    ['monthly', 'month'],
    ['yearly', 'year'],
  ] as const)(
    'ask for a %s gift as a subscription that carries our mark and the attribution',
    (frequency, interval) => {
      const sent = params({ frequency })
      expect(sent).toMatchObject({
        mode: 'subscription',
        line_items: [{ price_data: { unit_amount: 500, recurring: { interval } } }],
        subscription_data: { metadata: { ...sent.metadata, frequency } },
      })
      expect(sent).not.toHaveProperty('submit_type')
      expect(sent).not.toHaveProperty('payment_intent_data')
    },
  )

  it('lead to our thank-you page, and back to the article or else to the donation form', () => {
    expect(params().success_url).toBe(
      'https://give.courier.example/thank-you?session_id={CHECKOUT_SESSION_ID}',
    )
    expect(params().cancel_url).toMatch(/^https:\/\/give\.courier\.example\/donate\?again=[0-9a-f-]{36}$/)
    const article = { url: 'https://courier.example/ferry' }
    expect(params({ article }).cancel_url).toBe('https://courier.example/ferry')
  })

  it('call the payment a donation only for a charity', () => {
    expect(params()).toMatchObject({ submit_type: 'pay' })
    const description = 'Contribution to The Willow Creek Courier'
    expect(params()).toMatchObject({ payment_intent_data: { description } })
    const charity = { ...newsroomConfig.newsroom, legalStatus: 'charity' as const }
    expect(params({}, charity)).toMatchObject({ submit_type: 'donate' })
  })

  it('contain one item of the requested amount', () => {
    expect(params({ amount: 700, currency: 'JPY' }).line_items).toEqual([
      {
        quantity: 1,
        price_data: {
          currency: 'jpy',
          unit_amount: 700,
          product_data: { name: 'Contribution to The Willow Creek Courier' },
        },
      },
    ])
  })
})

describe('the promise on Stripe’s page', () => {
  it('names the gift and the fee that the reader covers, and charges both as one item', () => {
    const sent = params({ coverFees: true })
    expect(sent.line_items).toEqual([
      {
        quantity: 1,
        price_data: {
          currency: 'usd',
          unit_amount: 546,
          product_data: {
            name: 'Contribution to The Willow Creek Courier',
            description: '$5.00, and $0.46 to cover the payment fees',
          },
        },
      },
    ])
    expect(sent.metadata).toMatchObject({ gift_minor: '500', covered_fee_minor: '46' })
    expect(sent).toMatchObject({ payment_intent_data: { metadata: sent.metadata } })
  })

  it('says amount, rhythm, next date and how to stop for a recurring gift, and nothing for a single one', () => {
    expect(params()).not.toHaveProperty('custom_text')
    expect(params({ frequency: 'monthly', coverFees: true }).custom_text?.submit.message).toBe(
      'You give $5.46 now and every month until you stop. If you pay on March 1, 2026, the next payment is on April 1, 2026. You can stop at any time with the link in every receipt we e-mail you.',
    )
    expect(params({ frequency: 'yearly' }).custom_text?.submit.message).toContain(
      'You give $5.00 now and every year until you stop. If you pay on March 1, 2026, the next payment is on March 1, 2027.',
    )
  })
})

describe('an attempt', () => {
  const afterMs = fc.integer({ min: -MINUTE_MS, max: 7 * 24 * 60 * MINUTE_MS })

  it('leaves the reader 35 to 61 minutes, whenever it is made', () => {
    fc.assert(
      fc.property(afterMs, (ms) => {
        const now = new Date(createdAt.getTime() + ms)
        const leftMs = attemptAt(checkoutWith(), now).expiresAt.getTime() - now.getTime()
        expect(leftMs).toBeGreaterThan(35 * MINUTE_MS - 1)
        expect(leftMs).toBeLessThanOrEqual(61 * MINUTE_MS)
      }),
    )
  })

  it('leaves 32 to 35 minutes while somebody tries stolen cards, never less than the half hour that Stripe asks for', () => {
    fc.assert(
      fc.property(afterMs, (ms) => {
        const now = new Date(createdAt.getTime() + ms)
        const leftMs = attemptAt(checkoutWith(), now, 'short').expiresAt.getTime() - now.getTime()
        expect(leftMs).toBeGreaterThan(32 * MINUTE_MS - 1)
        expect(leftMs).toBeLessThanOrEqual(35 * MINUTE_MS)
      }),
    )
  })

  it('has one expiry for one idempotency key', () => {
    const expiries = fc.constantFrom('usual', 'short')
    fc.assert(
      fc.property(afterMs, expiries, afterMs, expiries, (one, expiry, other, otherExpiry) => {
        const checkout = checkoutWith()
        const at = (ms: number, how: Expiry) => attemptAt(checkout, new Date(createdAt.getTime() + ms), how)
        const [first, second] = [at(one, expiry), at(other, otherExpiry)]
        const sameKey = first.stripeIdempotencyKey === second.stripeIdempotencyKey
        const sameExpiry = first.expiresAt.getTime() === second.expiresAt.getTime()
        expect(sameKey && !sameExpiry).toBe(false)
        expect(expiry === otherExpiry && sameExpiry && !sameKey).toBe(false)
      }),
    )
  })

  it('stays the same for a retry within 25 minutes', () => {
    const checkout = checkoutWith()
    const first = attemptAt(checkout, createdAt)
    expect(attemptAt(checkout, new Date(createdAt.getTime() + 24 * MINUTE_MS))).toEqual(first)
    expect(attemptAt(checkout, new Date(createdAt.getTime() + 26 * MINUTE_MS))).not.toEqual(first)
    expect(first.stripeIdempotencyKey).toContain(checkout.id)
  })
})

describe('the language of Stripe’s page', () => {
  it.each([
    ['en-US', 'en'],
    ['en-GB', 'en-GB'],
    ['de-AT', 'de'],
    ['pt-BR', 'pt-BR'],
    ['no', 'nb'],
    ['zh-Hant', 'zh-TW'],
    ['zh-HK', 'zh-HK'],
    ['zh-CN', 'zh'],
    ['sw', null],
    [null, null],
  ])('for %s is %s', (tag, expected) => {
    expect(stripeLocale(tag)).toBe(expected)
  })

  it.each(['ar', 'ar-EG', 'uk'])('is left to the browser for %s, which Stripe does not have', (locale) => {
    expect(params({ locale }).locale).toBeUndefined()
  })

  it('and the words on it are the reader’s, without characters that other programs do not know', () => {
    for (const locale of ['de', 'ar'])
      expect(params({ locale }).line_items[0]?.price_data.product_data.name).not.toMatch(/[\u2068\u2069]/)
  })
})
