import type { FinanceFrame } from '../../../src/pages/finance/frame/finance-layout-view.ts'
import { reportIndexPage } from '../../../src/pages/finance/reports/report-index-view.ts'
import type { Words } from '../view-samples.ts'

/** The pages of reports. */
export function reportViews(_words: Words, frame: FinanceFrame): Readonly<Record<string, string>> {
  return {
    reports: reportIndexPage(frame, true),
    'reports-viewer': reportIndexPage({ ...frame, role: 'viewer' }, false),
  }
}
