/**
 * The same reading of amounts as `money/money.ts`, without its table of 140 rows: readers download this file. A test
 * holds the two against each other for every currency.
 */
const ZERO_DECIMALS = 'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'
const THREE_DECIMALS = 'bhd jod kwd omr tnd'
/** Stripe counts their hundredths but takes whole units only. */
const WHOLE_UNITS = 'isk ugx'

export type Reading = { readonly minor: number } | { readonly problem: string }

const UNREADABLE: Reading = { problem: 'Write the amount in digits, such as 5 or 5.00.' }

// No look-behind: a browser that does not know it would refuse the whole script.
const GROUPED_BY = /(\d)[\s'’](?=\d{3}(?!\d))/gu
const WITH_FRACTION = /^(\d+|\d{1,3}(?:,\d{3})+)\.(\d+)$|^(\d+|\d{1,3}(?:\.\d{3})+),(\d+)$/
const GROUPS_ONLY = /^\d{1,3}(?:(?:,\d{3})+|(?:\.\d{3})+)$/
const ONE_GROUP = /^\d{1,3}[.,]\d{3}$/
/** Beyond fifteen digits a JavaScript number is no longer exact; no currency's largest charge has as many. */
const MOST_DIGITS = 15

/** Digits behind the point in Stripe's amounts of a lower-case currency. */
export function minorDigits(currency: string): number {
  if (ZERO_DECIMALS.includes(currency)) return 0
  return THREE_DECIMALS.includes(currency) ? 3 : 2
}

/** What was typed, in whole minor units; digit by digit, never through a fraction. */
export function readAmount(text: string, currency: string): Reading {
  if (text.length > 40) return UNREADABLE
  const digits = minorDigits(currency)
  const typed = text.normalize('NFKC').trim().replace(GROUPED_BY, '$1')
  const hasCoins = digits > 0 && !WHOLE_UNITS.includes(currency)
  if (/^\d+$/.test(typed)) return inMinor(typed, '', digits, currency)
  if (GROUPS_ONLY.test(typed) && (!hasCoins || !ONE_GROUP.test(typed)))
    return inMinor(typed.replace(/[.,]/g, ''), '', digits, currency)
  if (ONE_GROUP.test(typed) && !(digits === 3 && typed.includes('.')))
    return { problem: 'It is not clear where the decimals begin. Write 1000 for a thousand, 1.00 for one.' }
  const parts = WITH_FRACTION.exec(typed)
  if (!parts) return UNREADABLE
  return inMinor(
    (parts[1] ?? parts[3] ?? '').replace(/[.,]/g, ''),
    parts[2] ?? parts[4] ?? '',
    digits,
    currency,
  )
}

function inMinor(whole: string, fraction: string, digits: number, currency: string): Reading {
  if (fraction.length > digits) {
    const code = currency.toUpperCase()
    return { problem: digits === 0 ? `${code} has no decimals.` : `${code} has at most ${digits} decimals.` }
  }
  const all = (whole + fraction.padEnd(digits, '0')).replace(/^0+(?=\d)/, '')
  return all.length > MOST_DIGITS ? { problem: 'This amount is too large.' } : { minor: Number(all) }
}

/** `$5`, `$5.50`, `500 ¥`: in the locale's manner, decimals only where they say something. */
export function showAmount(minor: number, currency: string, locale: string): string {
  const digits = minorDigits(currency)
  const text = String(minor).padStart(digits + 1, '0')
  const cut = text.length - digits
  const idle = /^0*$/.test(text.slice(cut))
  const shownDigits = idle ? 0 : digits
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: shownDigits,
    maximumFractionDigits: shownDigits,
  }).format(Number(`${text.slice(0, cut)}.${text.slice(cut)}`)) // for the eye only: what is sent stays whole
}
