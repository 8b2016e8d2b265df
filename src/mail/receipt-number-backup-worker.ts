import type { Logger } from 'pino'
import type { Queryable } from '../db/database.ts'
import { type ReceiptNumberBackups, backupText } from '../receipts/receipt-number-backup.ts'
import { backupOf } from '../receipts/receipt-number-store.ts'
import type { OutboxMessage } from '../outbox/outbox.ts'

// While Stripe does not answer, a donor waits for some minutes at most.
const MOST_TRIES = 3

/**
 * Backs up the number of a receipt before its mail is sent, so that a restored database never gives the number to
 * another donor.
 * @returns a step before sending; its answer is false when the mail must be sent later
 */
export function backUpReceiptNumbers(deps: {
  readonly db: Queryable
  readonly backups: ReceiptNumberBackups
  readonly log: Logger
}): (message: OutboxMessage) => Promise<boolean> {
  const { db, backups, log } = deps
  return async ({ kind, subject, attempts, messageKey }) => {
    if (kind !== 'receipt' && kind !== 'receipt_voided') return true
    const numbers = await backupOf(db, subject)
    if (!numbers) return true
    const result = await backups.write(numbers.payment, backupText(numbers.backup))
    if (result === 'not_now' && attempts < MOST_TRIES) return false
    if (result !== 'saved')
      log.warn({ outboxMessage: messageKey, result }, 'a receipt number could not be backed up at Stripe')
    return true
  }
}
