import type pg from 'pg'
import { actorName, type Actor } from '../access/actor.ts'
import { maskedAddress, type Act } from '../access/audit/audit-trail.ts'
import { recordAct } from '../access/audit/audit-trail-store.ts'
import { inTransaction, type Queryable } from '../db/database.ts'
import { correctDonorEmail } from '../donations/donation-store.ts'
import { leaveUnsent, makeDueAgain, recordIntervention } from '../outbox/outbox-store.ts'
import type { Intervention } from '../outbox/outbox.ts'

type Decision = { readonly messageId: bigint; readonly at: Date; readonly by: Actor }

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
    const corrected = email === null ? null : await correctDonorEmail(tx, donationId, email)
    if (email !== null && corrected !== null) {
      const { previous } = corrected
      const before = { email: previous === null ? null : maskedAddress(previous) }
      const change = { before, after: { email: maskedAddress(email) } }
      await record(tx, decision, donationId, {
        kind: 'address_corrected',
        act: 'address_corrected',
        ...change,
      })
    }
    await record(tx, decision, donationId, { kind: 'sent_again', act: 'mail_sent_again' })
    return true
  })
}

/** Decides that a mail that was given up stays unsent. */
export async function leaveMailUnsent(pool: pg.Pool, decision: Decision): Promise<void> {
  await inTransaction(pool, async (tx) => {
    const donationId = await leaveUnsent(tx, decision.messageId, decision.at)
    if (donationId !== null)
      await record(tx, decision, donationId, { kind: 'left_unsent', act: 'mail_left_unsent' })
  })
}

/** In the mail's own history, which the donation's page shows, and in the audit trail. */
async function record(
  tx: Queryable,
  { messageId, at, by }: Decision,
  donationId: string,
  { kind, ...act }: Pick<Act, 'act' | 'before' | 'after'> & { readonly kind: Intervention },
): Promise<void> {
  await recordIntervention(tx, { messageId, at, kind, by: actorName(by) })
  await recordAct(tx, { actor: by, subject: `donation/${donationId}`, at, ...act })
}
