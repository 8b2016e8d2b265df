import type pg from 'pg'
import { inTransaction } from '../db/database.ts'
import { correctDonorEmail } from '../donations/donation-store.ts'
import { leaveUnsent, makeDueAgain, recordIntervention } from '../outbox/outbox-store.ts'

type Decision = {
  readonly messageId: bigint
  readonly at: Date
  /** Who decides, for the auditor: a member of staff's address, or the name of a command. */
  readonly by: string
}

/**
 * Sends a mail that was given up again, to another address if one is given. A second call of two does nothing.
 * @returns whether it was given up
 */
export async function sendAgain(
  pool: pg.Pool,
  { email = null, ...decision }: Decision & { readonly email?: string | null },
): Promise<boolean> {
  return inTransaction(pool, async (tx) => {
    const donationId = await makeDueAgain(tx, decision.messageId)
    if (donationId === null) return false
    if (email !== null && (await correctDonorEmail(tx, donationId, email)))
      await recordIntervention(tx, { ...decision, kind: 'address_corrected' })
    await recordIntervention(tx, { ...decision, kind: 'sent_again' })
    return true
  })
}

/** Decides that a mail that was given up stays unsent. */
export async function leaveMailUnsent(pool: pg.Pool, decision: Decision): Promise<void> {
  await inTransaction(pool, async (tx) => {
    if (await leaveUnsent(tx, decision.messageId, decision.at))
      await recordIntervention(tx, { ...decision, kind: 'left_unsent' })
  })
}
