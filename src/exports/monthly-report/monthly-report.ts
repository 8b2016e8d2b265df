import type { Month } from '../../calendar/month.ts'
import type { Bridge } from '../../reports/books/bridge.ts'
import type { IncomeStatement } from '../../reports/books/income-statement.ts'
import type { FundFigures } from '../../reports/overview.ts'
import type { Figures } from '../../reports/totals/figures.ts'

/** The program of the thread that draws monthly reports, for `startPdfRenderer`. */
export const MONTHLY_REPORT_PROGRAM = new URL('./monthly-report-pdf-thread.ts', import.meta.url)

/** What a month came to, by the books. It names no donor. Amounts in minor units. */
export type MonthFigures = {
  readonly total: Figures['total']
  /** In the reporting currency; the largest first. */
  readonly stories: readonly { readonly title: string; readonly netMinor: bigint }[]
  /** By fund, in the reporting currency; empty: nothing is restricted. */
  readonly restricted: readonly FundFigures[]
  readonly isClosed: boolean
}

/** The report of a month as it stands at an instant. */
export type MonthlyReport = MonthFigures & {
  readonly month: Month
  readonly newsroomName: string
  readonly timeZone: string
  readonly madeAt: Date
  /** What the overview lists as needing attention. */
  readonly attention: readonly string[]
  /** Null for whoever may not read the books. */
  readonly books: {
    readonly income: IncomeStatement
    readonly bridges: readonly Bridge[]
    readonly deposits: readonly {
      readonly arrivalDate: string
      readonly status: string
      readonly currency: string
      readonly amountMinor: bigint
    }[]
  } | null
}

export function monthlyReportFileName(month: Month): string {
  return `monthly-report-${month}.pdf`
}
