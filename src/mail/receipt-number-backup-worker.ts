import type { Logger } from 'pino'
import type { Queryable } from '../db/database.ts'
import { type ReceiptNumberBackups, backupText } from '../receipts/receipt-number-backup.ts'
import { backupOf } from '../receipts/reserved-number-store.ts'
import type { OutboxMessage } from '../outbox/outbox.ts'

// A donor waits some minutes at most for a memory that does not answer.
const MOST_TRIES = 3

/**
 * Before a receipt leaves the house its number is remembered outside, so that a restored backup never gives it to
 * somebody else. @returns false: not yet, send the mail later
 */
export function backUpReceiptNumbers(deps: {
  readonly db: Queryable
  readonly backups: ReceiptNumberBackups
  readonly log: Logger
}): (message: OutboxMessage) => Promise<boolean> {
  const { db, backups, log } = deps
  return async ({ kind, subject, attempts, messageKey }) => {
    if (kind === 'staff_sign_in') return true
    const found = await backupOf(db, subject)
    if (!found) return true
    const result = await backups.write(found.payment, backupText(found.backup))
    if (result === 'not_now' && attempts < MOST_TRIES) return false
    if (result !== 'saved')
      log.warn({ outboxMessage: messageKey, result }, 'a receipt number could not be backed up at Stripe')
    return true
  }
}
