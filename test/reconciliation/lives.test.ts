import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DisputeId, PaymentIntentId, RefundId } from '../../src/ids.ts'
import { noReversals, withDispute, withRefund, type Reversals } from '../../src/refunds/reversals.ts'
import { donationEntries, type LedgerEntry } from '../../src/ledger/ledger.ts'
import { newEffects } from '../../src/refunds/reversal-effects.ts'
import { parseCurrency, type CurrencyCode } from '../../src/money/currency.ts'
import { settlementEntries } from '../../src/settlement/balance-posting.ts'
import {
  clearedBy,
  presentmentOf,
  type BalanceSource,
  type BalanceTransaction,
} from '../../src/settlement/balance-transaction.ts'

/** Random lives of gifts, told by both sides in any order: the books balance after every single posting. */

const code = (text: string): CurrencyCode => {
  const known = parseCurrency(text)
  if (!known) throw new Error(`${text} is not in the table`)
  return known
}
const AT = new Date('2026-01-01T00:00:00Z')
type Posting = { readonly clears: string; readonly entries: readonly LedgerEntry[] }

const life = fc.record({
  gross: fc.bigInt(1n, 100_000n),
  currency: fc.constantFrom('usd', 'eur', 'jpy', 'kwd').map(code),
  settles: fc.constantFrom('usd', 'eur').map(code),
  /** Thousandths; from a rate that makes everything nothing to one that makes it a hundredfold. */
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
    fc.record({ amount: fc.bigInt(1n, 200_000n), won: fc.boolean(), fee: fc.bigInt(0n, 1500n) }),
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

function postingsOf(its: Life, n: number): Posting[] {
  const { gross, currency, settles } = its
  const payment = `pi_${n}`
  const postings: Posting[] = []
  let count = 0
  const moved = (type: string, sign: bigint, fee: bigint, source: BalanceSource | null, plain = 0n): void => {
    const rate = currency === settles ? 1000n : (its.rates[count % its.rates.length] ?? 1000n)
    count += 1
    const whole =
      (source?.amountMinor ?? 0n) - (type === 'payment_failure_refund' ? (source?.refundedMinor ?? 0n) : 0n)
    const amountMinor = source?.currency ? (sign * whole * rate) / 1000n : plain
    const id = `txn_${n}_${count}`
    const reportingCategory = type === 'adjustment' && sign > 0n ? 'dispute_reversal' : type
    const shown = { type, reportingCategory, currency: settles, amountMinor }
    const transaction: BalanceTransaction = {
      id,
      ...shown,
      feeMinor: fee,
      netMinor: amountMinor - fee,
      createdAt: AT,
      availableOn: AT,
      source: source?.id ?? null,
      clears: clearedBy(id, type, source),
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
  })
  let back: Reversals = noReversals
  const told = (now: Reversals): void => {
    for (const { source, entries } of newEffects(back, now)) postings.push({ clears: source, entries })
    back = now
  }
  const facts = { reason: null, failureReason: null, createdAt: AT, failedAt: null }

  postings.push({ clears: payment, entries: donationEntries({ minor: gross, currency }) })
  moved('charge', 1n, its.fee, about(`ch_${n}`, gross))
  let refunded = 0n
  for (const [at, { amount, end }] of its.refunds.entries()) {
    const id = `re_${n}_${at}` as RefundId // stands in for the parser at the edge
    const refund = { ...facts, id, kind: 'refund', amount: { minor: amount, currency } } as const
    told(withRefund(back, { ...refund, status: 'pending' }))
    told(withRefund(back, { ...refund, status: end }))
    moved('refund', -1n, 0n, about(id, amount))
    if (end === 'failed' || end === 'canceled') moved('refund_failure', 1n, 0n, about(id, amount))
    else refunded += amount
  }
  if (its.dispute) {
    const id = `dp_${n}` as DisputeId // as above
    const { amount, won, fee } = its.dispute
    const dispute = {
      id,
      amount: { minor: amount, currency },
      status: 'lost',
      reason: null,
      evidenceDueBy: null,
      createdAt: AT,
    }
    told(withDispute(back, { ...dispute, withdrawnAt: AT, reinstatedAt: null }))
    moved('adjustment', -1n, fee, about(id, amount))
    if (won) {
      told(withDispute(back, { ...dispute, withdrawnAt: AT, reinstatedAt: AT }))
      moved('adjustment', 1n, 0n, about(id, amount))
    }
  }
  if (its.comesBack && gross > refunded) {
    const id = payment as PaymentIntentId // as above
    const returned = {
      ...facts,
      id,
      kind: 'bank_return',
      amount: { minor: gross - refunded, currency },
    } as const
    told(withRefund(back, { ...returned, status: 'succeeded' }))
    moved('payment_failure_refund', -1n, 0n, about(`py_${n}`, gross, refunded))
  }
  for (const other of its.others) moved(other.type, 1n, other.fee, null, other.amount)
  return postings
}

const clearing = ({ entries }: Posting) => entries.filter(({ account }) => account === 'stripe_clearing')

const totals = (entries: readonly LedgerEntry[]) => {
  const sums = new Map<string, bigint>()
  for (const { amount } of entries)
    sums.set(amount.currency, (sums.get(amount.currency) ?? 0n) + amount.minor)
  return [...sums.values()].filter((sum) => sum !== 0n)
}

test('every posting of ten thousand lives balances, in every order, and both sides’ words meet', () => {
  fc.assert(
    fc.property(
      fc.array(life, { minLength: 1, maxLength: 4 }),
      fc.infiniteStream(fc.nat()),
      (lives, chance) => {
        const postings = lives
          .flatMap(postingsOf)
          .map((posting) => ({ posting, place: chance.next().value ?? 0 }))
        const told = postings.toSorted((a, b) => a.place - b.place).map(({ posting }) => posting)
        const wrong = told.filter(({ entries }) => {
          const clearingItems = entries.map(({ account, amount }) => `${account} ${amount.currency}`)
          const twice = new Set(clearingItems).size !== clearingItems.length // the database keeps one entry of each
          return twice || totals(entries).length > 0 || entries.some(({ amount }) => amount.minor === 0n)
        })
        expect(wrong).toEqual([])
        expect(totals(told.flatMap(({ entries }) => entries))).toEqual([])
        // What only Stripe knows of stays open under its own id; everything that both sides named is settled.
        const open = [...Map.groupBy(told, ({ clears }) => clears)]
          .filter(([clears]) => !clears.startsWith('txn_'))
          .map(([clears, own]) => [clears, totals(own.flatMap(clearing))] as const)
          .filter(([, off]) => off.length > 0)
        expect(open).toEqual([])
      },
    ),
    { numRuns: 4200 }, // of one to four lives each,
  )
})
