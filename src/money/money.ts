import type { CurrencyCode } from './currency.ts'

/** An amount in Stripe's minor units (cents, pence, yen) together with its currency. Never a float. */
export type Money = { readonly minor: bigint; readonly currency: CurrencyCode }

export class MixedCurrencies extends Error {
  override readonly name = 'MixedCurrencies'
}

export function money(minor: bigint, currency: CurrencyCode): Money {
  return { minor, currency }
}

/** @throws MixedCurrencies: adding dollars to yen is a bug, never a rounding question. */
export function add(a: Money, b: Money): Money {
  if (a.currency !== b.currency) throw new MixedCurrencies(`${a.currency} and ${b.currency} do not add up`)
  return money(a.minor + b.minor, a.currency)
}
