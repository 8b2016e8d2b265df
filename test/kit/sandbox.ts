import { Stripe } from 'stripe'
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/stripe-sandbox/sandbox.ts'

export const WEBHOOK_SECRET = 'whsec_test_offline'
export const START = new Date('2026-11-02T10:00:00.500Z')
export const HOUR_MS = 60 * 60 * 1000
export const DAY_MS = 24 * HOUR_MS

/** A clock that stands still until it is moved. */
export function movableClock(start: Date = START) {
  let nowMs = start.getTime()
  return {
    now: () => new Date(nowMs),
    forwardMs(ms: number) {
      nowMs += ms
    },
  }
}

/** Starts the offline Stripe with manual delivery and a still clock unless the options say otherwise. The caller closes it. */
export function openSandbox(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  return startSandbox({
    host: '127.0.0.1',
    port: 0,
    webhookSecret: WEBHOOK_SECRET,
    webhookUrl: null,
    journalFile: null,
    clock: movableClock().now,
    delivery: { mode: 'manual' },
    ...options,
  })
}

/** The real SDK, which calls the offline Stripe over HTTP. */
export function sdk({ url }: Sandbox, apiKey = 'sk_test_offline'): Stripe {
  const { hostname, port } = new URL(url)
  return new Stripe(apiKey, { host: hostname, port, protocol: 'http', maxNetworkRetries: 0 })
}

/** The parameters of a session for a one-time gift. */
export function gift(
  over: Partial<Stripe.Checkout.SessionCreateParams> = {},
  amount = 500,
  currency = 'usd',
): Stripe.Checkout.SessionCreateParams {
  return {
    mode: 'payment',
    submit_type: 'donate',
    success_url: 'https://news.example/thank-you?session_id={CHECKOUT_SESSION_ID}',
    cancel_url: 'https://news.example/article',
    line_items: [
      { quantity: 1, price_data: { currency, unit_amount: amount, product_data: { name: 'Support us' } } },
    ],
    ...over,
  }
}

/** The parameters of a session for a gift every month or year. */
export function recurring(
  over: Partial<Stripe.Checkout.SessionCreateParams> = {},
  amount = 500,
  interval: 'month' | 'year' = 'month',
): Stripe.Checkout.SessionCreateParams {
  const { submit_type: _donate, line_items: _once, ...rest } = gift()
  const price_data = {
    currency: 'usd',
    unit_amount: amount,
    recurring: { interval },
    product_data: { name: 'Support us' },
  }
  return { ...rest, mode: 'subscription', line_items: [{ quantity: 1, price_data }], ...over }
}

/** Pays a gift by card. Returns the id of its charge. */
export async function paidGift(sandbox: Sandbox, amount = 1000, currency = 'usd'): Promise<string> {
  const { id } = await sdk(sandbox).checkout.sessions.create(gift({}, amount, currency))
  await sandbox.pay(id, 'card')
  return sandbox.chargeIdOf(id) ?? ''
}

/** Pays a gift by a bank debit that succeeds. Returns the id of its charge. */
export async function debitedGift(sandbox: Sandbox, amount = 1000): Promise<string> {
  const { id } = await sdk(sandbox).checkout.sessions.create(gift({}, amount))
  await sandbox.pay(id, 'bank_debit')
  await sandbox.settleBankDebit(id, 'succeeded')
  return sandbox.chargeIdOf(id) ?? ''
}

/** Starts a subscription by paying its first gift. */
export async function subscribed(sandbox: Sandbox, params = recurring()) {
  const stripe = sdk(sandbox)
  const { id } = await stripe.checkout.sessions.create(params)
  await sandbox.pay(id, 'card', { name: 'Ann Reader', email: 'ann@example.org' })
  const session = await stripe.checkout.sessions.retrieve(id)
  return { session, subscriptionId: String(session.subscription), customerId: String(session.customer) }
}

export async function forward(sandbox: Sandbox, ms: number): Promise<void> {
  await sandbox.advanceTo(new Date(sandbox.now().getTime() + ms))
}
