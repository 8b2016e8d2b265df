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

const pointers = (input: unknown) => Object.keys(problems(input)).toSorted()

describe('a checkout request', () => {
  it('needs amount and currency only', () => {
    expect(checkoutRequest(minimal, terms)).toEqual({
      amount: { minor: 500n, currency: 'usd' },
      frequency: 'once',
      article: { url: null, title: null },
      campaign: { source: null, medium: null, name: null },
      message: null,
      anonymous: false,
      newsletter: false,
      locale: null,
    })
  })

  it('takes everything the contract names', () => {
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

  it('hears of every problem at once, whatever else is wrong', () => {
    const input = {
      amount: 1,
      currency: 'usd',
      frequency: 'weekly',
      coverFees: true,
      article: { url: 'https://evil.example/', title: 'x'.repeat(301), image: 'x' },
      campaign: { source: 'x'.repeat(101) },
      message: 'bell\u0007',
      anonymous: 'yes',
      newsletter: 1,
      locale: 'not a tag',
      price: 1,
    }
    expect(pointers(input)).toEqual([
      '/amount',
      '/anonymous',
      '/article/image',
      '/article/title',
      '/article/url',
      '/campaign/source',
      '/coverFees',
      '/frequency',
      '/locale',
      '/message',
      '/newsletter',
      '/price',
    ])
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a list', []],
    ['text', 'amount=500'],
  ])('is no %s', (_, input) => {
    expect(problems(input)).toEqual({ '': 'must be a JSON object' })
  })

  it('names what is missing', () => {
    expect(problems({})).toEqual({ '/amount': 'is missing', '/currency': 'is missing' })
  })

  it.each([[5.5], ['500'], [Number.MAX_SAFE_INTEGER + 1], [Number.NaN], [null], [-500], [0], [true]])(
    'refuses %s as an amount',
    (amount) => {
      expect(pointers({ ...minimal, amount })).toEqual(['/amount'])
    },
  )

  it.each([
    ['usd', 49, 50],
    ['jpy', 49, 50],
    ['isk', 12_550, 12_600],
    ['kwd', 1_001, 1_010],
  ])('knows the smallest amounts and steps of %s', (currency, wrong, right) => {
    expect(pointers({ currency, amount: wrong })).toEqual(['/amount'])
    expect(pointers({ currency, amount: right })).toEqual([])
  })

  it.each(['gbp', 'xxx', '', 'us dollars'])('refuses the currency %s, which is not on offer', (currency) => {
    expect(pointers({ amount: 500, currency })).toEqual(['/currency'])
  })

  it.each([
    'javascript:alert(1)',
    'https://courier.example.evil.example/',
    'https://courier.example@evil.example/',
    'https://user:pass@courier.example/',
    '//courier.example/',
    'https://courier.example:444/',
    `https://courier.example/${'x'.repeat(500)}`,
  ])('leads back to no %s', (url) => {
    expect(pointers({ ...minimal, article: { url } })).toEqual(['/article/url'])
  })

  it('keeps Stripe from filling in its session id on the way back', () => {
    const article = { url: 'https://courier.example/?s={CHECKOUT_SESSION_ID}' }
    expect(checkoutRequest({ ...minimal, article }, terms).article.url).not.toMatch(/[{}]/)
  })

  it('counts characters as readers do, and refuses half ones', () => {
    expect(pointers({ ...minimal, message: '🙂'.repeat(500) })).toEqual([])
    expect(pointers({ ...minimal, message: '🙂'.repeat(501) })).toEqual(['/message'])
    expect(pointers({ ...minimal, message: '\ud83d' })).toEqual(['/message'])
  })
})

const hash = (input: unknown) => requestHash(checkoutRequest(input, terms))

describe('the request hash', () => {
  it('is the same for the same meaning', () => {
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
  ])('differs for %j', (other) => {
    expect(hash({ ...minimal, ...other })).not.toBe(hash(minimal))
  })
})
