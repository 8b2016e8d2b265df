/**
 * What people type as an amount: `$5`, `5 €`, `5 USD`, `5 euros`, `5.`, `.50`, `1,000`, `1.000,50`, `٥٫٥٠`. The widget's
 * browser code reads with it, too, so it needs no table of currencies and no JavaScript newer than 2020.
 */

/** What reading an amount needs to know of its currency. */
export type TypedCurrency = {
  /** Lower-case ISO 4217 code. */
  readonly code: string
  /** Digits behind the point in Stripe's amounts. */
  readonly minorDigits: number
  /** Stripe charges only multiples of this many minor units. */
  readonly step: bigint
}

/** Why a number is none of a currency's amounts. */
export type NumberProblem = 'unreadable' | 'ambiguous' | 'noDecimals' | 'tooManyDecimals'

/** Why a typed text is no amount that could be given. */
export type TypedAmountProblem =
  | { readonly problem: NumberProblem | 'missing' | 'notPositive' | 'tooManyDigits' }
  /** `typed` is the lower-case code of the currency that the text names. */
  | { readonly problem: 'otherCurrency'; readonly typed: string }

/** The characters that a locale puts between groups of digits and before decimals. */
export type Separators = { readonly group: string; readonly decimal: string }

const LONGEST_TEXT = 60
/** A JavaScript number is exact to here, and no currency's largest charge has as many digits. */
const MOST_DIGITS = 15

// Look-behind would be shorter, but browsers that do not know it would refuse the whole script.
const GROUPED_BY = /(\d)[\s'](?=\d{3}(?!\d))/gu
const GROUPS = String.raw`[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}|[1-9]\d{0,2}(?:\.\d{3})+`
const GROUPS_ONLY = new RegExp(`^(?:${GROUPS})$`)
const WITH_FRACTION = /^(\d*|[1-9]\d{0,2}(?:,\d{2,3})*,\d{3})\.(\d+)$|^(\d*|[1-9]\d{0,2}(?:\.\d{3})+),(\d+)$/
const ONE_GROUP = /^[1-9]\d{0,2}([.,])\d{3}$/

/**
 * Reads digits with their separators, character by character, never as a floating-point number. Spaces and apostrophes
 * only group; a point or a comma may group or begin the decimals. `1,000` is a thousand where the separators say that a
 * comma groups, and ambiguous where they do not or are null.
 * @param text ASCII digits, `.`, `,`, `'` and white space
 * @returns minor units
 */
export function readNumber(
  text: string,
  { minorDigits, step }: TypedCurrency,
  separators: Separators | null,
): bigint | NumberProblem {
  const typed = text.replace(GROUPED_BY, '$1')
  const [, separator] = ONE_GROUP.exec(typed) ?? []
  const hasCoins = step < 10n ** BigInt(minorDigits)
  if (separator && hasCoins) {
    // A currency with three decimals writes 5.000 for five, so there only the separator of decimals is clear.
    const isClear = separator === (minorDigits === 3 ? (separators?.decimal ?? '.') : separators?.group)
    if (!isClear) return 'ambiguous'
    if (minorDigits === 3) return minorUnits(typed.slice(0, -4), typed.slice(-3), minorDigits)
  }
  if (/^\d+$/.test(typed) || GROUPS_ONLY.test(typed)) return minorUnits(typed, '', minorDigits)
  const [, wholeByPoint, fractionByPoint, wholeByComma, fractionByComma] = WITH_FRACTION.exec(typed) ?? []
  const fraction = fractionByPoint ?? fractionByComma
  if (fraction === undefined) return 'unreadable'
  return minorUnits(wholeByPoint ?? wholeByComma ?? '', fraction, minorDigits)
}

function minorUnits(whole: string, fraction: string, digits: number): bigint | NumberProblem {
  if (fraction.length > digits) return digits === 0 ? 'noDecimals' : 'tooManyDecimals'
  return BigInt(whole.replace(/[.,]/g, '') + fraction.padEnd(digits, '0'))
}

const NUMBER = /^(\D*?)([.,]?\d(?:[\d.,'\s]*\d)?)(\D*)$/u
/** Behind a number: `5.`, `5,-` and `5.–` all mean five. */
const IDLE_END = /^\s*[.,]\s*[-–—]?/

/**
 * Reads what a reader typed as an amount of a currency, which may be named before or behind it by its code, its sign or
 * its name, in the locale's language or in English. Digits may be those of any script.
 * @param locale BCP 47; it decides what `1,000` means
 */
export function readTypedAmount(
  text: string,
  currency: TypedCurrency,
  locale: string,
): { readonly minor: bigint } | TypedAmountProblem {
  if (text.length > LONGEST_TEXT) return { problem: 'unreadable' }
  const typed = plain(text)
  if (typed === '') return { problem: 'missing' }
  const parts = NUMBER.exec(typed)
  if (!parts) return { problem: 'unreadable' }
  const before = affix(parts[1])
  const behind = affix(parts[3]?.replace(IDLE_END, ''))
  let number = parts[2] ?? ''
  if (/[-−–]/.test(before)) return { problem: 'notPositive' }
  for (const name of [before, behind]) {
    const named = name && currencyNamed(name, currency.code, locale)
    if (named === null) return { problem: 'unreadable' }
    if (named && named !== currency.code) return { problem: 'otherCurrency', typed: named }
  }
  if (/\p{L}$/u.test(parts[1] ?? '') && /^[.,]/.test(number)) {
    // `Rs.500` has the point of an abbreviation; `USD.50` may be half a dollar or fifty.
    if (before === currency.code) return { problem: 'ambiguous' }
    number = number.slice(1)
  }
  const minor = readNumber(number, currency, separatorsOf(locale))
  if (typeof minor === 'string') return { problem: minor }
  return String(minor).length > MOST_DIGITS ? { problem: 'tooManyDigits' } : { minor }
}

const INVISIBLE = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu

/** Compatible forms, ASCII digits and separators, single spaces, no marks of writing direction. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .replace(INVISIBLE, '')
    .replace(/\p{Nd}/gu, digitValue)
    .replace(/[’ʼ`´\u066c]/g, "'")
    .replace(/\u066b/g, '.')
    .replace(/\u060c/g, ',')
    .replace(/\s+/g, ' ')
    .trim()
}

/** Every script has its ten digits in a row, so the digits before one are its value. */
function digitValue(digit: string): string {
  const code = digit.codePointAt(0) ?? 0
  let value = 0
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1
  return String(value)
}

function affix(text = ''): string {
  return plain(text)
    .replace(/^[\s.]+|[\s.]+$/g, '')
    .toLowerCase()
}

/** The currencies whose signs and names are looked for besides the chosen one; a code may be any. */
const FREQUENT =
  'usd eur gbp jpy cny inr uah cad aud nzd chf sek nok dkk pln czk huf ron brl mxn krw ils try aed sar egp zar ngn kes'
/** What people write and Intl does not know. */
const ABBREVIATIONS = 'usd us$ uah грн inr rs pkr rs lkr rs npr rs chf fr chf sfr sgd s$ pln zl cny rmb'

/** @returns the lower-case code of the currency that the text names: the chosen one rather than another; null for none */
function currencyNamed(name: string, chosen: string, locale: string): string | null {
  const isCode = /^[a-z]{3}$/.test(name)
  for (const code of [chosen, ...FREQUENT.split(' ')])
    if (name === code || isNameOf(name, code, locale)) return code
  try {
    const known = isCode && new Intl.DisplayNames('en', { type: 'currency', fallback: 'none' }).of(name)
    return known ? name : null
  } catch {
    return null
  }
}

function isNameOf(name: string, code: string, locale: string): boolean {
  if (` ${ABBREVIATIONS} `.includes(` ${code} ${name} `)) return true
  return namesOf(code, locale).some(
    // `dollars` is a part of `us dollars`; two letters would be a part of too much.
    (full) => full === name || (name.length > 2 && ` ${full} `.includes(` ${name} `)),
  )
}

const namesByCurrency = new Map<string, readonly string[]>()
const MOST_NAMES = 300 // requests choose the locale, so the memory needs a limit

/** The signs of a currency and its name in all plural forms, in the locale's language and in English. */
function namesOf(code: string, locale: string): readonly string[] {
  const key = `${code} ${locale}`
  const kept = namesByCurrency.get(key)
  if (kept) return kept
  const names: string[] = []
  for (const language of [locale, 'en'])
    for (const currencyDisplay of ['symbol', 'narrowSymbol', 'name'] as const)
      try {
        const format = new Intl.NumberFormat(language, {
          style: 'currency',
          currency: code,
          currencyDisplay,
          minimumFractionDigits: 0,
          maximumFractionDigits: 1,
        })
        for (const count of [0, 1, 1.5, 2, 5, 11, 100])
          names.push(affix(format.formatToParts(count).find(({ type }) => type === 'currency')?.value))
      } catch {
        // Browsers before 2021 know no narrow signs.
      }
  if (namesByCurrency.size >= MOST_NAMES) namesByCurrency.clear()
  namesByCurrency.set(key, names)
  return names
}

/** How a locale writes numbers in ASCII digits. */
function separatorsOf(locale: string): Separators {
  const parts = new Intl.NumberFormat(locale, { numberingSystem: 'latn' }).formatToParts(12345.6)
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? ''
  return { group: of('group'), decimal: of('decimal') }
}
