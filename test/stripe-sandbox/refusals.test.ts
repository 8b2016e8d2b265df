import type { Stripe } from 'stripe'
import { describe, expect, test } from 'vitest'
import { gift, sdk, START } from '../kit/sandbox.ts'
import { refusal, sandboxForTest } from './kit.ts'

type Params = Stripe.Checkout.SessionCreateParams
const created = Math.floor(START.getTime() / 1000)
const without = (name: keyof Params): Params => {
  const { [name]: _omitted, ...rest } = gift()
  return rest
}
const priced = (priceData: object, item: object = {}): Params =>
  // The tests pass what the types forbid.
  gift({
    line_items: [{ quantity: 1, price_data: priceData, ...item }] as unknown as Params['line_items'] & object,
  })
const product_data = { name: 'Gift' }
const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`key${n}`, 'v']))

const CASES: [name: string, params: object, code: string | undefined, param: string | undefined][] = [
  ['no mode', without('mode'), 'parameter_missing', 'mode'],
  ['no success_url', without('success_url'), 'parameter_missing', 'success_url'],
  ['no line items', without('line_items'), 'parameter_missing', 'line_items'],
  ['an unknown parameter', { ...gift(), colour: 'red' }, 'parameter_unknown', 'colour'],
  [
    'a parameter of older API versions',
    { ...gift(), payment_method_types: ['card'] },
    'parameter_unknown',
    'payment_method_types',
  ],
  [
    'an unknown nested parameter',
    priced({ currency: 'usd', unit_amount: 500, product_data, tip: 1 }),
    'parameter_unknown',
    'line_items[0][price_data][tip]',
  ],
  [
    'no currency',
    priced({ unit_amount: 500, product_data }),
    'parameter_missing',
    'line_items[0][price_data][currency]',
  ],
  [
    'no product',
    priced({ currency: 'usd', unit_amount: 500 }),
    'parameter_missing',
    'line_items[0][price_data][product_data]',
  ],
  [
    'no quantity',
    priced({ currency: 'usd', unit_amount: 500, product_data }, { quantity: undefined }),
    'parameter_missing',
    'line_items[0][quantity]',
  ],
  [
    'an amount with decimals',
    priced({ currency: 'usd', unit_amount: 5.5, product_data }),
    'parameter_invalid_integer',
    'line_items[0][price_data][unit_amount]',
  ],
  [
    'a negative amount',
    gift({}, -500),
    'parameter_invalid_integer',
    'line_items[0][price_data][unit_amount]',
  ],
  [
    'less than the smallest charge in USD',
    gift({}, 49),
    'amount_too_small',
    'line_items[0][price_data][unit_amount]',
  ],
  [
    'less than the smallest charge in HUF',
    gift({}, 17_499, 'huf'),
    'amount_too_small',
    'line_items[0][price_data][unit_amount]',
  ],
  [
    'more than eight digits',
    gift({}, 100_000_000),
    'amount_too_large',
    'line_items[0][price_data][unit_amount]',
  ],
  [
    'ISK that does not end in 00',
    gift({}, 1050, 'isk'),
    'parameter_invalid_integer',
    'line_items[0][price_data][unit_amount]',
  ],
  [
    'KWD that does not end in 0',
    gift({}, 1005, 'kwd'),
    'parameter_invalid_integer',
    'line_items[0][price_data][unit_amount]',
  ],
  [
    'yen that convert to less than 50 cents',
    gift({}, 50, 'jpy'),
    'amount_too_small',
    'line_items[0][price_data][unit_amount]',
  ],
  [
    'rupees that convert to less than 50 cents',
    gift({}, 50, 'inr'),
    'amount_too_small',
    'line_items[0][price_data][unit_amount]',
  ],
  ['a currency that does not exist', gift({}, 500, 'xyz'), undefined, 'line_items[0][price_data][currency]'],
  ['a relative success_url', gift({ success_url: '/thanks' }), 'url_invalid', 'success_url'],
  ['a script as cancel_url', gift({ cancel_url: 'javascript:alert(1)' }), 'url_invalid', 'cancel_url'],
  ['51 metadata keys', gift({ metadata: keys(51) }), undefined, 'metadata'],
  ['a metadata key of 41 characters', gift({ metadata: { ['k'.repeat(41)]: 'v' } }), undefined, 'metadata'],
  ['a metadata key with brackets', gift({ metadata: { 'a[b]': 'v' } }), undefined, 'metadata'],
  [
    'a metadata value of 501 characters',
    gift({ payment_intent_data: { metadata: { k: 'v'.repeat(501) } } }),
    undefined,
    'payment_intent_data[metadata]',
  ],
  ['an expiry in less than 30 minutes', gift({ expires_at: created + 1799 }), undefined, 'expires_at'],
  ['an expiry in more than 24 hours', gift({ expires_at: created + 86_401 }), undefined, 'expires_at'],
  ['an unknown submit_type', gift({ submit_type: 'beg' }), undefined, 'submit_type'],
  ['an unknown locale', gift({ locale: 'tlh' }), undefined, 'locale'],
  ['an invalid email address', gift({ customer_email: 'ann' }), 'email_invalid', 'customer_email'],
  ['an empty string', gift({ client_reference_id: '' }), 'parameter_invalid_empty', 'client_reference_id'],
  ['an unknown customer', gift({ customer: 'cus_1' }), 'resource_missing', 'customer'],
  [
    'a subscription without a recurring price',
    { ...without('submit_type'), mode: 'subscription' },
    undefined,
    'line_items[0]',
  ],
  ['submit_type donate in subscription mode', { ...gift(), mode: 'subscription' }, undefined, 'submit_type'],
  ['setup mode', { ...gift(), mode: 'setup' }, undefined, 'mode'],
  ['discounts', gift({ discounts: [{ coupon: 'x' }] }), undefined, 'discounts'],
  [
    'no payment method that the currency has',
    gift({ allowed_payment_method_types: ['sepa_debit'], excluded_payment_method_types: ['card'] }),
    undefined,
    'allowed_payment_method_types',
  ],
]

describe('a session', () => {
  test.each(CASES)('is refused with %s', async (_name, params, code, param) => {
    const sandbox = await sandboxForTest()
    const error = await refusal(sdk(sandbox).checkout.sessions.create(params as Params))
    expect({ status: error.statusCode, type: error.rawType, code: error.code, param: error.param }).toEqual({
      status: 400,
      type: 'invalid_request_error',
      code,
      param,
    })
    expect(error.message).not.toBe('')
    expect(error.requestId).toMatch(/^req_\w+$/)
  })

  test('is opened with values at the limits', async () => {
    const stripe = sdk(await sandboxForTest({ settlementCurrencies: ['usd', 'gbp', 'jpy', 'isk'] }))
    const accepted: Params[] = [
      gift({}, 50),
      gift({}, 30, 'gbp'),
      gift({}, 50, 'jpy'),
      gift({}, 99_999_999),
      gift({}, 1100, 'isk'),
      gift({ expires_at: created + 1800 }),
      gift({ expires_at: created + 86_400 }),
      gift({ metadata: { ...keys(49), ['k'.repeat(40)]: 'v'.repeat(500) } }),
      gift({ metadata: { 7: 'seven', constructor: 'c', emoji: '🗞️ & = [x]' } }),
      gift({ custom_text: { submit: { message: 'Thank you' }, after_submit: '' }, wallet_options: {} }),
      gift({ allowed_payment_method_types: ['card', 'paypal'], payment_method_options: { card: {} } }),
    ]
    for (const params of accepted) {
      const session = await stripe.checkout.sessions.create(params)
      expect(session.metadata).toEqual(params.metadata ?? {})
    }
  })
})

describe('the API', () => {
  test.each([
    ['session', (stripe: Stripe) => stripe.checkout.sessions.retrieve('cs_test_none'), 'session'],
    ['PaymentIntent', (stripe: Stripe) => stripe.paymentIntents.retrieve('pi_none'), 'intent'],
    ['charge', (stripe: Stripe) => stripe.charges.retrieve('ch_none'), 'id'],
    ['event', (stripe: Stripe) => stripe.events.retrieve('evt_none'), 'id'],
    ['account', (stripe: Stripe) => stripe.accounts.retrieve('acct_none'), 'id'],
  ])('answers 404 for an unknown %s', async (_name, call, param) => {
    const error = await refusal(call(sdk(await sandboxForTest())))
    expect(error).toMatchObject({ statusCode: 404, code: 'resource_missing', param })
  })

  test('answers 404 for a route that it does not have', async () => {
    const error = await refusal(sdk(await sandboxForTest()).coupons.list())
    expect(error).toMatchObject({ statusCode: 404, rawType: 'invalid_request_error' })
    expect(error.message).toContain('Unrecognized request URL (GET: /v1/coupons)')
  })

  test('refuses to expand an unknown attribute', async () => {
    const stripe = sdk(await sandboxForTest())
    const { id } = await stripe.checkout.sessions.create(gift())
    const error = await refusal(stripe.checkout.sessions.retrieve(id, { expand: ['donor'] }))
    expect(error).toMatchObject({ statusCode: 400, message: 'This property cannot be expanded (donor).' })
  })
  test.each([
    ['a live key', 'Bearer sk_live_abc', 'never a live key'],
    ['a restricted live key', 'Bearer rk_live_abc', 'never a live key'],
    ['another key', 'Bearer pk_test_abc', 'Invalid API Key'],
    ['no key', undefined, 'You did not provide an API key'],
  ])('answers 401 to %s', async (_name, authorization, message) => {
    const sandbox = await sandboxForTest()
    const headers = authorization === undefined ? {} : { authorization }
    const response = await fetch(`${sandbox.url}/v1/account`, { headers })
    const text = await response.text()
    expect(response.status).toBe(401)
    expect(response.headers.get('request-id')).toMatch(/^req_/)
    expect(JSON.parse(text)).toMatchObject({ error: { type: 'invalid_request_error' } })
    expect(text).toContain(message)
    expect(text).not.toContain('_abc')
  })

  test('shows the account to a test key and to a restricted test key', async () => {
    const sandbox = await sandboxForTest()
    for (const key of ['sk_test_offline', 'rk_test_offline']) {
      const account = await sdk(sandbox, key).accounts.retrieveCurrent()
      expect(account).toMatchObject({ object: 'account', id: expect.stringMatching(/^acct_/) })
    }
  })

  test('refuses another API version and a JSON body', async () => {
    const sandbox = await sandboxForTest()
    const authorization = 'Bearer sk_test_offline'
    const old = await fetch(`${sandbox.url}/v1/account`, {
      headers: { authorization, 'stripe-version': '2020-08-27' },
    })
    expect(old.status).toBe(400)
    const json = await fetch(`${sandbox.url}/v1/checkout/sessions`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(gift()),
    })
    expect(json.status).toBe(400)
    expect(await json.text()).toContain('application/x-www-form-urlencoded')
  })
})
