import { describe, expect, test } from 'vitest'
import { settlementEntries } from '../../src/settlement/balance/balance-posting.ts'
import {
  clearedBy,
  presentmentOf,
  type BalanceSource,
} from '../../src/settlement/balance/balance-transaction.ts'
import { BALANCE_TYPES, balanceKind, type BalanceKind } from '../../src/settlement/balance/balance-types.ts'
import { balanceTypes } from '../../src/stripe/balance-gateway.ts'
import { textFor } from '../../src/text/text.ts'
import { movementInWords } from '../../src/pages/finance/frame/finance-layout-view.ts'
import { currencyNamed } from '../kit/named.ts'
import { feeTransaction } from '../kit/settlement-samples.ts'

const AT = new Date('2026-11-20T12:00:00Z')
const kindOf = (type: string, reportingCategory = type, source: string | null = null) =>
  balanceKind({ type, reportingCategory, source })
const entriesOf = (type: string, amountMinor: bigint, feeMinor = 0n) =>
  settlementEntries(
    feeTransaction('txn_1', AT, {
      type,
      reportingCategory: type,
      amountMinor,
      feeMinor,
      netMinor: amountMinor - feeMinor,
    }),
  ).map(({ account, amount }) => [account, amount.minor])

describe('the table of balance transaction types', () => {
  test('names a kind for every type of the SDK', () => {
    expect(Object.keys(balanceTypes)).toHaveLength(52)
    expect(Object.keys(balanceTypes).filter((type) => kindOf(type) === 'unknown')).toEqual(['adjustment'])
  })

  test('has a name in words for every type, and shows the code of one that it does not have', () => {
    const text = textFor('en')
    const names = Object.keys(BALANCE_TYPES).map((type) => movementInWords(type, text))
    expect(new Set(names).size).toBe(names.length)
    expect(names.filter((name) => name.includes('_'))).toEqual([])
    expect(movementInWords('moon_tax', text)).toBe('Moon tax')
  })

  test('leaves a type that it does not have in the clearing account', () => {
    expect(kindOf('moon_tax')).toBe('unknown')
    expect(entriesOf('moon_tax', -100n)).toEqual([
      ['stripe_clearing', 100n],
      ['stripe_balance', -100n],
    ])
    expect(kindOf('constructor')).toBe('unknown')
  })

  test.each<[type: string, amount: bigint, account: string]>([
    ['topup', 5000n, 'bank'],
    ['topup_reversal', -5000n, 'bank'],
    ['payment_network_reserve_hold', -300n, 'stripe_reserve'],
    ['payment_network_reserve_release', 300n, 'stripe_reserve'],
    ['reserve_transaction', -300n, 'stripe_reserve'],
    ['reserved_funds', -300n, 'stripe_reserve'],
    ['payout_minimum_balance_hold', -300n, 'stripe_reserve'],
    ['contribution', -70n, 'other_stripe_activity'],
    ['climate_order_purchase', -70n, 'other_stripe_activity'],
    ['transfer', -900n, 'other_stripe_activity'],
    ['application_fee', 90n, 'other_stripe_activity'],
    ['payment_unreconciled', 90n, 'other_stripe_activity'],
  ])('posts %s of %s to %s', (type, amount, account) => {
    expect(entriesOf(type, amount)).toEqual([
      [account, -amount],
      ['stripe_balance', amount],
    ])
  })

  test('posts Stripe’s own fees, also with the amount as a fee', () => {
    for (const type of ['stripe_fee', 'stripe_fx_fee', 'tax_fee']) {
      expect(entriesOf(type, -25n)).toEqual([
        ['stripe_balance', -25n],
        ['stripe_fees', 25n],
      ])
      expect(entriesOf(type, 0n, 25n)).toEqual(entriesOf(type, -25n))
    }
  })
})

describe('an adjustment', () => {
  test.each<[category: string, source: string | null, kind: BalanceKind]>([
    ['dispute', 'dp_1', 'dispute'],
    ['dispute_reversal', 'du_1', 'dispute'],
    ['refund_failure', 're_1', 'refund_failure'],
    ['refund_failure', 'pyr_1', 'refund_failure'],
    ['charge_failure', 'py_1', 'bank_return'],
    ['charge_failure', 'ch_1', 'bank_return'],
    ['fee', null, 'own_fee'],
    ['network_cost', null, 'own_fee'],
    ['refund_failure', null, 'unknown'],
    ['other_adjustment', 're_1', 'unknown'],
    ['other_adjustment', null, 'unknown'],
  ])('of the category %s about %s is a %s', (category, source, kind) => {
    expect(kindOf('adjustment', category, source)).toBe(kind)
  })

  const source = (id: string): BalanceSource => ({
    id,
    paymentIntentId: 'pi_1',
    currency: currencyNamed('eur'),
    amountMinor: 500n,
    refundedMinor: 0n,
    movements: [],
  })
  const moved = (reportingCategory: string, amountMinor: bigint) =>
    ({
      id: 'txn_1',
      type: 'adjustment',
      reportingCategory,
      currency: currencyNamed('usd'),
      amountMinor,
    }) as const

  test('that returns a failed refund clears the refund, in the reader’s currency', () => {
    const failure = moved('refund_failure', 540n)
    expect(clearedBy(failure, source('re_1'))).toBe('re_1')
    expect(presentmentOf(failure, source('re_1'))).toEqual({ minor: 500n, currency: 'eur' })
    // So small that it settled as zero: the kind says that money comes back.
    expect(presentmentOf(moved('refund_failure', 0n), source('re_1'))?.minor).toBe(500n)
  })

  test('that takes a failed debit back clears its payment', () => {
    const failure = moved('charge_failure', -540n)
    expect(clearedBy(failure, source('py_1'))).toBe('pi_1')
    expect(presentmentOf(failure, source('py_1'))).toEqual({ minor: -500n, currency: 'eur' })
  })
})
