import { describe, expect, it } from 'vitest'
import { checkoutRequest } from '../../src/checkout/checkout-request.ts'
import { terms } from '../kit/checkout.ts'

/** What a page says about itself is cleaned, cut or dropped; a gift is never refused for it. */

const read = (input: object, pageUrl: string | null = null) =>
  checkoutRequest({ amount: 500, currency: 'usd', ...input }, terms, pageUrl)
const storedUrl = (url: unknown, pageUrl?: string) => read({ article: { url } }, pageUrl).article.url
const storedTitle = (title: unknown) => read({ article: { title } }).article.title
const storedCampaign = (name: unknown) => read({ campaign: { name } }).campaign.name
const storedLocale = (locale: unknown) => read({ locale }).locale

describe('an article’s address', () => {
  it.each([
    'javascript:alert(1)',
    'https://courier.example.evil.example/',
    'https://courier.example@evil.example/',
    'https://original-publisher.example/ferry',
    'https://m.courier.example/ferry',
    'https://courier.example:444/',
    '//courier.example/',
    'ftp://courier.example/',
    'nowhere',
    '',
    7,
    ['https://courier.example/ferry'],
    null,
    `https://courier.example/${'x'.repeat(500)}`,
    'https://courier.example/stop/ada@reader.example',
    'https://courier.example/stop/ada%40reader.example',
  ])('%j is dropped', (url) => {
    expect(storedUrl(url)).toBeNull()
  })

  it('on another site gives way to the page that asks, if that is one of the newsroom’s', () => {
    const republished = 'https://original-publisher.example/ferry'
    expect(storedUrl(republished, 'https://courier.example/')).toBe('https://courier.example/')
    expect(storedUrl(republished, 'https://courier.example/ferry?email=a')).toBe(
      'https://courier.example/ferry',
    )
    expect(storedUrl(republished, 'https://evil.example/')).toBeNull()
    expect(read({}, 'https://courier.example/').article.url).toBeNull()
  })

  it.each([
    ['http://courier.example/ferry', 'https://courier.example/ferry'],
    ['https://www.courier.example/ferry', 'https://courier.example/ferry'],
    ['http://www.courier.example/ferry?id=7', 'https://courier.example/ferry?id=7'],
    ['HTTPS://Courier.example/ferry', 'https://courier.example/ferry'],
  ])('%s is taken as %s, which is on an allowed site', (given, stored) => {
    expect(storedUrl(given)).toBe(stored)
  })

  it('without www. moves to a site that is allowed with www. alone', () => {
    const onWww = { ...terms, allowedOrigins: ['https://www.courier.example'] }
    const article = { url: 'https://courier.example/ferry' }
    const { article: stored } = checkoutRequest({ amount: 500, currency: 'usd', article }, onWww)
    expect(stored.url).toBe('https://www.courier.example/ferry')
  })

  it('of more than 500 characters loses its query', () => {
    expect(storedUrl(`https://courier.example/ferry?q=${'x'.repeat(500)}`)).toBe(
      'https://courier.example/ferry',
    )
  })

  it('loses its user name and password', () => {
    expect(storedUrl('https://user:pass@courier.example/ferry')).toBe('https://courier.example/ferry')
  })

  it.each([
    'email=ada',
    'Email=ada',
    'user_email=ada',
    'e-mail=ada',
    'mkt_tok=abc',
    'sfmc_sub=1',
    'mc_eid=1',
    '_hsenc=p2',
    'subscriber_id=9',
    'vero_id=9',
    'first_name=Ada',
    'who=ada@reader.example',
    'who=ada%40reader.example',
    'who=ada%2540reader.example',
    'ada@reader.example=1',
    'ada%40reader.example',
    'id=1;email=ada@reader.example',
    'fbclid=1',
    'utm_content=ada',
  ])('loses %s, which may name the reader', (parameter) => {
    expect(storedUrl(`https://courier.example/ferry?${parameter}`)).toBe('https://courier.example/ferry')
    expect(storedUrl(`https://courier.example/ferry?id=7&${parameter}`)).toBe(
      'https://courier.example/ferry?id=7',
    )
  })

  it.each(['?p=12', '?topic=royal-mail', '?lang=fi&page=2'])('keeps %s, which names the article', (query) => {
    expect(storedUrl(`https://courier.example/ferry${query}`)).toBe(`https://courier.example/ferry${query}`)
  })

  it('keeps an author’s handle in its path', () => {
    expect(storedUrl('https://courier.example/@ada/ferry')).toBe('https://courier.example/@ada/ferry')
  })
})

describe('an article’s title', () => {
  it.each([
    ['Ferry\nreturns', 'Ferry returns'],
    ['Ferry\treturns\r\n', 'Ferry returns'],
    ['Ferry\u0000returns\u2028today', 'Ferry returns today'],
    ['half \ud83d', 'half \ufffd'],
    [' \n ', null],
    [7, null],
    [{}, null],
  ])('%j is stored as %j', (given, stored) => {
    expect(storedTitle(given)).toBe(stored)
  })

  it('is cut at 300 characters, an emoji counting as one', () => {
    expect(storedTitle('x'.repeat(301))).toBe('x'.repeat(300))
    expect(storedTitle('🙂'.repeat(301))).toBe('🙂'.repeat(300))
  })
})

describe('a campaign', () => {
  it.each([
    ['x'.repeat(101), 'x'.repeat(100)],
    ['spring\nappeal', 'spring appeal'],
    ['ada@reader.example', null],
    ['ada%40reader.example', null],
    [`${'x'.repeat(200)}ada@reader.example`, null],
    ['', null],
    [5, null],
  ])('%j is stored as %j', (given, stored) => {
    expect(storedCampaign(given)).toBe(stored)
    expect(read({ campaign: { source: given, medium: given } }).campaign).toMatchObject({
      source: stored,
      medium: stored,
    })
  })
})

describe('a locale', () => {
  it.each([
    ['pt-br', 'pt-BR'],
    ['en-US-u-ca-buddhist-co-phonebk-nu-latn-hc-h12', 'en-US'],
    [`en-${Array.from({ length: 9 }, (_, n) => `variant${n}`).join('-')}`, 'en'],
    ['not a tag', null],
    ['*', null],
    ['', null],
    [12, null],
  ])('%j is stored as %j', (given, stored) => {
    expect(storedLocale(given)).toBe(stored)
  })
})

it.each([{ article: 'ferry' }, { article: null }, { campaign: [] }, { campaign: 'spring' }])(
  '%j is dropped as a whole',
  (input) => {
    expect(read(input)).toMatchObject({ article: { url: null, title: null }, campaign: { name: null } })
  },
)
