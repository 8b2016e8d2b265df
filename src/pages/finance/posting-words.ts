import { formatMoney, type Money } from '../../money/money.ts'
import { storedMoney } from '../../money/stored-money.ts'

/** Of one ledger transaction; minor units, debits positive, credits negative. */
type Entries = readonly { readonly account: string; readonly currency: string; readonly amount: number }[]

/** What was booked: one amount where both sides have one entry, else every entry with its own, so that each cent can be followed. */
export function bookingWords(entries: Entries): { readonly words: string; readonly amount: Money | null } {
  const debits = entries.filter(({ amount }) => amount > 0)
  const credits = entries.filter(({ amount }) => amount < 0)
  const [debit, ...more] = debits
  if (debit && more.length === 0 && credits.length === 1)
    return {
      words: `debit ${debit.account}, credit ${credits.map(({ account }) => account).join()}`,
      amount: storedMoney(BigInt(debit.amount), debit.currency),
    }
  const side = (its: Entries) =>
    its
      .map(({ account, amount, currency }) => {
        const minor = BigInt(amount)
        return `${account} ${formatMoney(storedMoney(minor < 0n ? -minor : minor, currency), 'en')}`
      })
      .join(', ')
  return { words: `debit ${side(debits)}; credit ${side(credits)}`, amount: null }
}
