import type { Queryable } from '../../db/database.ts'
import { jsonAmount } from '../../money/money.ts'
import type { PriorPeriodAdjustment } from '../reconciliation.ts'

type EntryRow = Omit<PriorPeriodAdjustment, 'entries'> & {
  readonly id: string
  readonly account: string
  readonly currency: string
  readonly amountMinor: bigint
}

/** The adjustments booked in these days, or those that belong to a closed month, oldest first, at most `limit`. */
export async function priorPeriodAdjustments(
  db: Queryable,
  which: { readonly from: string; readonly to: string } | { readonly period: string },
  limit: number,
): Promise<PriorPeriodAdjustment[]> {
  const { rows } = await db.query<EntryRow>(
    `with adjustments as (
       select id, booked_on, period, source, donation_id, posted_at from ledger_transactions
       where ${'period' in which ? 'period = $1' : 'period is not null and booked_on between $1 and $2'} order by booked_on, posted_at, id limit $${'period' in which ? 2 : 3}
     )
     select t.id, t.booked_on as "bookedOn", t.period, t.source,
       coalesce(t.donation_id, d.id) as "donationId", e.account, e.currency, e.amount_minor as "amountMinor"
     from adjustments t join ledger_entries e on e.ledger_transaction_id = t.id
       left join balance_transactions b on b.id = t.source
       left join donations d on d.payment_intent_id = b.payment_intent_id
     order by t.booked_on, t.posted_at, t.id, e.amount_minor desc, e.account`,
    'period' in which ? [which.period, limit] : [which.from, which.to, limit],
  )
  return [...Map.groupBy(rows, ({ id }) => id).values()].flatMap((entries) =>
    entries.slice(0, 1).map(({ bookedOn, period, source, donationId }) => ({
      bookedOn,
      period,
      source,
      donationId,
      entries: entries.map(({ account, currency, amountMinor }) => ({
        account,
        currency,
        amount: jsonAmount(amountMinor),
      })),
    })),
  )
}
