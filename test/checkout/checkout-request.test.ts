import { describe, expect, it } from 'vitest'
import { checkoutRequest } from '../../src/checkout/checkout-request.ts'
import { Refusal } from '../../src/http/refusal.ts'
import { requestHash } from '../../src/checkout/request-hash.ts'
import { terms } from '../kit/checkout.ts'

const minimal = { amount: 500, currency: 'usd' }

function problems(input: unknown): Record<string, string> {
  try {
    checkoutRequest(input, terms)
  } catch (error) {
    if (!(error instanceof Refusal) || error.kind !== 'malformed') throw error
    return Object.fromEntries(error.problems.map(({ pointer, message }) => [pointer, message]))
  }
  return {}
}

const everything = { minimumMinor: 1n, maximumMinor: 99_999_999n }

const pointers = (input: unknown) => Object.keys(problems(input)).toSorted()

describe('a checkout request', () => {
  it('is complete with an amount and a currency', () => {
    expect(checkoutRequest(minimal, terms)).toEqual({
      amount: { minor: 500n, currency: 'usd' },
      coveredFeeMinor: null,
      frequency: 'once',
      article: { url: null, title: null },
      campaign: { source: null, medium: null, name: null },
      message: null,
      anonymous: false,
      newsletter: false,
      locale: null,
    })
  })

  it('accepts every field of the contract, without tracking parameters and outer space', () => {
    const request = checkoutRequest(
      {
        ...minimal,
        frequency: 'once',
        coverFees: false,
        article: { url: 'https://courier.example/ferry?utm_source=mail&id=7#top', title: ' The ferry ' },
        campaign: { source: 'site', medium: 'article', name: 'spring' },
        message: 'Thank you,\r\nall of you',
        anonymous: true,
        newsletter: true,
        locale: 'pt-br',
      },
      terms,
    )
    expect(request).toMatchObject({
      article: { url: 'https://courier.example/ferry?id=7', title: 'The ferry' },
      campaign: { source: 'site', medium: 'article', name: 'spring' },
      message: 'Thank you,\nall of you',
      locale: 'pt-BR',
    })
  })

  it('is refused with every problem at once', () => {
    const input = {
      amount: 1,
      currency: 'usd',
      frequency: 'weekly',
      coverFees: 'yes',
      article: { image: 'x' },
      message: 'bell\u0007',
      anonymous: 'yes',
      newsletter: 1,
      price: 1,
    }
    expect(pointers(input)).toEqual([
      '/amount',
      '/anonymous',
      '/article/image',
      '/coverFees',
      '/frequency',
      '/message',
      '/newsletter',
      '/price',
    ])
  })

  it.each([
    ['usd', 500, 46n],
    ['jpy', 500, 19n],
    ['isk', 50_000, 5_100n],
  ])('adds what Stripe takes when the reader covers the fees in %s', (currency, amount, coveredFeeMinor) => {
    expect(checkoutRequest({ amount, currency, coverFees: true }, terms)).toMatchObject({ coveredFeeMinor })
    expect(checkoutRequest({ amount, currency, coverFees: false }, terms)).toMatchObject({
      coveredFeeMinor: null,
    })
  })

  it('cannot cover the fees in a currency whose rate the newsroom has not set, nor beyond Stripe’s largest charge', () => {
    expect(problems({ amount: 500, currency: 'eur', coverFees: true })).toEqual({
      '/coverFees': 'must be false: the newsroom has set no fee rate for eur',
    })
    const large = { ...terms, limits: new Map([...terms.limits].map(([code]) => [code, everything])) }
    expect(() => checkoutRequest({ amount: 99_999_999, currency: 'usd', coverFees: true }, large)).toThrow(
      expect.objectContaining({
        problems: [
          {
            pointer: '/coverFees',
            message: 'must be false: gift and fee together are more than Stripe can charge',
          },
        ],
      }),
    )
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a list', []],
    ['text', 'amount=500'],
  ])('is refused when the body is %s', (_, input) => {
    expect(problems(input)).toEqual({ '': 'must be a JSON object' })
  })

  it('is refused with the name of each missing field', () => {
    expect(problems({})).toEqual({ '/amount': 'is missing', '/currency': 'is missing' })
  })

  it.each([[5.5], ['500'], [Number.MAX_SAFE_INTEGER + 1], [Number.NaN], [null], [-500], [0], [true]])(
    'is refused with the amount %s',
    (amount) => {
      expect(pointers({ ...minimal, amount })).toEqual(['/amount'])
    },
  )

  it.each([
    [{ amount: -1, currency: 'zzz' }],
    [{ amount: 0, currency: 7 }],
    [{ amount: 1_000_000_000_000, currency: 'zzz' }],
    [{ amount: 4.5, currency: 'zzz' }],
    [{ currency: 'zzz' }],
  ])('is refused with the problems of both amount and currency for %j', (input) => {
    expect(pointers(input)).toEqual(['/amount', '/currency'])
  })

  it('is refused for its currency alone when some currency could have the amount', () => {
    expect(pointers({ amount: 500, currency: 'zzz' })).toEqual(['/currency'])
  })

  it.each([
    ['usd', 49, 50],
    ['jpy', 49, 50],
    ['isk', 12_550, 12_600],
    ['kwd', 1_001, 1_010],
  ])('is held to the smallest amount and the step of %s', (currency, wrong, right) => {
    expect(pointers({ currency, amount: wrong })).toEqual(['/amount'])
    expect(pointers({ currency, amount: right })).toEqual([])
  })

  it.each(['gbp', 'xxx', '', 'us dollars'])(
    'is refused with the currency “%s”, which is not offered',
    (currency) => {
      expect(pointers({ amount: 500, currency })).toEqual(['/currency'])
    },
  )

  it('escapes braces in the article address, so that Stripe inserts no session id', () => {
    const article = { url: 'https://courier.example/?s={CHECKOUT_SESSION_ID}' }
    expect(checkoutRequest({ ...minimal, article }, terms).article.url).not.toMatch(/[{}]/)
  })

  it('counts an emoji as one character, and is refused with half a surrogate pair', () => {
    expect(pointers({ ...minimal, message: '🙂'.repeat(500) })).toEqual([])
    expect(pointers({ ...minimal, message: '🙂'.repeat(501) })).toEqual(['/message'])
    expect(pointers({ ...minimal, message: '\ud83d' })).toEqual(['/message'])
  })
})

const hash = (input: unknown) => requestHash(checkoutRequest(input, terms))

describe('the request hash', () => {
  it('is equal for two spellings of the same request', () => {
    expect(hash({ currency: 'USD', amount: 500, message: ' ' })).toBe(hash(minimal))
  })

  it.each([
    { amount: 501 },
    { currency: 'eur' },
    { article: { url: 'https://courier.example/' } },
    { article: { title: 'x' } },
    { campaign: { name: 'x' } },
    { campaign: { medium: 'x' } },
    { message: 'x' },
    { anonymous: true },
    { newsletter: true },
    { locale: 'de' },
  ])('differs when the request has %j', (other) => {
    expect(hash({ ...minimal, ...other })).not.toBe(hash(minimal))
  })
})
