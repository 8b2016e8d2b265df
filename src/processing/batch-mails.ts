import type { DonationId } from '../ids.ts'
import type { NewOutboxMessage } from '../outbox/outbox.ts'
import type { CitedReceipt, IssuedReceipt } from '../receipts/receipt-numbering.ts'
import { receiptNumber } from '../receipts/receipt-number.ts'

type Voided = { readonly donationId: DonationId; readonly year: number; readonly number: bigint }

/**
 * One mail for each gift: its newest receipt or, when none replaces it, the notice that the last one is void. A mail
 * that the donor received before the database was lost is not sent again.
 */
export function owedMails(
  receipts: readonly IssuedReceipt[],
  voided: readonly Voided[],
  alreadyMailedAsVoid: readonly CitedReceipt[],
  mailable: ReadonlySet<DonationId>,
): NewOutboxMessage[] {
  const mails = new Map<DonationId, NewOutboxMessage>()
  for (const { donationId, year, number } of voided) {
    if (alreadyMailedAsVoid.some((own) => own.year === year && own.number === number)) continue
    const messageKey = `voided.${receiptNumber(year, number)}`
    mails.set(donationId, { kind: 'receipt_voided', messageKey, subject: donationId })
  }
  const revisions = receipts.toSorted((a, b) => a.revision - b.revision)
  for (const { donationId, year, number, revision, mailedBefore } of revisions) {
    // Issued and voided in one batch: the donor never had it and gets the void notice alone.
    const isVoid = voided.some((own) => own.year === year && own.number === number)
    if (isVoid && revision === 1) continue
    if (mailedBefore) {
      mails.delete(donationId)
      continue
    }
    const messageKey = `receipt.${receiptNumber(year, number)}`
    mails.set(donationId, { kind: 'receipt', messageKey, subject: donationId })
  }
  return [...mails].filter(([id]) => mailable.has(id)).map(([, mail]) => mail)
}
