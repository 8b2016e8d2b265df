import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DisputeId, PaymentIntentId, RefundId } from '../../src/ids.ts'
import { noReversals, withDispute, withRefund, type Reversals } from '../../src/refunds/reversals.ts'
import { donationEntries, type LedgerEntry } from '../../src/ledger/ledger.ts'
import { inGiftCurrency, type StripeMovement } from '../../src/refunds/exchanged-movements.ts'
import { newEffects } from '../../src/refunds/reversal-effects.ts'
import { settlementEntries } from '../../src/settlement/balance/balance-posting.ts'
import {
  clearedBy,
  presentmentOf,
  type BalanceSource,
  type BalanceTransaction,
} from '../../src/settlement/balance/balance-transaction.ts'
import { currencyNamed } from '../kit/named.ts'

const AT = new Date('2026-01-01T00:00:00Z')
type Posting = { readonly clears: string; readonly entries: readonly LedgerEntry[] }

const life = fc.record({
  gross: fc.bigInt(1n, 100_000n),
  currency: fc.constantFrom('usd', 'eur', 'jpy', 'kwd').map(currencyNamed),
  settles: fc.constantFrom('usd', 'eur').map(currencyNamed),
  /** In thousandths: from a rate of 0 to a rate of 100. */
  rates: fc.array(fc.bigInt(0n, 100_000n), { minLength: 6, maxLength: 6 }),
  fee: fc.bigInt(0n, 500n),
  refunds: fc.array(
    fc.record({
      amount: fc.bigInt(1n, 150_000n),
      end: fc.constantFrom('pending', 'succeeded', 'failed', 'canceled'),
    }),
    { maxLength: 3 },
  ),
  dispute: fc.option(
    fc.record({
      amount: fc.bigInt(1n, 200_000n),
      /** What Stripe moves after the withdrawal, in thousandths of it: reinstated when positive. */
      after: fc.constantFrom([], [1000n], [300n], [333n, 333n, 334n], [1000n, -1000n], [300n, -250n, 700n]),
      fee: fc.bigInt(0n, 1500n),
    }),
  ),
  comesBack: fc.boolean(),
  others: fc.array(
    fc.record({
      type: fc.constantFrom(
        'stripe_fee',
        'tax_fee',
        'payout',
        'payout_failure',
        'payout_cancel',
        'adjustment',
        'moon_tax',
      ),
      amount: fc.bigInt(-9_000n, 9_000n),
      fee: fc.bigInt(-50n, 50n),
    }),
    { maxLength: 4 },
  ),
})
type Life = typeof life extends fc.Arbitrary<infer T> ? T : never

/** What events and Stripe's balance transactions post for a random gift, in the order in which it happens. */
function postingsOf(random: Life, n: number): Posting[] {
  const { gross, currency, settles } = random
  const payment = `pi_${n}`
  const postings: Posting[] = []
  let moves = 0
  const move = (type: string, sign: bigint, fee: bigint, source: BalanceSource | null, plain = 0n): void => {
    const rate = currency === settles ? 1000n : (random.rates[moves % random.rates.length] ?? 1000n)
    moves += 1
    const whole =
      (source?.amountMinor ?? 0n) - (type === 'payment_failure_refund' ? (source?.refundedMinor ?? 0n) : 0n)
    const amountMinor = source?.currency ? (sign * whole * rate) / 1000n : plain
    const id = `txn_${n}_${moves}`
    const reportingCategory = type === 'adjustment' && sign > 0n ? 'dispute_reversal' : type
    const shown = { id, type, reportingCategory, currency: settles, amountMinor }
    post(shown, fee, source)
  }
  const post = (
    shown: Parameters<typeof presentmentOf>[0],
    fee: bigint,
    source: BalanceSource | null,
  ): void => {
    const { amountMinor } = shown
    const transaction: BalanceTransaction = {
      ...shown,
      feeMinor: fee,
      netMinor: amountMinor - fee,
      createdAt: AT,
      availableOn: AT,
      source: source?.id ?? null,
      clears: clearedBy(shown, source),
      paymentIntentId: source?.paymentIntentId ?? null,
      presentment: presentmentOf(shown, source),
      exchangeRate: null,
      description: null,
    }
    postings.push({ clears: transaction.clears, entries: settlementEntries(transaction) })
  }
  const about = (id: string, amountMinor: bigint, refundedMinor = 0n): BalanceSource => ({
    id,
    paymentIntentId: payment,
    currency,
    amountMinor,
    refundedMinor,
    movements: [],
  })
  let reversals: Reversals = noReversals
  const reverse = (now: Reversals): void => {
    for (const { clears, entries } of newEffects(reversals, now)) postings.push({ clears, entries })
    reversals = now
  }
  const facts = { reason: null, failureReason: null, createdAt: AT, failedAt: null }

  postings.push({ clears: payment, entries: donationEntries({ minor: gross, currency }) })
  move('charge', 1n, random.fee, about(`ch_${n}`, gross))
  let refunded = 0n
  for (const [index, { amount, end }] of random.refunds.entries()) {
    const id = `re_${n}_${index}` as RefundId // stands in for the parser at the edge
    const refund = { ...facts, id, kind: 'refund', amount: { minor: amount, currency } } as const
    reverse(withRefund(reversals, { ...refund, status: 'pending' }))
    reverse(withRefund(reversals, { ...refund, status: end }))
    move('refund', -1n, 0n, about(id, amount))
    if (end === 'failed' || end === 'canceled') move('refund_failure', 1n, 0n, about(id, amount))
    else refunded += amount
  }
  if (random.dispute) {
    const id = `dp_${n}` as DisputeId // as above
    const { amount, after, fee } = random.dispute
    const disputed = { minor: amount, currency }
    const moved = [-1000n, ...after].map((share, index): StripeMovement => {
      const rate = currency === settles ? 1000n : (random.rates[index] ?? 1000n)
      return {
        id: `txn_${n}_dispute_${index}`,
        minor: (amount * share * rate) / 1_000_000n,
        currency: settles,
        createdAt: new Date(AT.getTime() + index * 1000),
        exchangeRate: currency === settles ? null : Number(rate) / 1000,
      }
    })
    for (const [index, { id: transactionId, minor, createdAt }] of moved.entries()) {
      const soFar = moved.slice(0, index + 1)
      const movements = inGiftCurrency(disputed, soFar)
        .filter(({ giftMinor }) => giftMinor !== 0n)
        .map((movement) => ({ minor: movement.giftMinor, movedAt: movement.createdAt }))
      // An amount that settled as zero moves nothing of the gift.
      if (minor === 0n) continue
      const reported = { id, amount: disputed, status: 'lost', movements, evidenceDueBy: null }
      reverse(withDispute(reversals, { ...reported, reason: null, createdAt }))
      const source = { ...about(id, amount), movements: moved }
      const reportingCategory = minor < 0n ? 'dispute' : 'dispute_reversal'
      const shown = { type: 'adjustment', reportingCategory, currency: settles, amountMinor: minor }
      post({ id: transactionId ?? '', ...shown }, fee, source)
    }
  }
  if (random.comesBack && gross > refunded) {
    const id = payment as PaymentIntentId // as above
    const returned = {
      ...facts,
      id,
      kind: 'bank_return',
      amount: { minor: gross - refunded, currency },
    } as const
    reverse(withRefund(reversals, { ...returned, status: 'succeeded' }))
    move('payment_failure_refund', -1n, 0n, about(`py_${n}`, gross, refunded))
  }
  for (const other of random.others) move(other.type, 1n, other.fee, null, other.amount)
  return postings
}

const clearing = ({ entries }: Posting) => entries.filter(({ account }) => account === 'stripe_clearing')

const totals = (entries: readonly LedgerEntry[]) => {
  const sums = new Map<string, bigint>()
  for (const { amount } of entries)
    sums.set(amount.currency, (sums.get(amount.currency) ?? 0n) + amount.minor)
  return [...sums.values()].filter((sum) => sum !== 0n)
}

test('ten thousand random gifts balance after every posting in any order, and leave no clearing item open', () => {
  fc.assert(
    fc.property(
      fc.array(life, { minLength: 1, maxLength: 4 }),
      fc.infiniteStream(fc.nat()),
      (lives, chance) => {
        const postings = lives
          .flatMap(postingsOf)
          .map((posting) => ({ posting, place: chance.next().value ?? 0 }))
        const inAnyOrder = postings.toSorted((a, b) => a.place - b.place).map(({ posting }) => posting)
        const wrong = inAnyOrder.filter(({ entries }) => {
          const places = entries.map(({ account, amount }) => `${account} ${amount.currency}`)
          const twice = new Set(places).size !== places.length // the database allows one entry each
          return twice || totals(entries).length > 0 || entries.some(({ amount }) => amount.minor === 0n)
        })
        expect(wrong).toEqual([])
        expect(totals(inAnyOrder.flatMap(({ entries }) => entries))).toEqual([])
        // A movement that only Stripe knows stays open under its own id; everything else is settled.
        const open = [...Map.groupBy(inAnyOrder, ({ clears }) => clears)]
          .filter(([clears]) => !clears.startsWith('txn_'))
          .map(([clears, own]) => [clears, totals(own.flatMap(clearing))] as const)
          .filter(([, off]) => off.length > 0)
        expect(open).toEqual([])
      },
    ),
    { numRuns: 4200 }, // of one to four lives each,
  )
})
