import type { Knex } from 'knex'
import type pg from 'pg'
import type { Actor } from '../access/actor.ts'
import { recordAct } from '../access/audit/audit-trail-store.ts'
import { notesOf } from '../donations/note-store.ts'
import { inTransaction } from '../db/database.ts'
import { Refusal } from '../http/refusal.ts'
import { consentsOfAddress } from '../newsletter/consent-store.ts'
import { donationHistory } from '../reports/donation-timeline/donation-history-store.ts'
import { donationById } from '../reports/donation-list/donation-page-store.ts'
import { donationFrom } from '../reports/donation-record.ts'
import { lockDonorOf, subscriptionsOfDonor } from './erasure/erasure-store.ts'
import { entriesOfGifts } from './supporters/supporter-entry-store.ts'
import { messagesOfGifts } from './messages/reader-message-store.ts'

export type DonorExport = {
  readonly email: string | null
  readonly name: string | null
  readonly gifts: readonly unknown[]
  readonly agreements: readonly unknown[]
  /** What the donor agreed to show on the list of supporters, in which words and when. */
  readonly supporters: readonly unknown[]
  /** What the donor wrote to the newsroom. */
  readonly questions: readonly unknown[]
  /** What the donor agreed to receive, in which words, when and where. */
  readonly newsletter: readonly unknown[]
}

/**
 * All that is kept of the donor of a gift: gifts with messages, histories and staff's notes, receipts and mails among them, and
 * agreements. Amounts in minor units.
 * @throws Refusal not_found for an unknown gift or one whose donor was erased
 */
export async function exportDonor(
  {
    db,
    pool,
    clock,
    publicUrl,
  }: { readonly db: Knex; readonly pool: pg.Pool; readonly clock: () => Date; readonly publicUrl: string },
  { donationId, actor }: { readonly donationId: string; readonly actor: Actor },
): Promise<DonorExport> {
  const donor = await inTransaction(pool, async (tx) => {
    const found = await lockDonorOf(tx, donationId)
    if (!found) throw new Refusal('not_found', 'There is no gift with this id whose donor is known.')
    await recordAct(tx, {
      actor,
      act: 'donor_exported',
      subject: `donation/${donationId}`,
      after: { gifts: found.donationIds.length },
      at: clock(),
    })
    return found
  })
  const gifts: unknown[] = []
  for (const id of donor.donationIds) {
    const row = await donationById(db, id)
    if (row)
      gifts.push({
        ...donationFrom(row, publicUrl),
        message: row.message,
        history: await donationHistory(db, row),
        notes: (await notesOf(pool, id)).map(({ id: _id, ...note }) => note),
      })
  }
  return {
    email: donor.email,
    name: donor.name,
    gifts,
    agreements: await subscriptionsOfDonor(pool, donor),
    supporters: await entriesOfGifts(pool, donor.donationIds),
    questions: await messagesOfGifts(pool, donor.donationIds),
    newsletter: donor.email === null ? [] : await consentsOfAddress(pool, donor.email),
  }
}
