import { describe, expect, it } from 'vitest'
import { monthlyReportPdf } from '../../src/exports/monthly-report/monthly-report-pdf.ts'
import {
  MONTHLY_REPORT_PROGRAM,
  type MonthlyReport,
} from '../../src/exports/monthly-report/monthly-report.ts'
import { startPdfRenderer } from '../../src/receipts/receipt-pdf-worker.ts'
import { textFor } from '../../src/text/text.ts'
import { currencyNamed, monthNamed } from '../kit/named.ts'
import { pdfText } from '../kit/pdf-text.ts'

const text = textFor('en')
const [usd, eur] = [currencyNamed('usd'), currencyNamed('eur')]
const amounts = {
  grossMinor: 120_000n,
  refundedMinor: 2000n,
  disputedMinor: 1500n,
  processingFeeMinor: 3512n,
  disputeFeeMinor: 1500n,
  netMinor: 111_488n,
}
const converted = {
  ...amounts,
  currency: usd,
  donations: 41n,
  unsettled: 2n,
  isEstimated: false,
  notConverted: [],
}
const ofCurrency = (currency: typeof usd, grossMinor: bigint) => ({
  currency,
  donations: 20n,
  grossMinor,
  refundedMinor: 0n,
  disputedMinor: 0n,
  unsettled: 0n,
  settled: [],
  converted,
})
const report: MonthlyReport = {
  month: monthNamed('2026-03'),
  newsroomName: 'The Courier',
  timeZone: 'America/New_York',
  madeAt: new Date('2026-04-04T12:00:00Z'),
  total: { currencies: [ofCurrency(usd, 100_000n), ofCurrency(eur, 18_000n)], converted },
  stories: [{ title: 'The harbour that nobody dredged', netMinor: 40_000n }],
  restricted: [{ fund: 'Inquiry', grossMinor: 30_000n, netMinor: 28_000n }],
  isClosed: false,
  attention: ['1 dispute waits for an answer, by April 9, 2026.'],
  books: {
    income: {
      from: '2026-03-01',
      to: '2026-03-31',
      currencies: [
        {
          currency: 'usd',
          lines: [
            { line: 'gifts', amount: 100_000 },
            { line: 'failed_debit_fees', amount: -34 },
          ],
          result: 99_966,
          apart: [],
          restricted: [],
          unrestricted: { gifts: 100_000, reversals: 0, fees: -34, other: 0, result: 99_966 },
        },
      ],
    },
    bridges: [
      {
        currency: 'usd',
        opening: 5000,
        lines: [
          { line: 'gifts', amount: 100_000 },
          { line: 'deposits', amount: -81_231 },
        ],
        closing: 23_769,
        stripe: {
          closing: 23_769,
          source: 'balance_transactions',
          complete: true,
          adjustedLater: 0,
          difference: 0,
        },
      },
    ],
    deposits: [{ arrivalDate: '2026-03-14', status: 'paid', currency: 'usd', amountMinor: 81_231n }],
  },
}

describe('the monthly report as a PDF', () => {
  it('has the sums, the income statement, the balance at Stripe, the deposits and what needs attention', async () => {
    const words = pdfText(await monthlyReportPdf(report, text))
    for (const line of [
      'The Courier',
      'Gifts in March 2026',
      'The month is not closed yet. Its figures may still change.',
      'Received $1,200.00',
      'Refunded -$20.00',
      'Processing fees -$35.12',
      'Net $1,114.88',
      'EUR 20 €180.00 €0.00 €0.00',
      'The harbour that nobody dredged $400.00',
      'Fees of failed bank debits -$0.34',
      'Result $999.66',
      'Inquiry $300.00 $280.00',
      'Unrestricted $900.00 $834.88',
      'All $1,200.00 $1,114.88',
      'Opening balance at Stripe $50.00',
      'Closing balance at Stripe $237.69',
      'Mar 14, 2026 Arrived $812.31',
      '2 gifts are not settled by Stripe yet. Their fees are not in the net.',
      '1 dispute waits for an answer, by April 9, 2026.',
    ])
      expect(words.split('\n')).toContain(line)
    // Whoever reads only the first page reads what has to be done.
    expect(words.indexOf('1 dispute waits')).toBeLessThan(words.indexOf('All in USD'))
  })

  it('says nothing of the books to whoever may not read them', async () => {
    const words = pdfText(await monthlyReportPdf({ ...report, books: null }, text))
    expect(words).toContain('Received $1,200.00')
    expect(words).not.toMatch(/income statement|balance at Stripe|deposits|812\.31/i)
  })

  it('has tags, a title and a language, and marks the heads of its tables', async () => {
    const pdf = (await monthlyReportPdf(report, text)).toString('latin1')
    for (const mark of [
      '%PDF-1.7',
      '/Marked true',
      '/StructTreeRoot',
      '/Lang (en)',
      '/DisplayDocTitle true',
      '(Gifts in March 2026)',
      'pdfuaid:part>1<',
      '/S /H1',
      '/S /Table',
      '/Scope /Column',
    ])
      expect(pdf).toContain(mark)
    expect(pdf).not.toContain('Helvetica')
  })

  it('is drawn in a thread of its own', async () => {
    const renderer = startPdfRenderer<MonthlyReport>({ program: MONTHLY_REPORT_PROGRAM })
    try {
      expect((await renderer.render(report)).equals(await monthlyReportPdf(report, text))).toBe(true)
    } finally {
      await renderer.stop()
    }
  })
})
