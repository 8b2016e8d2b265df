import type { DonationId } from '../ids.ts'
import type { NewOutboxMessage } from '../outbox/outbox.ts'
import type { CitedReceipt, IssuedReceipt } from '../receipts/numbering.ts'
import { receiptNumber } from '../receipts/receipt-number.ts'

type Voided = { readonly donationId: DonationId; readonly year: number; readonly number: bigint }

/**
 * One mail a gift: its newest receipt, or, where none replaces it, that the last one is void. What the donor had been
 * told before the database was lost is not told again.
 */
export function owedMails(
  receipts: readonly IssuedReceipt[],
  voided: readonly Voided[],
  toldVoid: readonly CitedReceipt[],
  mailable: ReadonlySet<DonationId>,
): NewOutboxMessage[] {
  const mails = new Map<DonationId, NewOutboxMessage>()
  for (const { donationId, year, number } of voided) {
    if (toldVoid.some((own) => own.year === year && own.number === number)) continue
    const messageKey = `voided.${receiptNumber(year, number)}`
    mails.set(donationId, { kind: 'receipt_voided', messageKey, subject: donationId })
  }
  const revisions = receipts.toSorted((a, b) => a.revision - b.revision)
  for (const { donationId, year, number, revision, told } of revisions) {
    // Issued and voided in one batch: the donor never held it, and hears of the end alone.
    const isVoid = voided.some((own) => own.year === year && own.number === number)
    if (isVoid && revision === 1) continue
    if (told) {
      mails.delete(donationId)
      continue
    }
    const messageKey = `receipt.${receiptNumber(year, number)}`
    mails.set(donationId, { kind: 'receipt', messageKey, subject: donationId })
  }
  return [...mails].filter(([id]) => mailable.has(id)).map(([, mail]) => mail)
}
