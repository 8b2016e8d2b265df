import { formatTag } from '../text/languages.ts'
import { currencyInfo, parseCurrency, type CurrencyCode } from './currency.ts'
import { readNumber, type NumberProblem } from './typed-amount.ts'

/** An amount in Stripe's minor units (cents, pence, yen) together with its currency. Never a float. */
export type Money = { readonly minor: bigint; readonly currency: CurrencyCode }

/** The smallest and the largest donation in one currency, both allowed, in minor units. */
export type AmountLimits = { readonly minimumMinor: bigint; readonly maximumMinor: bigint }

export function money(minor: bigint, currency: CurrencyCode): Money {
  return { minor, currency }
}

export function isSameMoney(a: Money, b: Money): boolean {
  return a.minor === b.minor && a.currency === b.currency
}

/** An amount that was read from the database. @throws Error when the currency is not in the currency table */
export function storedMoney(minor: bigint, currency: string): Money {
  const code = parseCurrency(currency)
  if (!code) throw new Error(`${currency} is not in the currency table`)
  return money(minor, code)
}

/**
 * An amount in minor units as a JSON number. JSON readers hold numbers as doubles, which are exact below 2^53: that is
 * 90 trillion dollars, so a larger sum is a mistake and must not be rounded. Inside the service amounts stay bigint.
 * @throws RangeError for an amount that a double cannot hold exactly
 */
export function jsonAmount(minor: bigint): number {
  const amount = Number(minor)
  if (!Number.isSafeInteger(amount)) throw new RangeError('The amount is too large to be a JSON number')
  return amount
}

/** The limits when the newsroom sets none: Stripe's smallest charge, and a ceiling that catches typing errors. */
export function defaultLimits(currency: CurrencyCode): AmountLimits {
  const info = currencyInfo(currency)
  return { minimumMinor: info.minimumMinor, maximumMinor: info.donationMaximumMinor }
}

/** Why a typed text is not an amount of the currency. */
export type UnreadableAmount = { readonly problem: NumberProblem }

/** Why an amount cannot be donated, with the limit that it breaks. `amountProblemText` words it for readers. */
export type AmountProblem = {
  readonly problem: 'tooSmall' | 'tooLarge' | 'notAMultiple'
  readonly limit: Money
}

const LONGEST_TEXT = 40
const UNREADABLE: UnreadableAmount = { problem: 'unreadable' }

/** Neither a sign nor a name: those are for readers (`typed-amount.ts`), and a mistake in finance's forms and files. */
const NUMBER = /^\d(?:[\d.,\s'’]*\d)?$/u

/**
 * Reads what a person types as an amount: "5", "5.00", "5,00", "1 000", "1.000,50". It reads digit by digit, never as a
 * float. "1,000" can be a thousand or one, so a currency with decimals refuses it as ambiguous.
 */
export function parseDecimal(text: string, currency: CurrencyCode): Money | UnreadableAmount {
  if (text.length > LONGEST_TEXT) return UNREADABLE
  const typed = text.normalize('NFKC').trim() // NFKC: full-width digits, odd spaces
  if (!NUMBER.test(typed)) return UNREADABLE
  const read = readNumber(typed.replaceAll('’', "'"), currencyInfo(currency), null)
  return typeof read === 'string' ? { problem: read } : money(read, currency)
}

/** `5.00`, `-0.05`, `500` for yen: exact, with a point, for files and programs. */
export function toDecimalString({ minor, currency }: Money): string {
  const { minorDigits } = currencyInfo(currency)
  const digits = (minor < 0n ? -minor : minor).toString().padStart(minorDigits + 1, '0')
  const whole = digits.slice(0, digits.length - minorDigits)
  const sign = minor < 0n ? '-' : ''
  return minorDigits === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-minorDigits)}`
}

const formatters = new Map<string, Intl.NumberFormat>()
const MOST_FORMATTERS = 500 // requests choose the locale, so the cache needs a limit

function formatter(locale: string, currency: CurrencyCode, digits: number): Intl.NumberFormat {
  const key = `${locale} ${currency} ${digits}`
  const cached = formatters.get(key)
  if (cached !== undefined) return cached
  const options = {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  } as const
  let made: Intl.NumberFormat
  try {
    made = new Intl.NumberFormat(formatTag(locale), options)
  } catch {
    made = new Intl.NumberFormat('en', options) // a malformed locale is no reason to hide an amount
  }
  if (formatters.size >= MOST_FORMATTERS) formatters.clear()
  formatters.set(key, made)
  return made
}

/** `$5.00`, `5,00 €`, `￥500`: every digit is exact. ISK and UGX appear without their decimals, which are always zero. */
export function formatMoney(amount: Money, locale: string): string {
  const { minorDigits, step } = currencyInfo(amount.currency)
  const hasIdleDecimals = step === 100n && amount.minor % step === 0n
  // Intl formats decimal strings exactly. Its type asks for a numeric literal, which toDecimalString always writes.
  const exact = toDecimalString(amount) as `${number}`
  return formatter(locale, amount.currency, hasIdleDecimals ? 0 : minorDigits).format(exact)
}

/** `$5`, `$7.50`, `5 €`: decimals only where there are any, for choices and buttons. */
export function formatMoneyShort(amount: Money, locale: string): string {
  const { minorDigits } = currencyInfo(amount.currency)
  if (amount.minor % 10n ** BigInt(minorDigits) !== 0n) return formatMoney(amount, locale)
  // Exact: it has no decimals. Intl's type asks for a numeric literal, which toDecimalString always writes.
  return formatter(locale, amount.currency, 0).format(toDecimalString(amount) as `${number}`)
}

/** Whether the locale's sign says whose currency it is: letters beside the symbol do, as in `US$`, and `$` alone does not. */
export function hasCountrysSign(currency: CurrencyCode, locale: string): boolean {
  const sign = formatter(locale, currency, 0)
    .formatToParts(0)
    .find(({ type }) => type === 'currency')
  return /^(?:\p{L}+\p{Sc}|\p{Sc}\p{L}+)$/u.test(sign?.value ?? '')
}

/** @returns null when the amount may be given */
export function amountProblem(amount: Money, limits: AmountLimits): AmountProblem | null {
  const { minor, currency } = amount
  const { minimumMinor, maximumMinor } = limits
  if (minor < minimumMinor) return { problem: 'tooSmall', limit: money(minimumMinor, currency) }
  if (minor > maximumMinor) return { problem: 'tooLarge', limit: money(maximumMinor, currency) }
  const { step } = currencyInfo(currency)
  return minor % step === 0n ? null : { problem: 'notAMultiple', limit: money(step, currency) }
}
