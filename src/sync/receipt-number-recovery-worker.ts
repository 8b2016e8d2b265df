import type pg from 'pg'
import type { Logger } from 'pino'
import { inTransaction } from '../db/database.ts'
import {
  type ReceiptNumberBackups,
  parseBackup,
  reservationsFor,
  type ReceiptNumberBackup,
} from '../receipts/receipt-number-backup.ts'
import { lockLastNumbers, reserveNumbers } from '../receipts/receipt-number-store.ts'
import type { EventList } from '../stripe/event-list-gateway.ts'
import { paymentNamedIn } from '../stripe/events/ownership.ts'
import { HANDLED_EVENT_GROUPS } from '../stripe/handled-event-types.ts'
import type { InboxEvent } from '../inbox/inbox-event.ts'
import { unknownEvents } from '../inbox/inbox-store.ts'

export type ReceiptNumberRecoveryDeps = {
  readonly pool: pg.Pool
  readonly events: EventList
  readonly backups: ReceiptNumberBackups
  readonly now: () => Date
  readonly log: Logger
}

/**
 * Finds out, before the first number is taken, whether this database is a restored backup. Stripe then lists events that
 * it delivered and that the inbox lacks; the receipts that were issued for their payments keep their numbers. When
 * nothing was lost, this takes one call for each group of event types.
 * @returns how many numbers are reserved
 */
export async function recoverReceiptNumbers(deps: ReceiptNumberRecoveryDeps): Promise<number> {
  const { pool, backups, now, log } = deps
  const payments = await lostPayments(deps)
  if (payments.size === 0) return 0
  const found = new Map<string, ReceiptNumberBackup>()
  for (const payment of payments) {
    const text = await backups.read(payment)
    if (text !== null) found.set(payment, parseBackup(text))
  }
  const reserved = await inTransaction(pool, async (tx) =>
    reserveNumbers(tx, reservationsFor(found, await lockLastNumbers(tx)), now()),
  )
  if (reserved > 0)
    log.warn(
      { receipts: reserved },
      'the database is a restored backup: receipts issued since keep their numbers',
    )
  return reserved
}

/** Reads the newest events first, until a page has none that is unknown. */
async function lostPayments({ pool, events }: ReceiptNumberRecoveryDeps): Promise<Set<string>> {
  const payments = new Set<string>()
  for (const types of HANDLED_EVENT_GROUPS) {
    let after: string | null = null
    do {
      const page = await events({ since: null, after, deliverySuccess: true, types })
      const ids = page.rows.map(({ eventId }) => eventId)
      const unknown = new Set(await unknownEvents(pool, ids))
      for (const event of page.rows) {
        const payment = unknown.has(event.eventId) ? paymentOf(event) : null
        if (payment !== null) payments.add(payment)
      }
      after = unknown.size > 0 ? page.next : null
    } while (after !== null)
  }
  return payments
}

/** Whatever the API version: the sync fetches the object of an event that cannot be read. */
function paymentOf({ body }: InboxEvent): string | null {
  return paymentNamedIn(JSON.parse(body))
}
