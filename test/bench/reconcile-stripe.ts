import { openSandbox } from '../kit/sandbox.ts'

// The offline Stripe in a process of its own, with so many movements in its books: charges in two currencies, refunds.

const count = Number(process.argv[2])
const sandbox = await openSandbox({ clock: () => new Date(), payouts: 'manual' })

// One real gift is the pattern of all: opened by `expand` and read by the SDK, a copy costs what the original does.
const charge = { object: 'charge', amount: 500, amount_refunded: 0, currency: 'usd', status: 'succeeded' }
const filler = {
  description: 'Donation',
  metadata: { article_url: 'https://news.example/a-story-of-some-length' },
}
const state = sandbox.state()
const startSeconds = Math.floor(Date.now() / 1000) - count
for (let n = 0; n < count; n += 1) {
  const currency = n % 10 === 0 ? 'eur' : 'usd'
  const amount = currency === 'eur' ? 542 : 500
  const source = `ch_bench${n}`
  // `state()` is read-only to callers: the benchmark fills the tables directly, since 100,000 checkouts would take minutes.
  const tables = state as unknown as Record<'charge' | 'balance_transaction', Map<string, object>>
  tables.charge.set(source, { id: source, ...charge, ...filler, currency, payment_intent: `pi_bench${n}` })
  const object = {
    id: `txn_bench${n}`,
    object: 'balance_transaction',
    type: 'charge',
    reporting_category: 'charge',
    amount,
    fee: 45,
    net: amount - 45,
    currency: 'usd',
    created: startSeconds + n,
    available_on: startSeconds + n,
    source,
    exchange_rate: currency === 'eur' ? 1.0842 : null,
    description: 'Donation',
    fee_details: [
      { amount: 45, application: null, currency: 'usd', description: 'Stripe fees', type: 'stripe_fee' },
    ],
    balance_type: 'payments',
    status: 'available',
  }
  tables.balance_transaction.set(object.id, { object, payout: null })
}
process.send?.({ url: sandbox.url })
process.once('disconnect', () => process.exit(0))
