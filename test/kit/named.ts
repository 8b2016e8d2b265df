import { parseLocalDate, type LocalDate } from '../../src/calendar/local-date.ts'
import { parseMonth, type Month } from '../../src/calendar/month.ts'
import { parseCurrency, type CurrencyCode } from '../../src/money/currency.ts'

// Values that a test writes as text and a function takes only as parsed.

/** @throws for a text that is no month like `2026-10` */
export function monthNamed(text: string): Month {
  const month = parseMonth(text)
  if (month === null) throw new Error(`${text} is no month`)
  return month
}

/** @throws for a code that is not in the table of currencies */
export function currencyNamed(code: string): CurrencyCode {
  const currency = parseCurrency(code)
  if (currency === null) throw new Error(`${code} is not in the table of currencies`)
  return currency
}

/** @throws for a text that is no day like `2026-10-31` */
export function dayNamed(text: string): LocalDate {
  const day = parseLocalDate(text)
  if (day === null) throw new Error(`${text} is no day`)
  return day
}
