import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Stripe } from 'stripe'
import { onTestFinished } from 'vitest'
import { startSandbox } from '../../src/stripe-sandbox/sandbox.ts'
import type { Sandbox, SandboxOptions } from '../../src/stripe-sandbox/sandbox.ts'

export const SECRET = 'whsec_test_offline'
export const START = new Date('2026-11-02T10:00:00.500Z')

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

/** Manual delivery and a still clock unless told otherwise. Whoever opens it closes it. */
export function openSandbox(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  return startSandbox({
    host: '127.0.0.1',
    port: 0,
    webhookSecret: SECRET,
    webhookUrl: null,
    journalFile: null,
    clock: movableClock().now,
    delivery: { mode: 'manual' },
    ...options,
  })
}

/** A sandbox for one test, closed with it. */
export async function sandbox(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const box = await openSandbox(options)
  onTestFinished(() => box.close())
  return box
}

/** The real SDK, spoken to the sandbox over HTTP. */
export function sdk(box: Sandbox, apiKey = 'sk_test_offline'): Stripe {
  const { hostname, port } = new URL(box.url)
  return new Stripe(apiKey, { host: hostname, port, protocol: 'http', maxNetworkRetries: 0 })
}

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

/** What the SDK made of a refusal. */
export async function refusal(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error
    throw error
  }
  throw new Error('The call was expected to be refused.')
}

export type Received = { readonly event: Stripe.Event; readonly body: string; readonly headers: Headers }

/** A webhook endpoint that verifies signatures and answers as it is told. */
export async function receiver(answers: (count: number, event: Stripe.Event) => number = () => 200) {
  const received: Received[] = []
  const waiters: { count: number; resolve: () => void }[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = Buffer.concat(parts).toString('utf8')
      const headers = new Headers()
      for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value))
      // An endless tolerance: the sandbox's clock is the test's.
      const event = Stripe.webhooks.constructEvent(body, headers.get('stripe-signature') ?? '', SECRET, 1e12)
      received.push({ event, body, headers })
      response.statusCode = answers(received.length, event)
      response.end()
      for (const waiter of waiters) if (received.length >= waiter.count) waiter.resolve()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  const { port } = server.address() as AddressInfo // an object for every TCP server that listens
  return {
    url: `http://127.0.0.1:${port}/webhooks/stripe`,
    received,
    /** Resolves when at least this many requests have come. The test's own time-out is the deadline. */
    count: (count: number) =>
      new Promise<void>((resolve) => {
        if (received.length >= count) resolve()
        else waiters.push({ count, resolve })
      }),
  }
}

/** Looks until the condition holds. */
export async function eventually(holds: () => boolean, deadlineMs = 5000): Promise<void> {
  const end = Date.now() + deadlineMs
  while (!holds()) {
    if (Date.now() > end) throw new Error('It did not come to hold in time.')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export function types(box: Sandbox): string[] {
  return box.events().map((event) => event.type)
}

export const HOUR_MS = 60 * 60 * 1000
export const DAY_MS = 24 * HOUR_MS

/** A session that asks for a gift every month or year. */
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

/** A card gift that was paid. Answers its charge. */
export async function paidGift(box: Sandbox, amount = 1000, currency = 'usd'): Promise<string> {
  const { id } = await sdk(box).checkout.sessions.create(gift({}, amount, currency))
  await box.pay(id, 'card')
  return box.chargeIdOf(id) ?? ''
}

/** A bank debit that has succeeded. Answers its charge. */
export async function debitedGift(box: Sandbox, amount = 1000): Promise<string> {
  const { id } = await sdk(box).checkout.sessions.create(gift({}, amount))
  await box.pay(id, 'bank_debit')
  await box.settleBankDebit(id, 'succeeded')
  return box.chargeIdOf(id) ?? ''
}

/** A subscription whose first gift was paid. */
export async function subscribed(box: Sandbox, params = recurring()) {
  const stripe = sdk(box)
  const { id } = await stripe.checkout.sessions.create(params)
  await box.pay(id, 'card', { name: 'Ann Reader', email: 'ann@example.org' })
  const session = await stripe.checkout.sessions.retrieve(id)
  return { session, subscriptionId: String(session.subscription), customerId: String(session.customer) }
}

export async function forward(box: Sandbox, ms: number): Promise<void> {
  await box.advanceTo(new Date(box.now().getTime() + ms))
}

/** What was announced since then, oldest first. */
export async function announcedBy(box: Sandbox, act: () => Promise<unknown>): Promise<string[]> {
  const before = box.events().length
  await act()
  return types(box).slice(before)
}
