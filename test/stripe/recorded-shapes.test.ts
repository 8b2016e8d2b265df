import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { SubscriptionId } from '../../src/ids.ts'
import { readPayout, readTransaction } from '../../src/stripe/balance-schema.ts'
import type { RowReading } from '../../src/stripe/list-page-schema.ts'
import { readEvent } from '../../src/stripe/handled-event-types.ts'
import type { Stripe } from '../../src/stripe/stripe-gateway.ts'
import { retrieveSubscription } from '../../src/stripe/subscription-gateway.ts'
import { DAY_MS, debitedGift, forward, paidGift, sdk, subscribed } from '../kit/sandbox.ts'
import { sandboxForTest } from '../stripe-sandbox/kit.ts'
import { markedFor, ownership } from '../kit/marks.ts'

/**
 * Every reader reads the objects of test/fixtures, which have the shapes of the SDK's API version. The offline Stripe
 * must have every field that a reader uses, so that the tests that run on it say something about Stripe.
 */

type Shape = Record<string, unknown>
type Reader = (object: unknown) => unknown

function fixture(name: string): Shape {
  const file = new URL(`../fixtures/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8'), marked) as Shape // each file is ours and contains an object
}

/** Our mark is not in the files, because it depends on the newsroom's secret. */
function marked(key: string, value: unknown): unknown {
  const own = key === 'metadata' && typeof value === 'object' && value !== null && 'checkout_id' in value
  return own ? { ...value, ...markedFor(String(value.checkout_id)) } : value
}

const CREATED_AT = new Date('2026-12-06T10:00:00Z')
const event =
  (type: string): Reader =>
  (object) =>
    readEvent(type, CREATED_AT, { data: { object } }, ownership)
const rowReader =
  (read: (object: unknown) => RowReading<unknown>): Reader =>
  (object) => {
    const reading = read(object)
    if ('reason' in reading) throw new Error(reading.reason)
    return reading.row
  }
const transactions = rowReader(readTransaction)
const payouts = rowReader(readPayout)
const subscription: Reader = (object) => {
  // The gateway uses nothing else of the SDK.
  const stripe = { subscriptions: { retrieve: async () => object } } as unknown as Stripe
  return retrieveSubscription(stripe, (call) => call())('sub_1RecordedGift0000001' as SubscriptionId)
}

const PI = 'pi_3RecordedGift00000001'
const SUB = 'sub_1RecordedGift0000001'
const usd = (minor: bigint) => ({ minor, currency: 'usd' })
const readingOf = (kind: string, correlationId: string, rest: object = {}) => ({
  fact: { kind, ...rest },
  correlationId,
})

const session = {
  sessionId: 'cs_test_a1RecordedGift0001',
  checkoutId: '0b9f1c52-6f0e-4a7e-9a67-7a3e6a6d3a11',
}
const paid = readingOf('checkout_succeeded', PI, {
  ...session,
  paymentIntentId: PI,
  gross: usd(500n),
  donor: { name: 'Ada Reader', email: 'reader@example.com' },
  attribution: { frequency: 'once', articleUrl: 'https://news.example/city/water', campaignName: 'spring' },
})
const statusChanged = (status: string) =>
  readingOf('checkout_status_changed', session.sessionId, { ...session, status })
const refund = readingOf('refund', PI, {
  refund: { id: 're_3RecordedGift00000001', kind: 'refund', amount: usd(200n), status: 'succeeded' },
})
const dispute = readingOf('dispute', PI, {
  dispute: {
    id: 'dp_1RecordedGift00000001',
    amount: usd(500n),
    movements: [{ minor: -500n, movedAt: new Date(1_796_608_800_000) }],
  },
})
const changed = readingOf('subscription_changed', SUB)
const SESSION = ['id', 'object', 'payment_status']
const MONEY = ['id', 'object', 'amount', 'currency', 'created']
const INVOICE = ['id', 'object', 'amount_paid', 'currency', 'parent.subscription_details.subscription']
const TRANSACTION = [...MONEY, 'type', 'reporting_category', 'fee', 'net', 'available_on', 'source.id']
const PAYOUT = [...MONEY, 'status', 'automatic', 'arrival_date']

/** What is read from which file, what the reader makes of it, and the fields without which the reader refuses it. */
const READINGS: readonly [
  type: string,
  file: string,
  read: Reader,
  yields: object,
  needs: readonly string[],
][] = [
  ...['checkout.session.completed', 'checkout.session.async_payment_succeeded'].map((type) =>
    onEvent(type, 'checkout-session', paid, SESSION),
  ),
  onEvent('checkout.session.async_payment_failed', 'checkout-session', statusChanged('failed'), SESSION),
  onEvent('checkout.session.expired', 'checkout-session', statusChanged('expired'), SESSION),
  onEvent(
    'checkout.session.completed',
    'checkout-session-subscription',
    readingOf('subscription_started', 'cs_test_a1RecordedGift0002', {
      subscription: { id: SUB, checkoutId: expect.any(String) },
    }),
    SESSION,
  ),
  onEvent(
    'charge.succeeded',
    'charge',
    readingOf('charge_succeeded', PI, { paymentIntentId: PI, chargeId: 'ch_3RecordedGift00000001' }),
    ['id', 'object'],
  ),
  onEvent(
    'charge.failed',
    'charge-failed',
    readingOf('bank_return', 'pi_3RecordedDebit0000001', {
      refund: { kind: 'bank_return', amount: usd(500n), reason: 'insufficient_funds', createdAt: CREATED_AT },
    }),
    ['id', 'object', 'amount', 'amount_refunded', 'currency'],
  ),
  ...['refund.created', 'refund.updated', 'refund.failed'].map((type) =>
    onEvent(type, 'refund', refund, MONEY),
  ),
  ...['created', 'updated', 'closed', 'funds_withdrawn', 'funds_reinstated'].map((what) =>
    onEvent(`charge.dispute.${what}`, 'dispute', dispute, [...MONEY, 'status', 'balance_transactions']),
  ),
  onEvent(
    'radar.early_fraud_warning.created',
    'early-fraud-warning',
    readingOf('fraud_warning', PI, { warning: { fraudType: 'made_with_stolen_card', actionable: true } }),
    ['id', 'object', 'charge', 'fraud_type', 'actionable', 'created'],
  ),
  onEvent(
    'invoice.paid',
    'invoice',
    readingOf('invoice_paid', 'in_1RecordedGift00000001', {
      subscriptionId: SUB,
      customerId: 'cus_RecordedReader01',
      isFirst: true,
      gross: usd(500n),
      donor: { email: 'reader@example.com' },
      attribution: { frequency: 'monthly', articleTitle: 'Who owns the water' },
    }),
    INVOICE,
  ),
  onEvent('invoice.payment_failed', 'invoice', changed, INVOICE),
  onEvent(
    'invoice_payment.paid',
    'invoice-payment',
    readingOf('invoice_payment', 'in_1RecordedGift00000001', { paymentIntentId: 'pi_3RecordedMonth0000001' }),
    ['object', 'invoice', 'payment'],
  ),
  ...['created', 'updated', 'deleted'].map((what) =>
    onEvent(`customer.subscription.${what}`, 'subscription', changed, ['id']),
  ),
  [
    'a balance transaction',
    'balance-transaction',
    transactions,
    { clears: PI, paymentIntentId: PI, amountMinor: 500n, feeMinor: 45n, netMinor: 455n, presentment: null },
    TRANSACTION,
  ],
  ['a payout', 'payout', payouts, { amountMinor: 45_500n, itemisable: 'now' }, PAYOUT],
  [
    'a retrieved subscription',
    'subscription',
    subscription,
    { status: 'active', amount: usd(500n), frequency: 'monthly', cancelAt: null },
    ['object', 'status', 'items.data'],
  ],
]

function onEvent(
  type: string,
  file: string,
  yields: object,
  needs: readonly string[],
): (typeof READINGS)[number] {
  return [type, file, event(type), yields, needs]
}

describe.each(READINGS)('%s in %s.json', (_type, file, read, yields, needs) => {
  test('is read as expected', async () => expect(await read(fixture(file))).toMatchObject(yields))

  test.each(needs)('is refused without %s, with the field’s name', async (path) => {
    const object = fixture(file)
    remove(object, path.split('.'))
    const [leaf = ''] = path.split('.').slice(path.startsWith('source') ? 0 : -1)
    await expect((async () => read(object))()).rejects.toThrow(new RegExp(`\\b${leaf}\\b`))
  })
})

/** The objects of an offline Stripe in which everything has happened once. */
async function offlineObjects(): Promise<(type: string, file: string) => unknown> {
  const box = await sandboxForTest()
  const stripe = sdk(box)
  const charge = await paidGift(box)
  await box.refund(charge, { amount: 200 })
  await box.createEarlyFraudWarning(await paidGift(box))
  await box.dispute(await paidGift(box))
  await box.returnBankDebit(await debitedGift(box))
  const { subscriptionId } = await subscribed(box)
  await forward(box, 8 * DAY_MS)
  const [booked, paidOut, retrieved] = await Promise.all([
    stripe.balanceTransactions.list({ type: 'charge', expand: ['data.source'] }),
    stripe.payouts.list(),
    stripe.subscriptions.retrieve(subscriptionId),
  ])
  const kindOf = (file: string) => fixture(file)['object']
  const asked = new Map<unknown, unknown>([
    ['a balance transaction', booked.data[0]],
    ['a payout', paidOut.data[0]],
    ['a retrieved subscription', retrieved],
  ])
  return (type, file) =>
    asked.get(type) ??
    box
      .events()
      .map((sent) => sent.data.object as unknown as Shape) // every event contains an object
      .find(
        (object) =>
          object['object'] === kindOf(file) &&
          object['status'] === (fixture(file)['status'] ?? object['status']),
      )
}

test('the offline Stripe has every field that the readers use', async () => {
  const offline = await offlineObjects()
  const missing: string[] = []
  for (const [type, file, read] of READINGS) {
    const fields = await fieldsUsedBy(read, fixture(file))
    expect(fields.length).toBeGreaterThan(1)
    const object = offline(type, file)
    if (!object) missing.push(`${type}: no such object`)
    missing.push(...fields.filter((path) => lacks(object, path.split('.'))).map((path) => `${type}: ${path}`))
  }
  expect(missing).toEqual([])
})

function remove(object: Shape, [name = '', ...rest]: readonly string[]): void {
  expect(object).toHaveProperty(name)
  if (rest.length === 0) delete object[name]
  else remove(object[name] as Shape, rest) // the path leads through objects
}

/** The fields of an object that a reader uses, `a.b` for nested ones. Of a list only the first row counts. */
async function fieldsUsedBy(read: Reader, object: Shape): Promise<string[]> {
  const used = new Set<string>()
  const watch = (part: object, path: string): object =>
    new Proxy(part, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (typeof name === 'symbol' || !Object.hasOwn(target, name) || name === 'length') return value
        if (!path.endsWith('metadata.')) used.add(`${path}${name}`)
        return typeof value === 'object' && value !== null ? watch(value, `${path}${name}.`) : value
      },
    })
  await read(watch(object, ''))
  return [...used]
}

/** Whether an object lacks a field. A field of a parent that is null or an empty list is not lacking. */
function lacks(object: unknown, [name = '', ...rest]: readonly string[]): boolean {
  if (typeof object !== 'object' || object === null) return false
  if (Array.isArray(object) && object.length === 0) return false
  if (!Object.hasOwn(object, name)) return true
  return rest.length > 0 && lacks(Reflect.get(object, name), rest)
}
