import { allCurrencies, currencyInfo } from '../../money/currency.ts'
import type { ExportColumn } from './export-table.ts'

const withDigits = (digits: number) =>
  allCurrencies.filter((code) => currencyInfo(code).minorDigits === digits)
const array = (codes: readonly string[]) => `'{${codes.join(',')}}'::text[]`
const ZERO = array(withDigits(0))
// Postgres looks a long array up by hash, so that most currencies cost one look-up.
const NOT_TWO = array([...withDigits(0), ...withDigits(3)])

/**
 * An amount as a decimal number with the decimals of its currency, as `toDecimalString` writes it: 5.00, 500 for yen,
 * 5.000 for dinars. Nothing is computed for zero, which is most of what was refunded, disputed or added for fees.
 * @param minor an SQL expression of minor units, and the expression of its currency
 */
export function decimalSql(minor: string, currency: string): string {
  const byDigits = (none: string, three: string, two: string) =>
    `case when ${currency} = any(${NOT_TWO}) then case when ${currency} = any(${ZERO}) then ${none} else ${three} end else ${two} end`
  return `case when (${minor}) = 0 then ${byDigits('0', '0.000', '0.00')}
    else ${byDigits(`(${minor})::numeric`, `(${minor}) * 0.001`, `(${minor}) * 0.01`)} end`
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
