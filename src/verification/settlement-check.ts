import { settlementEntries } from '../settlement/balance-posting.ts'
import type { BalanceTransaction } from '../settlement/balance-transaction.ts'
import { compare, NOTHING, type Finding } from './finding.ts'
import { entriesText, type ExpectedPosting } from './expectation.ts'

/** What a movement at Stripe must be in the ledger; null for a movement of nothing. */
export function settlementOf(transaction: BalanceTransaction): ExpectedPosting | null {
  const { id, clears, paymentIntentId, createdAt } = transaction
  const entries = entriesText(settlementEntries(transaction))
  if (entries === '') return null
  return { source: id, effect: 'settled', clears, payment: paymentIntentId, entries, moments: [createdAt] }
}

/** Everything but Stripe's description, which may be reworded. */
export function transactionDifferences(told: BalanceTransaction, kept: BalanceTransaction): Finding[] {
  return compare('balance_transaction_differs', told.id, [
    ['type', told.type, kept.type],
    ['category', told.reportingCategory, kept.reportingCategory],
    ['amount', amountOf(told), amountOf(kept)],
    ['fee', told.feeMinor, kept.feeMinor],
    ['net', told.netMinor, kept.netMinor],
    ['made', told.createdAt, kept.createdAt],
    ['available', told.availableOn, kept.availableOn],
    ['source', told.source, kept.source],
    ['clears', told.clears, kept.clears],
    ['payment', told.paymentIntentId, kept.paymentIntentId],
    ['presentment', presentmentOf(told), presentmentOf(kept)],
    ['rate', rateOf(told), rateOf(kept)],
  ])
}

function amountOf({ amountMinor, currency }: BalanceTransaction): string {
  return `${amountMinor} ${currency}`
}

function presentmentOf({ presentment }: BalanceTransaction): string | null {
  return presentment && `${presentment.minor} ${presentment.currency}`
}

/** The database may write the same number otherwise. */
function rateOf({ exchangeRate }: BalanceTransaction): number | null {
  return exchangeRate === null ? null : Number(exchangeRate)
}

export function missingTransaction(told: BalanceTransaction): Finding {
  return {
    kind: 'balance_transaction_missing',
    object: told.id,
    expected: `${told.type} ${amountOf(told)}`,
    found: NOTHING,
  }
}

export function unexpectedTransaction(kept: BalanceTransaction): Finding {
  return {
    kind: 'balance_transaction_unexpected',
    object: kept.id,
    expected: NOTHING,
    found: `${kept.type} ${amountOf(kept)}`,
  }
}
