import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'
import { live, problemsOf } from './production-variables.ts'

test('uses substitutes for every server when nothing is set in development', () => {
  const config = readConfig({})
  expect(config).toMatchObject({ databaseUrl: null, smtpUrl: null, port: 3000, stripe: { secretKey: null } })
  expect(config.offer.currencies.slice(0, 4)).toEqual(['usd', 'eur', 'gbp', 'jpy'])
  expect(config.offer.currencies.length).toBeGreaterThan(130)
})

test('accepts a complete production configuration', () => {
  expect(readConfig(live)).toMatchObject({
    publicUrl: 'https://give.news.example',
    webhookSecrets: ['whsec_Jd7fQ0xWm2Kp9sLe', 'whsec_Zr4tV8bNc1Hy6gUa'],
    allowedOrigins: ['https://give.news.example', 'https://news.example', 'https://www.news.example'],
  })
})

test.each(Object.keys(live).filter((name) => name !== 'NODE_ENV'))(
  'in production %s has no stand-in',
  (name) => {
    expect(problemsOf({ ...live, [name]: undefined })).toEqual([`${name}: is missing`])
    expect(problemsOf({ ...live, [name]: '  ' })).toEqual([`${name}: is missing`])
  },
)

test('names every problem at once and repeats no value', () => {
  const secrets = {
    STRIPE_SECRET_KEY: 'pk_live_thisisnotsecret',
    STRIPE_WEBHOOK_SECRET: 'undefined',
    SESSION_SECRET: 'hunter2hunter2',
    DATABASE_URL: 'mysql://root:hunter2@db',
    NEWSROOM_LEGAL_STATUS: 'charity',
  }
  const problems = problemsOf({ NODE_ENV: 'production', ...secrets })
  const named = problems.map((line) => line.split(':')[0])
  expect(named.toSorted()).toEqual(
    [
      ...Object.keys(live).filter((name) => name !== 'NODE_ENV' && name !== 'NEWSROOM_LEGAL_STATUS'),
      'NEWSROOM_TAX_ID',
    ].toSorted(),
  )
  expect(problems.join('\n')).not.toMatch(/hunter2|thisisnotsecret|undefined/)
})

test.each([
  ['STRIPE_WEBHOOK_SECRET', ''],
  ['STRIPE_WEBHOOK_SECRET', 'undefined'],
  ['STRIPE_WEBHOOK_SECRET', 'whsec_'],
  ['STRIPE_WEBHOOK_SECRET', 'whsec_good1234,'.repeat(1) + 'bad'],
  ['STRIPE_SECRET_KEY', 'sk_live'],
  ['PUBLIC_URL', 'http://give.news.example'],
  ['PUBLIC_URL', 'https://give.news.example/?x=1'],
  ['ALLOWED_ORIGINS', 'https://news.example/path'],
  ['ALLOWED_ORIGINS', '*'],
  ['TRUSTED_PROXIES', '10.0.0.0/33'],
  ['TRUSTED_PROXIES', 'loadbalancer'],
  ['NEWSROOM_TIMEZONE', 'Mars/Olympus'],
  ['NEWSROOM_LEGAL_STATUS', 'church'],
  ['DATABASE_REPLICA_URL', 'mysql://db'],
  ['NEWSROOM_FOLLOW_LINKS', 'Bluesky'],
  ['NEWSROOM_FOLLOW_LINKS', 'Bluesky=javascript:alert(1)'],
  ['NEWSROOM_LOGO_URL', 'http://cdn.news.example/logo.png'],
  ['NEWSROOM_LOGO_URL', 'data:image/png;base64,AAAA'],
  ['NEWSROOM_LOGO_URL', 'https://user:word@cdn.news.example/logo.png'],
  ['NEWSROOM_PURPOSE', 'x'.repeat(161)],
  ['NEWSROOM_NEWSLETTER_URL', 'http://news.example/letter'],
  ['SOURCE_URL', 'javascript:alert(1)'],
  ['LANGUAGES', 'en,xx'],
  ['NEWSROOM_LANGUAGE', 'pt'],
  ['CURRENCIES', 'usd,xxx'],
  ['REPORTING_CURRENCY', 'xxx'],
  ['FISCAL_YEAR_STARTS', '0'],
  ['FISCAL_YEAR_STARTS', '13'],
  ['FISCAL_YEAR_STARTS', 'July'],
  ['FREQUENCIES', 'once,weekly'],
  ['FREQUENCIES', ','],
  ['PAYMENT_METHODS', 'card,cash'],
  ['SUGGESTED_AMOUNTS', '3.50'],
  ['SUGGESTED_AMOUNTS', 'usd:1'],
  ['PORT', '99999'],
  ['LOG_LEVEL', 'loud'],
])('%s=%s is refused', (name, value) => {
  expect(problemsOf({ ...live, [name]: value }).map((line) => line.split(':')[0])).toEqual([name])
})

test('reads amounts for the first currency or by name, and keeps limits within what Stripe can charge', () => {
  const { offer } = readConfig({
    CURRENCIES: 'eur,jpy',
    SUGGESTED_AMOUNTS: '300,700',
    MINIMUM_AMOUNT: '200',
    MAXIMUM_AMOUNT: 'eur:50000;jpy:9000',
  })
  const read = Object.fromEntries(
    offer.currencies.map((code) => [
      String(code),
      { suggested: offer.suggested.get(code), limits: offer.limits.get(code) },
    ]),
  )
  expect(read).toEqual({
    eur: { suggested: [300n, 700n], limits: { minimumMinor: 200n, maximumMinor: 50_000n } },
    jpy: { suggested: undefined, limits: { minimumMinor: 200n, maximumMinor: 9_000n } },
  })
})

test('offers every language, and addresses a reader of none of them in the newsroom’s own', () => {
  expect(readConfig({}).languages).toEqual({
    offered: ['en', 'es', 'uk', 'fr', 'de', 'ar'],
    fallback: 'en',
  })
  expect(readConfig({ LANGUAGES: 'uk, de' }).languages).toEqual({ offered: ['uk', 'de'], fallback: 'uk' })
  expect(readConfig({ LANGUAGES: 'en,uk', NEWSROOM_LANGUAGE: 'uk' }).languages.fallback).toBe('uk')
  expect(problemsOf({ LANGUAGES: 'en,uk', NEWSROOM_LANGUAGE: 'de' })).toEqual([
    'NEWSROOM_LANGUAGE: is none of LANGUAGES',
  ])
})

test('reads what Stripe takes in each currency, and names every entry that is wrong', () => {
  const read = (rates: string) =>
    readConfig({ CURRENCIES: 'usd,eur', STRIPE_FEE_RATES: rates }).offer.feeRates
  expect(Object.fromEntries(read('usd=2.9%+30, EUR=1.5% + 25'))).toEqual({
    usd: { shareMillionths: 29_000, fixedMinor: 30 },
    eur: { shareMillionths: 15_000, fixedMinor: 25 },
  })
  expect(readConfig({}).offer.feeRates.size).toBe(0)
  const wrong = 'usd=29%,2.9%+30,eur=1.5%+25,eur=1.4%+25,xxx=1%'
  expect(problemsOf({ ...live, STRIPE_FEE_RATES: wrong })).toEqual([
    'STRIPE_FEE_RATES: the rate in usd must read like 2.9%+30, a share of 20 % at most and whole minor units',
    'STRIPE_FEE_RATES: entry 2 does not begin with a currency Stripe can charge, as usd=2.9%+30 does',
    'STRIPE_FEE_RATES: has two rates in eur',
    'STRIPE_FEE_RATES: entry 5 does not begin with a currency Stripe can charge, as usd=2.9%+30 does',
  ])
  expect(problemsOf({ CURRENCIES: 'usd', STRIPE_FEE_RATES: 'usd=2.9%+30,gbp=1.5%+20' })).toEqual([
    'STRIPE_FEE_RATES: has a rate in gbp, which is not one of CURRENCIES',
  ])
})

test('reports in the first currency on offer and by calendar year, unless something else is set', () => {
  expect(readConfig({ CURRENCIES: 'eur,usd' }).reporting).toEqual({ currency: 'eur', fiscalYearStarts: 1 })
  expect(readConfig({}).reporting.currency).toBe('usd')
  const set = { CURRENCIES: 'eur', REPORTING_CURRENCY: 'CHF', FISCAL_YEAR_STARTS: '7' }
  expect(readConfig(set).reporting).toEqual({ currency: 'chf', fiscalYearStarts: 7 })
})

describe('outside production', () => {
  const own = { DATABASE_URL: 'postgres://app:pw@db.internal/donations' }

  test.each([
    ['STRIPE_SECRET_KEY', 'sk_live_abc123'],
    ['STRIPE_SECRET_KEY', 'rk_live_abc123'],
    ['PUBLIC_URL', 'https://give.news.example'],
    ['PUBLIC_URL', 'http://192.168.1.20:3000'],
    ['PUBLIC_URL', 'https://localhost.news.example'],
    ['PUBLIC_URL', 'http://127.0.0.1.news.example'],
    ['HOST', '0.0.0.0'],
    ['HOST', '::'],
    ['HOST', '10.1.2.3'],
    ['HOST', 'give.news.example'],
  ])('%s=%s is refused', (name, value) => {
    const key = { STRIPE_WEBHOOK_SECRET: 'whsec_goodgood' }
    for (const env of [
      {},
      own,
      { ...own, NODE_ENV: 'development' },
      { ...own, NODE_ENV: 'test' },
      { NODE_ENV: ' ' },
    ])
      expect(problemsOf({ ...key, ...env, [name]: value }).map((line) => line.split(':')[0])).toEqual([name])
  })

  test('names every variable that only production may have, together with what is malformed', () => {
    const problems = problemsOf({
      ...own,
      STRIPE_SECRET_KEY: 'sk_live_abc123',
      PUBLIC_URL: 'https://give.news.example',
      HOST: '0.0.0.0',
      PORT: 'x',
    })
    expect(problems.map((line) => line.split(':')[0]).toSorted()).toEqual(
      ['STRIPE_SECRET_KEY', 'PUBLIC_URL', 'HOST', 'PORT', 'STRIPE_WEBHOOK_SECRET'].toSorted(),
    )
    expect(problems.join('\n')).not.toMatch(/abc123|news\.example/)
  })

  test.each([
    ['HOST', '127.0.0.1'],
    ['HOST', '127.1.2.3'],
    ['HOST', '::1'],
    ['HOST', 'localhost'],
    ['PUBLIC_URL', 'http://localhost:3000'],
    ['PUBLIC_URL', 'http://127.0.0.1:3000'],
    ['PUBLIC_URL', 'http://[::1]:3000'],
    ['STRIPE_SECRET_KEY', 'sk_test_abc123'],
  ])('%s=%s is taken', (name, value) => {
    expect(problemsOf({ ...own, STRIPE_WEBHOOK_SECRET: 'whsec_goodgood', [name]: value })).toEqual([])
  })

  test('a database on another machine is warned of, because development writes into it', () => {
    expect(readConfig(own).warnings).toEqual([expect.stringContaining('DATABASE_URL')])
    for (const host of ['localhost', '127.0.0.1:5432', '[::1]'])
      expect(readConfig({ DATABASE_URL: `postgres://app:pw@${host}/donations` }).warnings).toEqual([])
    expect(readConfig(live).warnings).toEqual([])
  })

  test('is a trial only without a database of its own', () => {
    expect(readConfig({}).deployment).toBe('trial')
    expect(readConfig({ NODE_ENV: 'test' }).deployment).toBe('trial')
    expect(readConfig(own).deployment).toBe('development')
    expect(readConfig({ ...own, NODE_ENV: 'test' }).deployment).toBe('development')
    expect(readConfig(live).deployment).toBe('production')
  })
})

test('takes the donation products of an older system by their ids at Stripe, and none by default', () => {
  expect(readConfig({}).stripe.donationProducts).toEqual([])
  const given = readConfig({ STRIPE_DONATION_PRODUCTS: 'prod_Gift1, prod_Support2' })
  expect(given.stripe.donationProducts).toEqual(['prod_Gift1', 'prod_Support2'])
  expect(() => readConfig({ STRIPE_DONATION_PRODUCTS: 'prod_Gift1,price_1' })).toThrow(
    /STRIPE_DONATION_PRODUCTS: each must be the id of a product at Stripe/,
  )
})

describe('the legal paragraph', () => {
  const charity = {
    NEWSROOM_LEGAL_STATUS: 'charity',
    NEWSROOM_TAX_ID: 'DE123',
    NEWSROOM_TIMEZONE: 'Europe/Berlin',
  }

  test('names no American law abroad, and the start says that it is to be written', () => {
    const { newsroom, warnings } = readConfig(charity)
    expect(newsroom.statement).not.toContain('501(c)')
    expect(warnings).toContainEqual(expect.stringContaining('NEWSROOM_LEGAL_STATEMENT'))
    expect(readConfig({ ...charity, NEWSROOM_COUNTRY: 'US' })).toMatchObject({
      newsroom: { statement: expect.stringContaining('501(c)(3)') },
      warnings: [],
    })
  })

  test('is what the newsroom sets, up to the length of a paragraph', () => {
    const own = { ...charity, NEWSROOM_LEGAL_STATEMENT: 'Our counsel’s own words.' }
    expect(readConfig(own).newsroom.statement).toBe('Our counsel’s own words.')
    expect(readConfig(own).warnings).toEqual([])
    expect(() => readConfig({ ...own, NEWSROOM_LEGAL_STATEMENT: 'x'.repeat(1_001) })).toThrow(
      'NEWSROOM_LEGAL_STATEMENT',
    )
    expect(() => readConfig({ ...own, NEWSROOM_COUNTRY: 'usa' })).toThrow('NEWSROOM_COUNTRY')
  })
})
