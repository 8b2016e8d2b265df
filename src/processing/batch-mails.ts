import type { CheckoutProgress } from '../checkout/checkout-status.ts'
import type { DonationId } from '../ids.ts'
import type { NewOutboxMessage } from '../outbox/outbox.ts'
import type { CitedReceipt, IssuedReceipt } from '../receipts/receipt-numbering.ts'
import { receiptNumber } from '../receipts/receipt-number.ts'

type VoidedReceipt = CitedReceipt & { readonly donationId: DonationId }

/**
 * One mail for each gift whose receipt changed: its newest receipt or, where no receipt replaces the last one, the
 * notice that it is void. What was mailed before the database was lost is not mailed again.
 * @param mailedVoid the voided receipts whose notice was mailed before the database was lost
 * @param mailable the gifts whose donors may get mail
 */
export function owedMails(
  receipts: readonly IssuedReceipt[],
  voided: readonly VoidedReceipt[],
  mailedVoid: readonly CitedReceipt[],
  mailable: ReadonlySet<DonationId>,
): NewOutboxMessage[] {
  const mails = new Map<DonationId, NewOutboxMessage>()
  for (const receipt of voided) {
    if (mailedVoid.some((mailed) => isSameReceipt(mailed, receipt))) continue
    const { donationId, year, number } = receipt
    const messageKey = `voided.${receiptNumber(year, number)}`
    mails.set(donationId, { kind: 'receipt_voided', messageKey, subject: donationId })
  }
  for (const receipt of receipts.toSorted((a, b) => a.revision - b.revision)) {
    // A first receipt that the same batch voids is not mailed: the donor only gets the notice or the replacement.
    if (receipt.revision === 1 && voided.some((one) => isSameReceipt(one, receipt))) continue
    const { donationId, year, number, mailedBefore } = receipt
    if (mailedBefore) {
      mails.delete(donationId)
      continue
    }
    const messageKey = `receipt.${receiptNumber(year, number)}`
    mails.set(donationId, { kind: 'receipt', messageKey, subject: donationId })
  }
  return [...mails].filter(([id]) => mailable.has(id)).map(([, mail]) => mail)
}

/** One mail for each checkout whose reader left in the belief that the bank would pay. */
export function refusedMails(checkouts: readonly CheckoutProgress[]): NewOutboxMessage[] {
  return checkouts
    .filter(({ status }) => status === 'failed')
    .map(({ id }) => ({ kind: 'payment_refused', messageKey: `refused.${id}`, subject: id }))
}

function isSameReceipt(a: CitedReceipt, b: CitedReceipt): boolean {
  return a.year === b.year && a.number === b.number
}
