import { receiptPage } from '../../../src/pages/reader/receipt/receipt-view.ts'
import { verifyReceiptPage } from '../../../src/pages/reader/receipt/verify-receipt-view.ts'
import { receiptNumber } from '../../../src/receipts/receipt-number.ts'
import { receiptStatuses, type CheckedReceipt, type ReceiptStatus } from '../../../src/receipts/receipt.ts'
import type { Text } from '../../../src/text/text.ts'
import { aProfile, aReceipt } from '../../receipts/receipt-sample.ts'
import type { Words } from '../view-samples.ts'

const code = '7K3M-9QTX-0B5E-WZ4H'

/** The receipt's page, of a usual receipt but for what is given. */
export function receiptSample(words: Words, text: Text, changes: Parameters<typeof aReceipt>[0]): string {
  const proof = { code, url: words.url, pageUrl: words.url }
  const followLinks = [{ label: words.newsroom, url: words.url }]
  const links = { pdfUrl: '/receipts/kX3v.pdf', proof, logoUrl: null, followLinks }
  return receiptPage(aReceipt(changes), links, text)
}

/** The receipt's page, and the page on which anybody can check one, in every state. */
export function receiptViews(words: Words, text: Text): Readonly<Record<string, string>> {
  const profile = aProfile({ name: words.newsroom, statement: words.message })
  const shown = (changes: Parameters<typeof aReceipt>[0]) =>
    receiptSample(words, text, { profile, ...changes })
  const { number, givenOn, money } = aReceipt()
  const checked = (status: ReceiptStatus): CheckedReceipt => ({
    number,
    givenOn,
    money,
    newsroomName: words.newsroom,
    status,
  })
  const check = (outcome: { receipt: CheckedReceipt | null } | null) =>
    verifyReceiptPage({ newsroomName: words.newsroom, number: words.message, code, outcome, text })
  return {
    'receipt-with-own-statement': shown({ profile: aProfile({ statement: words.message }) }),
    'receipt-returned': shown({ voidedAt: new Date(0), voidReason: 'refunded' }),
    'receipt-replaced': shown({
      voidedAt: new Date(0),
      voidReason: 'refunded',
      replacedBy: receiptNumber(2026, 124n),
    }),
    'verify-receipt': check(null),
    'verify-receipt-unknown': check({ receipt: null }),
    ...Object.fromEntries(
      receiptStatuses.map((status) => [`verify-receipt-${status}`, check({ receipt: checked(status) })]),
    ),
  }
}
