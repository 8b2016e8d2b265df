import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Stripe } from 'stripe'
import { UNUSED_FIELDS } from '../../src/stripe-sandbox/checkout/session-defaults.ts'
import { stripeEvent } from '../kit/stripe-events.ts'

export const SECRET = 'whsec_the_benchmarks_own_secret'

/** Everything about the nth gift, the same in the database and in the event that says it was paid. */
export type Gift = {
  readonly eventId: string
  readonly checkoutId: string
  readonly sessionId: string
  readonly paymentIntentId: string
  readonly chargeId: string
}

/** Ids as spread out as Stripe's own; checkouts, ours, sort by age. `GIFT_SQL` says the same in SQL. */
export function gift(n: number): Gift {
  return {
    eventId: `evt_${md5(`evt${n}`)}`,
    checkoutId: `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`,
    sessionId: `cs_test_${md5(`cs${n}`)}`,
    paymentIntentId: `pi_${md5(`pi${n}`)}`,
    chargeId: `ch_${md5(`ch${n}`)}`,
  }
}

export const GIFT_SQL = {
  eventId: `'evt_' || md5('evt' || n)`,
  checkoutId: `('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid`,
  sessionId: `'cs_test_' || md5('cs' || n)`,
  paymentIntentId: `'pi_' || md5('pi' || n)`,
  chargeId: `'ch_' || md5('ch' || n)`,
}

export const ARTICLE = {
  url: 'https://courier.example/2026/the-bridge-that-was-never-built',
  title: 'The bridge',
}
export const DONOR = { email: 'ada.reader@mail.example', name: 'Ada Reader' }
export const AMOUNT = { minor: 500, currency: 'usd' }

/** A paid `checkout.session.completed` of about 4 KB, printed as Stripe prints it. */
export function checkoutCompleted(made: Gift): string {
  return filled(checkoutTemplate, made)
}

/** The `charge.succeeded` of the same gift, of the same size. */
export function chargeSucceeded(made: Gift): string {
  return filled(chargeTemplate, made)
}

type Template = readonly string[]

/** Where the printed object has a field's name between two marks, its own value stands in each gift's event. */
function template(type: string, object: object): Template {
  const event = stripeEvent(type, object, { id: '§eventId§', created: nowSeconds() })
  return JSON.stringify(event, null, 2).split('§')
}

function filled(parts: Template, made: Gift): string {
  return parts.map((part) => (part in made ? made[part as keyof Gift] : part)).join('') // `in` has just said so
}

const metadata = {
  checkout_id: '§checkoutId§',
  frequency: 'once',
  article_url: ARTICLE.url,
  article_title: ARTICLE.title,
  campaign_source: 'newsletter',
  campaign_medium: 'email',
  campaign_name: 'The letter of the first Saturday of the month',
}
const session = {
  id: '§sessionId§',
  object: 'checkout.session',
  ...UNUSED_FIELDS,
  amount_subtotal: AMOUNT.minor,
  amount_total: AMOUNT.minor,
  billing_address_collection: null,
  cancel_url: ARTICLE.url,
  client_reference_id: '§checkoutId§',
  collected_information: { business_name: null, individual_name: null, shipping_details: null },
  created: nowSeconds(),
  currency: AMOUNT.currency,
  custom_text: {
    after_submit: null,
    shipping_address: null,
    submit: null,
    terms_of_service_acceptance: null,
  },
  customer_creation: 'if_required',
  customer_details: { address: null, phone: null, tax_exempt: 'none', tax_ids: [], ...DONOR },
  expires_at: nowSeconds() + 3600,
  locale: 'en',
  metadata,
  mode: 'payment',
  payment_intent: '§paymentIntentId§',
  payment_method_configuration_details: { id: 'pmc_1RbYxQ2eZvKYlo2C8s9tWmAb', parent: null },
  payment_method_options: {
    card: { request_three_d_secure: 'automatic' },
    us_bank_account: { verification_method: 'automatic' },
  },
  payment_method_types: ['card', 'link', 'cashapp', 'amazon_pay', 'us_bank_account'],
  payment_status: 'paid',
  phone_number_collection: { enabled: false },
  status: 'complete',
  submit_type: 'pay',
  success_url: 'https://give.courier.example/thank-you?session_id={CHECKOUT_SESSION_ID}',
  url: null,
}
const checkoutTemplate = template('checkout.session.completed', session)

const recorded = JSON.parse(
  readFileSync(new URL('../fixtures/charge.json', import.meta.url), 'utf8'),
) as object // one object of Stripe's
const charge = { ...recorded, id: '§chargeId§', payment_intent: '§paymentIntentId§', metadata }
const receiptUrl = 'https://pay.stripe.com/receipts/payment/'
const chargeTemplate = template('charge.succeeded', {
  ...charge,
  receipt_url: receiptUrl.padEnd(
    receiptUrl.length +
      checkoutCompleted(gift(1)).length -
      filled(template('charge.succeeded', { ...charge, receipt_url: receiptUrl }), gift(1)).length,
    'x',
  ),
})

/** A whole HTTP request for the webhook route, signed now. */
export function signedRequest(payload: string): Buffer {
  const signature = Stripe.webhooks.generateTestHeaderString({
    payload,
    secret: SECRET,
    timestamp: nowSeconds(),
  })
  return Buffer.from(
    `POST /webhooks/stripe HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Stripe/1.0 (+https://stripe.com/docs/webhooks)\r\n` +
      `Accept: */*; q=0.5, application/xml\r\nContent-Type: application/json; charset=utf-8\r\nCache-Control: no-cache\r\n` +
      `Stripe-Signature: ${signature}\r\nContent-Length: ${Buffer.byteLength(payload)}\r\n\r\n${payload}`,
  )
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}
