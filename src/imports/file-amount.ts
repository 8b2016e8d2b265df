import { currencyInfo, parseCurrency, type CurrencyCode } from '../money/currency.ts'
import type { ProblemReason } from './history-import.ts'

export const decimalSigns = ['.', ','] as const
export type DecimalSign = (typeof decimalSigns)[number]

/** More digits than any gift has; a bigint of the database holds them. */
const MOST_DIGITS = 15
const LONGEST_TEXT = 60
const BEFORE_AND_BEHIND = /^([^\d.,]*)([\d.,](?:[\d.,\s'’]*\d)?)([^\d]*)$/u
const BY_SIGN = {
  '.': /^(\d+|\d{1,3}(?:,\d{2,3})*,\d{3})?(?:\.(\d+))?$/,
  ',': /^(\d+|\d{1,3}(?:\.\d{2,3})*\.\d{3})?(?:,(\d+))?$/,
} as const

/**
 * Reads an amount as a file has it, `$1,234.50`, `1.234,50 €` or `12.5`, digit by digit. Which sign begins the decimals is
 * said for the whole file and never guessed for a row: `5,000` is a thousand times as much as `5.000`.
 */
export function amountInFile(
  text: string,
  decimalSign: DecimalSign,
  currency: CurrencyCode,
): { readonly minor: bigint } | { readonly problem: ProblemReason } {
  if (text.length > LONGEST_TEXT) return { problem: 'amount_unreadable' }
  const typed = text
    .normalize('NFKC')
    .replace(/&[#\w]+;/g, ' ')
    .trim()
  if (typed === '') return { problem: 'amount_missing' }
  const [, before = '', digits, behind = ''] = BEFORE_AND_BEHIND.exec(typed) ?? []
  if (digits === undefined) return { problem: 'amount_unreadable' }
  if (/[-−–(]/.test(before) || /^\s*[-−–)]/.test(behind)) return { problem: 'amount_not_positive' }
  if (namesAnother(`${before} ${behind}`, currency)) return { problem: 'amount_in_other_currency' }
  const plain = digits.replace(/(\d)[\s'’](?=\d{3}(?!\d))/gu, '$1')
  const found = BY_SIGN[decimalSign].exec(plain)
  if (found === null) return { problem: 'amount_unreadable' }
  const [, whole = '', fraction = ''] = found
  return minorUnits(whole.replace(/[.,]/g, ''), fraction, currencyInfo(currency).minorDigits)
}

/** `500.00` yen is what some systems write; more zeros than two, or than the currency has, are a mistake. */
function minorUnits(whole: string, fraction: string, digits: number) {
  const idle = fraction.slice(digits)
  if (fraction.length > Math.max(2, digits) || !/^0*$/.test(idle))
    return { problem: 'amount_decimals' } as const
  const all = `${whole}${fraction.slice(0, digits).padEnd(digits, '0')}`.replace(/^0+/, '')
  if (all === '') return { problem: 'amount_not_positive' } as const
  return all.length > MOST_DIGITS ? ({ problem: 'amount_too_large' } as const) : { minor: BigInt(all) }
}

function namesAnother(words: string, currency: CurrencyCode): boolean {
  return [...words.matchAll(/\p{L}{3,}/gu)].some(([word]) => {
    const code = parseCurrency(word)
    return code !== null && code !== currency
  })
}
