import type { Queryable } from '../db/database.ts'
import type { GiftNote } from './gift-note.ts'

export async function giftNote(db: Queryable, donationId: string): Promise<GiftNote | null> {
  const { rows } = await db.query<GiftNote>({
    name: 'gift-note',
    text: `select d.succeeded_on as "givenOn",
             d.stripe_subscription_id is not null and exists (select from donations o
               where o.stripe_subscription_id = d.stripe_subscription_id and (o.succeeded_at, o.id) < (d.succeeded_at, d.id))
               as "isRenewal",
             exists (select from refunds r where r.donation_id = d.id and r.kind = 'bank_return') as "isTakenBack"
           from donations d where d.id = $1`,
    values: [donationId],
  })
  return rows[0] ?? null
}
