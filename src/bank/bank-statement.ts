import { parseLocalDate, type LocalDate } from '../calendar/local-date.ts'
import { currencyInfo, type CurrencyCode } from '../money/currency.ts'
import { money, type Money } from '../money/money.ts'

/** The forms in which banks hand out statements. The constraint `bank_statements_format_is_known` lists the same. */
const bankFormats = ['csv', 'ofx', 'camt053', 'mt940'] as const
export type BankFormat = (typeof bankFormats)[number]

/** A movement of the bank account. What came in is positive. */
export type StatementLine = {
  /** The day on which the bank booked it. */
  readonly day: LocalDate
  readonly amount: Money
  /** Who and what for, as the bank words it. */
  readonly description: string
  /** The bank's own id of the movement; null when the file gives none. */
  readonly bankReference: string | null
}

export type Statement = {
  /** The account's number or IBAN as the file has it; null when it names none. */
  readonly account: string | null
  readonly lines: readonly StatementLine[]
}

/** Why a file is not taken, with its place in the file. The pages word it (`deposits.statementProblem`). */
export type StatementProblem = {
  readonly problem:
    | 'not_text'
    | 'unknown_format'
    | 'not_readable'
    | 'forbidden_xml'
    | 'no_lines'
    | 'too_many_lines'
    | 'day'
    | 'amount'
    | 'currency'
    | 'columns'
  /** The line of the file, or the number of the movement; null when it is about the whole file. */
  readonly place: number | null
}

/** A file as it was read, or every reason why not; never a part of it. */
export type ReadStatement =
  | { readonly statement: Statement }
  | { readonly problems: readonly [StatementProblem, ...StatementProblem[]] }

/** A year of a busy account; more is a mistake, or meant to hurt. */
export const MOST_LINES = 20_000

const LONGEST_DESCRIPTION = 500

/** One movement before it is checked. */
export type RawLine = {
  readonly place: number
  readonly day: LocalDate | null
  readonly amount: Money | null
  readonly description: string
  readonly bankReference: string | null
}

/** Puts a statement together from its movements, or names every movement that cannot be read. */
export function statementOf(account: string | null, raw: readonly RawLine[]): ReadStatement {
  if (raw.length > MOST_LINES) return refused('too_many_lines')
  const problems: StatementProblem[] = []
  const lines: StatementLine[] = []
  for (const { place, day, amount, description, bankReference } of raw) {
    if (day === null) problems.push({ problem: 'day', place })
    if (amount === null) problems.push({ problem: 'amount', place })
    if (day === null || amount === null || amount.minor === 0n) continue
    lines.push({
      day,
      amount,
      description: plainText(description),
      bankReference: ownReference(bankReference),
    })
  }
  const [first, ...others] = problems
  if (first) return { problems: [first, ...others] }
  if (lines.length === 0) return refused('no_lines')
  return { statement: { account: account?.trim() || null, lines } }
}

export function refused(problem: StatementProblem['problem'], place: number | null = null): ReadStatement {
  return { problems: [{ problem, place }] }
}

// Banks without a reference write one of these (SWIFT's and ISO 20022's usage rules).
const NO_REFERENCE = /^(NONREF|NOTPROVIDED|NOREF)?$/i

function ownReference(text: string | null): string | null {
  const trimmed = text?.trim() ?? ''
  return NO_REFERENCE.test(trimmed) ? null : trimmed
}

function plainText(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, LONGEST_DESCRIPTION)
}

/** A day of `2026-03-14`, `20260314` or `260314`, whatever follows; null for anything else. */
export function isoDay(text: string): LocalDate | null {
  const found = /^(\d{4}|\d{2})-?(\d{2})-?(\d{2})/.exec(text.trim())
  if (found === null) return null
  const [, year = '', month = '', day = ''] = found
  return parseLocalDate(`${year.length === 2 ? `20${year}` : year}-${month}-${day}`)
}

/**
 * A bank's amount: "1,234.56", "1.234,56", "-12.00", "12.00-", "(12.00)", "+5"; null for anything else.
 * @param decimalSign what begins the decimals; the other sign groups digits
 */
export function bankAmount(text: string, decimalSign: '.' | ',', currency: CurrencyCode): Money | null {
  const typed = text
    .normalize('NFKC')
    .replace(/[\s'’]/gu, '')
    .replace('\u2212', '-')
  const isNegative = /^-|-$|^\(.*\)$/.test(typed)
  const digits = typed.replace(/^[-+(]|[-+)]$/g, '').replaceAll(decimalSign === '.' ? ',' : '.', '')
  const found = /^(\d{1,15})(?:[.,](\d{0,4}))?$/.exec(digits)
  if (found === null) return null
  const { minorDigits } = currencyInfo(currency)
  // Banks write more decimals than a currency has, as long as they are zeros.
  const fraction = (found[2] ?? '').replace(/0+$/, '')
  if (fraction.length > minorDigits) return null
  const minor = BigInt((found[1] ?? '') + fraction.padEnd(minorDigits, '0'))
  return money(isNegative ? -minor : minor, currency)
}
