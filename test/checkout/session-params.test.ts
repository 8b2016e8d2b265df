import { randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attemptAt } from '../../src/checkout/attempt.ts'
import { checkoutRequest } from '../../src/checkout/checkout-request.ts'
import { planCheckout } from '../../src/checkout/checkout.ts'
import { sessionParams } from '../../src/checkout/session-params.ts'
import { stripeLocale } from '../../src/checkout/stripe-locale.ts'
import { house, terms } from '../kit/checkout.ts'

const MINUTE_MS = 60_000
const keptAt = new Date('2026-03-01T12:00:00.250Z')

function planned(more: Record<string, unknown> = {}) {
  const request = checkoutRequest({ amount: 500, currency: 'usd', ...more }, terms)
  return planCheckout(request, { id: randomUUID(), now: keptAt })
}

function params(more: Record<string, unknown> = {}, newsroom = house.newsroom) {
  const checkout = planned(more)
  return sessionParams(checkout, attemptAt(checkout, keptAt), { newsroom, publicUrl: house.publicUrl })
}

describe('what Stripe is asked for', () => {
  it('carries where the gift came from on the session and on the payment, and nothing the donor wrote', () => {
    const asked = params({
      article: { url: 'https://courier.example/ferry', title: 'The ferry' },
      campaign: { source: 'site' },
      message: 'private words',
      anonymous: true,
    })
    expect(asked.metadata).toEqual({
      checkout_id: asked.client_reference_id,
      frequency: 'once',
      article_url: 'https://courier.example/ferry',
      article_title: 'The ferry',
      campaign_source: 'site',
    })
    expect(asked).toMatchObject({ mode: 'payment', payment_intent_data: { metadata: asked.metadata } })
    expect(JSON.stringify(asked)).not.toContain('private words')
  })

  it.each([
    ['monthly', 'month'],
    ['yearly', 'year'],
  ] as const)('asks for a %s gift as a subscription that keeps where it came from', (frequency, interval) => {
    const asked = params({ frequency })
    expect(asked).toMatchObject({
      mode: 'subscription',
      line_items: [{ price_data: { unit_amount: 500, recurring: { interval } } }],
      subscription_data: { metadata: { ...asked.metadata, frequency } },
    })
    expect(asked).not.toHaveProperty('submit_type')
    expect(asked).not.toHaveProperty('payment_intent_data')
  })

  it('leads to our thank-you page, and back to the article or else to the form', () => {
    expect(params().success_url).toBe(
      'https://give.courier.example/thank-you?session_id={CHECKOUT_SESSION_ID}',
    )
    expect(params().cancel_url).toBe('https://give.courier.example/donate')
    const article = { url: 'https://courier.example/ferry' }
    expect(params({ article }).cancel_url).toBe('https://courier.example/ferry')
  })

  it('calls it a donation only where the law does', () => {
    expect(params()).toMatchObject({ submit_type: 'pay' })
    const description = 'Contribution to The Willow Creek Courier'
    expect(params()).toMatchObject({ payment_intent_data: { description } })
    const charity = { ...house.newsroom, legalStatus: 'charity' as const }
    expect(params({}, charity)).toMatchObject({ submit_type: 'donate' })
  })

  it('names one item at the amount that was checked', () => {
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

describe('attempts', () => {
  const afterMs = fc.integer({ min: -MINUTE_MS, max: 7 * 24 * 60 * MINUTE_MS })

  it('always leave Stripe’s 30 minutes, with five to spare, and never more than an hour', () => {
    fc.assert(
      fc.property(afterMs, (ms) => {
        const now = new Date(keptAt.getTime() + ms)
        const leftMs = attemptAt(planned(), now).expiresAt.getTime() - now.getTime()
        expect(leftMs).toBeGreaterThan(35 * MINUTE_MS - 1)
        expect(leftMs).toBeLessThanOrEqual(61 * MINUTE_MS)
      }),
    )
  })

  it('with the same key ask for the same expiry, with another key for another', () => {
    fc.assert(
      fc.property(afterMs, afterMs, (one, other) => {
        const checkout = planned()
        const at = (ms: number) => attemptAt(checkout, new Date(keptAt.getTime() + ms))
        const sameKey = at(one).stripeIdempotencyKey === at(other).stripeIdempotencyKey
        expect(at(one).expiresAt.getTime() === at(other).expiresAt.getTime()).toBe(sameKey)
      }),
    )
  })

  it('stay the same for a retry within 25 minutes', () => {
    const checkout = planned()
    const first = attemptAt(checkout, keptAt)
    expect(attemptAt(checkout, new Date(keptAt.getTime() + 24 * MINUTE_MS))).toEqual(first)
    expect(attemptAt(checkout, new Date(keptAt.getTime() + 26 * MINUTE_MS))).not.toEqual(first)
    expect(first.stripeIdempotencyKey).toContain(checkout.id)
  })
})

describe('Stripe’s languages', () => {
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
  ])('%s is %s', (tag, expected) => {
    expect(stripeLocale(tag)).toBe(expected)
  })
})
