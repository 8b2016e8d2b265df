import { parseCurrency } from './currency.ts'
import { money, type Money } from './money.ts'

/** @throws when the database holds a currency that the currency table does not: nothing may book one */
export function storedMoney(minor: bigint, currency: string): Money {
  const code = parseCurrency(currency)
  if (!code) throw new Error(`${currency} is not in the currency table`)
  return money(minor, code)
}
