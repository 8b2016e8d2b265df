import { createHash } from 'node:crypto'
import type { Queryable } from '../db/database.ts'
import type { Paper, PrintedOn } from '../pdf/paper.ts'
import { parseReceiptNumber, type ReceiptNumber } from './receipt-number.ts'
import { keepPdf, keptPdf } from './receipt-pdf-store.ts'
import type { TextFor } from '../text/text.ts'
import type { DrawnReceipt } from './receipt-pdf.ts'
import type { Receipt, ReceiptProof } from './receipt.ts'

/** Raise it when `receipt-pdf.ts` draws the same receipt in another way: PDFs that are kept are then made anew. */
const LAYOUT = 3

/** The PDF of a receipt. @throws Refusal unavailable when too many are being made */
export type ReceiptPdfs = (receipt: Receipt) => Promise<Buffer>

/**
 * The PDF of a receipt in its donor's language, made once and kept for every process. It is made again when what it shows
 * has changed: the receipt was voided or replaced, or its donor was erased.
 * @param deps.render draws a receipt; requests for one receipt at the same time wait for one drawing
 */
export function receiptPdfs(deps: {
  readonly db: Queryable
  readonly render: (receipt: DrawnReceipt, locale: string) => Promise<Buffer>
  readonly textFor: TextFor
  readonly proofOf: (number: ReceiptNumber) => ReceiptProof
  /** What `render` draws on. */
  readonly printedOn: PrintedOn
}): ReceiptPdfs {
  const { db, render, textFor, proofOf, printedOn } = deps
  const { paper, logo } = printedOn
  const logoHash = logo && createHash('sha256').update(logo).digest('hex')
  const beingMade = new Map<string, Promise<Buffer>>()

  const made = async (receipt: DrawnReceipt, locale: string, contentHash: Buffer): Promise<Buffer> => {
    const cited = citedBy(receipt)
    const kept = await keptPdf(db, cited, contentHash)
    if (kept) return kept
    const pdf = await render(receipt, locale)
    await keepPdf(db, cited, { contentHash, pdf, donorName: receipt.donorName })
    return pdf
  }

  return (receipt) => {
    const { locale } = textFor(receipt.locale)
    const drawn = { ...receipt, proof: proofOf(receipt.number) }
    const contentHash = hashOf({ ...drawn, locale }, paper, logoHash)
    const key = contentHash.toString('base64')
    const known = beingMade.get(key)
    if (known) return known
    const pdf = made(drawn, locale, contentHash).finally(() => beingMade.delete(key))
    beingMade.set(key, pdf)
    return pdf
  }
}

function citedBy({ number }: DrawnReceipt) {
  const cited = parseReceiptNumber(number)
  if (!cited) throw new Error(`${number} is not the number of a receipt`)
  return { year: cited.year, number: cited.sequence }
}

/** A hash of everything that the PDF is made of. */
function hashOf(
  { token: _token, donationId: _donation, ...shown }: DrawnReceipt,
  paper: Paper,
  logoHash: string | null,
): Buffer {
  const content = JSON.stringify([LAYOUT, shown, paper, logoHash], (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
  return createHash('sha256').update(content).digest()
}
