/**
 * Reads amounts as `money/money.ts` does, without its table of 140 currencies, because readers download this file. A
 * test compares the two for every currency.
 */
const ZERO_DECIMALS = 'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'
const THREE_DECIMALS = 'bhd jod kwd omr tnd'
/** Stripe's amounts in these are hundredths, but Stripe takes whole units only. */
const WHOLE_UNITS = 'isk ugx'

/** Minor units, or which of the catalogue's messages says why the text is no amount. */
export type Reading =
  | { readonly minor: number }
  | {
      readonly problem: 'unreadable' | 'ambiguous' | 'noDecimals' | 'tooManyDecimals' | 'tooManyDigits'
    }

const UNREADABLE: Reading = { problem: 'unreadable' }

// Without look-behind: browsers that do not know it would refuse the whole script.
const GROUPED_BY = /(\d)[\s'’](?=\d{3}(?!\d))/gu
const WITH_FRACTION = /^(\d+|\d{1,3}(?:,\d{3})+)\.(\d+)$|^(\d+|\d{1,3}(?:\.\d{3})+),(\d+)$/
const GROUPS_ONLY = /^\d{1,3}(?:(?:,\d{3})+|(?:\.\d{3})+)$/
const ONE_GROUP = /^\d{1,3}[.,]\d{3}$/

/** Digits behind the point in Stripe's amounts of a lower-case currency. */
export function minorDigits(currency: string): number {
  if (ZERO_DECIMALS.includes(currency)) return 0
  return THREE_DECIMALS.includes(currency) ? 3 : 2
}

/** Reads typed text digit by digit into whole minor units, so that no digit is lost to a floating-point number. */
export function readAmount(text: string, currency: string): Reading {
  if (text.length > 40) return UNREADABLE
  const digits = minorDigits(currency)
  const typed = text.normalize('NFKC').trim().replace(GROUPED_BY, '$1')
  const hasCoins = digits > 0 && !WHOLE_UNITS.includes(currency)
  if (/^\d+$/.test(typed) || (GROUPS_ONLY.test(typed) && (!hasCoins || !ONE_GROUP.test(typed))))
    return inMinor(typed, '', digits)
  if (ONE_GROUP.test(typed) && !(digits === 3 && typed.includes('.'))) return { problem: 'ambiguous' }
  const parts = WITH_FRACTION.exec(typed)
  if (!parts) return UNREADABLE
  return inMinor(parts[1] ?? parts[3] ?? '', parts[2] ?? parts[4] ?? '', digits)
}

/** @param whole digits, perhaps with points or commas between their groups */
function inMinor(whole: string, fraction: string, digits: number): Reading {
  if (fraction.length > digits) return { problem: digits === 0 ? 'noDecimals' : 'tooManyDecimals' }
  const all = (whole.replace(/[.,]/g, '') + fraction.padEnd(digits, '0')).replace(/^0+(?=\d)/, '')
  // Beyond fifteen digits a JavaScript number is not exact. No currency's largest charge has as many.
  return all.length > 15 ? { problem: 'tooManyDigits' } : { minor: Number(all) }
}

/** `$5`, `$5.50`, `500 ¥`: as the locale writes it, without decimals that are all zero. */
export function showAmount(minor: number, currency: string, locale: string): string {
  const digits = minorDigits(currency)
  const text = String(minor).padStart(digits + 1, '0')
  const cut = text.length - digits
  const shownDigits = /^0*$/.test(text.slice(cut)) ? 0 : digits
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: shownDigits,
    maximumFractionDigits: shownDigits,
  }).format(Number(`${text.slice(0, cut)}.${text.slice(cut)}`)) // for display only; the amount that is posted stays whole
}
