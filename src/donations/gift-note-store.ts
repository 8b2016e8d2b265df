import type { Queryable } from '../db/database.ts'
import { storedMoney } from '../money/money.ts'
import type { GiftNote } from './gift-note.ts'

export async function giftNote(db: Queryable, donationId: string): Promise<GiftNote | null> {
  const { rows } = await db.query<{
    readonly minor: bigint
    readonly currency: string
    readonly isRenewal: boolean
    readonly isTakenBack: boolean
    readonly givenOn: string
  }>({
    name: 'gift-note',
    text: `select d.covered_fee_minor as minor, d.currency, d.succeeded_on as "givenOn",
             d.stripe_subscription_id is not null and exists (select from donations o
               where o.stripe_subscription_id = d.stripe_subscription_id and (o.succeeded_at, o.id) < (d.succeeded_at, d.id))
               as "isRenewal",
             exists (select from refunds r where r.donation_id = d.id and r.kind = 'bank_return') as "isTakenBack"
           from donations d where d.id = $1`,
    values: [donationId],
  })
  const [row] = rows
  if (!row) return null
  const { minor, currency, ...note } = row
  return { ...note, coveredFee: minor > 0n ? storedMoney(minor, currency) : null }
}
