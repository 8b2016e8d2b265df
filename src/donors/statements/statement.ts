import { z } from 'zod'
import { dayAway, monthsAway } from '../../calendar/days.ts'
import { formatMoney, storedMoney } from '../../money/money.ts'
import type { NewsroomProfile } from '../../newsroom/profile.ts'

/** The program of the thread that draws statements, for `startPdfRenderer`. */
export const STATEMENT_PROGRAM = new URL('./statement-pdf-thread.ts', import.meta.url)

/** A gift on a statement; amounts in minor units of the currency. */
export type StatementGift = {
  readonly givenOn: string
  /** Of the latest receipt; null when the gift has none, or none that is valid. */
  readonly receipt: string | null
  /** Whether a former system took it and issued the receipt. */
  readonly isImported: boolean
  readonly currency: string
  readonly grossMinor: bigint
  /** What of it the donor added to cover the processing fee. */
  readonly coveredFeeMinor: bigint
  /** Refunded, disputed or returned by the bank, whenever that was. */
  readonly returnedMinor: bigint
}

/** What a donor gave in a year. */
export type Statement = {
  /** Null when the donor gave no name. */
  readonly donorName: string | null
  /** BCP 47: the donor's language at the latest gift whose language is known; null where none is. */
  readonly locale: string | null
  readonly from: string
  readonly to: string
  readonly gifts: readonly StatementGift[]
  /** The newsroom's particulars that were in force at the end of the year. */
  readonly profile: NewsroomProfile
  readonly madeAt: Date
}

/** The sums of a statement by currency, in the order of the currencies' codes. */
export function sumsOf(gifts: readonly StatementGift[]) {
  const sums = new Map<string, { gross: bigint; returned: bigint; fees: bigint }>()
  for (const { currency, grossMinor, returnedMinor, coveredFeeMinor } of gifts) {
    const sum = sums.get(currency) ?? { gross: 0n, returned: 0n, fees: 0n }
    // Of a gift that was returned in part nobody can say which part covers the fee.
    const fee = returnedMinor === 0n ? coveredFeeMinor : 0n
    sums.set(currency, {
      gross: sum.gross + grossMinor,
      returned: sum.returned + returnedMinor,
      fees: sum.fees + fee,
    })
  }
  return [...sums]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, sum]) => ({ currency, ...sum, remains: sum.gross - sum.returned }))
}

/** `$5.00 USD`. */
export function statementAmount(minor: bigint, currency: string, language: string): string {
  const shown = formatMoney(storedMoney(minor, currency), language)
  const code = currency.toUpperCase()
  return shown.includes(code) ? shown : `${shown} ${code}`
}

/** Which year's statement is asked for. */
export const yearAsked = z.object({
  year: z
    .string()
    .regex(/^[1-9]\d{3}$/)
    .transform(Number),
  kind: z.enum(['calendar', 'fiscal']).default('calendar'),
})

/**
 * The days of a year: from January, or from the month in which the newsroom's fiscal year of that name starts.
 * @param fiscalYearStarts the month, 1 to 12
 */
export function daysOfYear(
  { year, kind }: z.output<typeof yearAsked>,
  fiscalYearStarts: number,
): { readonly from: string; readonly to: string } {
  const month = kind === 'fiscal' ? fiscalYearStarts : 1
  const from = `${year}-${String(month).padStart(2, '0')}-01`
  return { from, to: dayAway(monthsAway(from, 12), -1) }
}
