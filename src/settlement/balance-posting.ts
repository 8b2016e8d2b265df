import type { LedgerAccount, LedgerEntry } from '../ledger/ledger.ts'
import type { CurrencyCode } from '../money/currency.ts'
import { movementKind, type BalanceTransaction } from './balance-transaction.ts'

/**
 * A movement of Stripe's balance as ledger entries, which sum to zero in each currency. What readers' events booked as
 * a claim on Stripe is settled in the clearing account; where the currency was exchanged, `fx` holds both sides.
 * Zero amounts are left out, so that a movement of nothing has no entries.
 */
export function settlementEntries(transaction: BalanceTransaction): LedgerEntry[] {
  return entriesOf(transaction).filter(({ amount }) => amount.minor !== 0n)
}

function entriesOf(transaction: BalanceTransaction): LedgerEntry[] {
  const { currency, amountMinor: amount, feeMinor: fee, netMinor: net, presentment } = transaction
  const onBalance = [entry('stripe_balance', net, currency), entry('stripe_fees', fee, currency)]
  switch (movementKind(transaction.type, transaction.source)) {
    case 'own_fee':
      return [entry('stripe_balance', net, currency), entry('stripe_fees', -net, currency)]
    case 'payout':
      return [entry('bank', -amount, currency), ...onBalance]
    case 'payment':
    case 'money_back':
    case 'dispute':
      if (presentment === null) return [entry('stripe_clearing', -amount, currency), ...onBalance]
      return [
        entry('stripe_clearing', -presentment.minor, presentment.currency),
        entry('fx', presentment.minor, presentment.currency),
        entry('fx', -amount, currency),
        ...onBalance,
      ]
    case 'unknown':
      // A fee alone, of something that nobody knows: in the fees it would be explained without anybody having looked.
      if (amount === 0n)
        return [entry('stripe_clearing', -net, currency), entry('stripe_balance', net, currency)]
      return [entry('stripe_clearing', -amount, currency), ...onBalance]
  }
}

function entry(account: LedgerAccount, minor: bigint, currency: CurrencyCode): LedgerEntry {
  return { account, amount: { minor, currency } }
}
