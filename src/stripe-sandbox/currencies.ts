/** Bank debits by currency: each works in one currency only. */
const BANK_DEBITS = {
  usd: 'us_bank_account',
  eur: 'sepa_debit',
  gbp: 'bacs_debit',
  cad: 'acss_debit',
  aud: 'au_becs_debit',
  nzd: 'nz_bank_account',
} as const

export type BankDebitMethod = (typeof BANK_DEBITS)[keyof typeof BANK_DEBITS]

// Copied from Stripe's page "Supported currencies" and not imported from the service: an error in the service's
// currency table must not be repeated by what tests it.
const ZERO_DECIMAL = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '))
const THREE_DECIMAL = new Set('bhd jod kwd omr tnd'.split(' '))
/** They have no minor unit, yet Stripe counts them in hundredths for backward compatibility. */
const HUNDREDFOLD = new Set(['isk', 'ugx'])

const TWO_DECIMAL = `
  aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop crc
  cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr jmd kes kgs khr kyd
  kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php
  pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std svc szl thb tjs top try ttd twd tzs uah usd uyu
  uzs wst xcd xcg yer zar zmw`

export const CURRENCIES: ReadonlySet<string> = new Set([
  ...TWO_DECIMAL.trim().split(/\s+/),
  ...ZERO_DECIMAL,
  ...THREE_DECIMAL,
  ...HUNDREDFOLD,
])

const MINIMA: ReadonlyMap<string, number> = new Map([
  ...'usd eur aud cad chf brl inr jpy krw nzd sgd zar'.split(' ').map((code) => [code, 50] as const),
  ...'aed myr pln ron'.split(' ').map((code) => [code, 200] as const),
  ...'nok sek'.split(' ').map((code) => [code, 300] as const),
  ...'mxn thb'.split(' ').map((code) => [code, 1000] as const),
  ['gbp', 30],
  ['dkk', 250],
  ['hkd', 400],
  ['czk', 1500],
  ['huf', 17_500],
])

/** The smallest charge in minor units; 1 where Stripe publishes none. */
export function smallestCharge(currency: string): number {
  return MINIMA.get(currency) ?? 1
}

/** Eight digits in minor units; twelve for the rupiah. */
export function largestCharge(currency: string): number {
  return currency === 'idr' ? 999_999_999_999 : 99_999_999
}

/** Amounts of this currency must be divisible by the result: 10 or 100 where the last digits are always 0. */
export function amountStep(currency: string): number {
  if (HUNDREDFOLD.has(currency)) return 100
  return THREE_DECIMAL.has(currency) ? 10 : 1
}

/** The number of decimals that Stripe's minor units stand for. */
export function minorDigits(currency: string): number {
  return ZERO_DECIMAL.has(currency) ? 0 : THREE_DECIMAL.has(currency) ? 3 : 2
}

export function bankDebitFor(currency: string): BankDebitMethod | null {
  for (const [code, method] of Object.entries(BANK_DEBITS)) if (code === currency) return method
  return null
}

const formats = new Map<string, Intl.NumberFormat>()

/** One for each currency: making one takes many times as long as using it. */
function formatOf(currency: string): Intl.NumberFormat {
  const kept = formats.get(currency)
  if (kept !== undefined) return kept
  const shown = HUNDREDFOLD.has(currency) ? 0 : minorDigits(currency)
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    minimumFractionDigits: shown,
    maximumFractionDigits: shown,
  })
  formats.set(currency, format)
  return format
}

/** For people: `$5.00`, `¥500`. `minor` is in Stripe's minor units. */
export function formatAmount(minor: number, currency: string): string {
  const decimals = minorDigits(currency)
  const sign = minor < 0 ? '-' : ''
  const digits = String(Math.abs(minor)).padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const fraction = decimals === 0 ? '' : `.${digits.slice(-decimals)}`
  // A decimal string is formatted exactly, without going through a float.
  return formatOf(currency).format(`${sign}${Number(whole)}${fraction}` as `${number}`)
}

/** Parses what a person typed, `3.50`, to minor units; null when it is no amount of this currency. */
export function parseAmount(text: string, currency: string): number | null {
  const [, whole = '', fraction = ''] = /^(\d{1,9})(?:\.(\d+))?$/.exec(text) ?? []
  const digits = minorDigits(currency)
  if (whole === '' || fraction.length > digits) return null
  return Number(whole + fraction.padEnd(digits, '0'))
}
