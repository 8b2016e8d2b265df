import { allCurrencies, currencyInfo } from '../money/currency.ts'
import type { ExportColumn } from './export-table.ts'

const withDigits = (digits: number) =>
  allCurrencies.filter((code) => currencyInfo(code).minorDigits === digits).join(',')
// An array, which Postgres looks up by hash.
const ZERO = `'{${withDigits(0)}}'::text[]`
const THREE = `'{${withDigits(3)}}'::text[]`

/**
 * An amount as a decimal number with the decimals of its currency, as `toDecimalString` writes it: 5.00, 500 for yen,
 * 5.000 for dinars.
 * @param minor an SQL expression of minor units, and the expression of its currency
 */
export function decimalSql(minor: string, currency: string): string {
  return `case when ${currency} = any(${ZERO}) then (${minor})::numeric
    when ${currency} = any(${THREE}) then (${minor}) * 0.001 else (${minor}) * 0.01 end`
}

/** An amount as two columns: decimals for people, minor units for programs. */
export function amountColumns(heading: string, minor: string, currency: string): readonly ExportColumn[] {
  return [
    { heading, kind: 'decimal', sql: decimalSql(minor, currency) },
    { heading: `${heading} (minor units)`, kind: 'integer', sql: minor },
  ]
}

/** The code as people write it: USD. */
export function currencyColumn(heading: string, currency: string): ExportColumn {
  return { heading, kind: 'code', sql: `upper(${currency})` }
}
