import { parentPort, workerData } from 'node:worker_threads'
import type { PrintedOn } from '../../pdf/paper.ts'
import type { PdfAnswer, PdfOrder } from '../../receipts/receipt-pdf-worker.ts'
import { textFor } from '../../text/text.ts'
import { statementPdf } from './statement-pdf.ts'
import type { Statement } from './statement.ts'

/** The program of the thread that draws statements, one after another. */

const printedOn = workerData as PrintedOn // what receipt-pdf-worker.ts starts it with

parentPort?.on('message', ({ receipt: statement, locale }: PdfOrder<Statement>) => {
  statementPdf(statement, textFor(locale), printedOn).then(
    (pdf) => answer({ pdf }),
    // An error may name the donor's text: the other side reports its kind alone.
    (error: unknown) => answer({ failed: error instanceof Error ? error.name : 'unknown' }),
  )
})

function answer(message: PdfAnswer): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin, only windows do
  parentPort?.postMessage(message)
}
