/** Lower-case ISO 4217 code that stands in the currency table, as Stripe writes it: `usd`. */
export type CurrencyCode = string & { readonly __brand: 'CurrencyCode' }
