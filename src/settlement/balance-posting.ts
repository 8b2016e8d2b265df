import type { LedgerAccount, LedgerEntry } from '../ledger/ledger.ts'
import type { CurrencyCode } from '../money/currency.ts'
import type { BalanceTransaction } from './balance-transaction.ts'
import { balanceKind } from './balance-types.ts'

/**
 * A balance transaction as ledger entries, which sum to zero in each currency. They settle the claim on Stripe that
 * events posted to the clearing account; when the currency was exchanged, `fx` holds both amounts. Zero amounts are
 * left out, so that a transaction of nothing has no entries.
 */
export function settlementEntries(transaction: BalanceTransaction): LedgerEntry[] {
  return entriesOf(transaction).filter(({ amount }) => amount.minor !== 0n)
}

function entriesOf(transaction: BalanceTransaction): LedgerEntry[] {
  const { currency, amountMinor: amount, feeMinor: fee, netMinor: net, presentment } = transaction
  const onBalance = [entry('stripe_balance', net, currency), entry('stripe_fees', fee, currency)]
  switch (balanceKind(transaction)) {
    case 'own_fee':
      return [entry('stripe_balance', net, currency), entry('stripe_fees', -net, currency)]
    case 'payout':
    case 'topup':
      return [entry('bank', -amount, currency), ...onBalance]
    case 'reserve':
      return [entry('stripe_reserve', -amount, currency), ...onBalance]
    case 'product':
    case 'activity':
      return [entry('other_stripe_activity', -amount, currency), ...onBalance]
    case 'payment':
    case 'refund':
    case 'refund_failure':
    case 'bank_return':
    case 'dispute':
      if (presentment === null) return [entry('stripe_clearing', -amount, currency), ...onBalance]
      return [
        entry('stripe_clearing', -presentment.minor, presentment.currency),
        entry('fx', presentment.minor, presentment.currency),
        entry('fx', -amount, currency),
        ...onBalance,
      ]
    case 'unknown':
      return unknownEntries(transaction)
  }
}

/** The entries of a balance transaction that this release, or the one that posted it, does not know. */
export function unknownEntries(transaction: BalanceTransaction): LedgerEntry[] {
  const { currency, amountMinor: amount, feeMinor: fee, netMinor: net } = transaction
  // A fee without an amount, of an unknown type: among the fees it would count as explained although nobody looked.
  const entries =
    amount === 0n
      ? [entry('stripe_clearing', -net, currency), entry('stripe_balance', net, currency)]
      : [
          entry('stripe_clearing', -amount, currency),
          entry('stripe_balance', net, currency),
          entry('stripe_fees', fee, currency),
        ]
  return entries.filter((one) => one.amount.minor !== 0n)
}

function entry(account: LedgerAccount, minor: bigint, currency: CurrencyCode): LedgerEntry {
  return { account, amount: { minor, currency } }
}
