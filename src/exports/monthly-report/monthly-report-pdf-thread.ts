import { parentPort, workerData } from 'node:worker_threads'
import type { PrintedOn } from '../../pdf/paper.ts'
import type { PdfAnswer, PdfOrder } from '../../receipts/receipt-pdf-worker.ts'
import { textFor } from '../../text/text.ts'
import { monthlyReportPdf } from './monthly-report-pdf.ts'
import type { MonthlyReport } from './monthly-report.ts'

/** The program of the thread that draws monthly reports, one after another. */

const { paper } = workerData as PrintedOn // what receipt-pdf-worker.ts starts it with

parentPort?.on('message', ({ receipt: report, locale }: PdfOrder<MonthlyReport>) => {
  monthlyReportPdf(report, textFor(locale), paper).then(
    (pdf) => answer({ pdf }),
    (error: unknown) => answer({ failed: error instanceof Error ? error.name : 'unknown' }),
  )
})

function answer(message: PdfAnswer): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin, only windows do
  parentPort?.postMessage(message)
}
