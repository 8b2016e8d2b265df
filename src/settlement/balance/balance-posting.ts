import type { LedgerAccount, LedgerEntry } from '../../ledger/ledger.ts'
import type { CurrencyCode } from '../../money/currency.ts'
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
  const kind = balanceKind(transaction)
  const feeAccount = kind === 'dispute' ? 'dispute_fees' : 'stripe_fees'
  const onBalance = [entry('stripe_balance', net, currency), entry(feeAccount, fee, currency)]
  switch (kind) {
    case 'own_fee':
      return [entry('stripe_balance', net, currency), entry('stripe_fees', -net, currency)]
    case 'payout':
      // It is at the bank once it has arrived there: see arrival.ts.
      return [entry('payouts_in_transit', -amount, currency), ...onBalance]
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

/**
 * The same entries as releases until 0.2 posted them: a payout straight to the bank, and the fee of a dispute among the
 * other fees. The ledger keeps what was posted so.
 */
export function asPostedBefore(
  transaction: BalanceTransaction,
  entries: readonly LedgerEntry[],
): LedgerEntry[] {
  const former: Partial<Record<LedgerAccount, LedgerAccount>> =
    balanceKind(transaction) === 'payout' ? { payouts_in_transit: 'bank' } : { dispute_fees: 'stripe_fees' }
  return entries.map((one) => ({ ...one, account: former[one.account] ?? one.account }))
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
