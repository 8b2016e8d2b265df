import type pg from 'pg'
import type { Actor } from '../../access/actor.ts'
import { recordAct } from '../../access/audit/audit-trail-store.ts'
import { inTransaction } from '../../db/database.ts'
import { Refusal } from '../../http/refusal.ts'
import { forgetAddress } from '../../newsletter/manage-subscription.ts'
import { refold } from '../../reports/totals/fold-store.ts'
import { emptyDonor, lockDonorOf, redactEvents, redactEventsThatSay } from './erasure-store.ts'

export type ErasureDeps = { readonly pool: pg.Pool; readonly clock: () => Date }

export type Erased = { readonly gifts: number; readonly events: number }

/** More events than a donor can have; the daily round takes what is left. */
const MOST_EVENTS = 20_000

/**
 * Takes away what is kept of the donor of a gift: name, address and message from gifts, checkouts and agreements, and the
 * personal data from Stripe's events. Amounts, days, receipts' numbers and the ledger stay, and `verify` still agrees.
 * @throws Refusal not_found for an unknown gift or one whose donor was erased; conflict while an agreement is active,
 *   since its next payment would bring the data again
 */
export async function eraseDonor(
  { pool, clock }: ErasureDeps,
  { donationId, actor }: { readonly donationId: string; readonly actor: Actor },
): Promise<Erased> {
  const at = clock()
  return inTransaction(pool, async (tx) => {
    const donor = await lockDonorOf(tx, donationId)
    if (!donor) throw new Refusal('not_found', 'There is no gift with this id whose donor is known.')
    if (donor.activeSubscriptions.length > 0)
      throw new Refusal(
        'conflict',
        'The donor still gives regularly. End the agreement in Stripe’s dashboard first: its next payment would bring the data again.',
      )
    await emptyDonor(tx, donor, at)
    // Who goes because the last gift is long ago may still read the newsletter, by a consent of its own.
    if (donor.email !== null && actor.kind !== 'service') await forgetAddress(tx, donor.email, at)
    const events =
      (await redactEvents(tx, { donationIds: donor.donationIds, limit: MOST_EVENTS })) +
      (donor.email === null ? 0 : await redactEventsThatSay(tx, donor.email))
    await refold(tx, donor.donationIds)
    const gifts = donor.donationIds.length
    await recordAct(tx, {
      actor,
      act: 'donor_erased',
      subject: `donation/${donationId}`,
      after: { gifts, events },
      at,
    })
    return { gifts, events }
  })
}
