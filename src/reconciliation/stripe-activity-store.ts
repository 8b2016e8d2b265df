import type { Queryable } from '../db/database.ts'
import type { OnDay, Scope } from './reconciliation-store.ts'
import type { OtherActivity, Reserve, StripeActivity, UnknownPayout } from './stripe-activity.ts'

/** @param firstDay of the month itself: its sums leave out what earlier months show */
export async function stripeActivity(
  db: Queryable,
  { from, to, asOf }: Scope,
  firstDay: string,
): Promise<StripeActivity> {
  return {
    otherActivity: await otherActivity(db, firstDay, to, asOf),
    reserves: await reserves(db, to, asOf),
    unknownPayouts: await unknownPayouts(db, { from, to, asOf }),
  }
}

/** By the month in which it was booked. */
export async function otherActivity(
  db: Queryable,
  firstDay: string,
  to: string,
  asOf: Date,
): Promise<(OtherActivity & { readonly month: string })[]> {
  type Row = Omit<OtherActivity, 'netMinor'> & { readonly month: string; readonly net: string }
  const { rows } = await db.query<Row>(
    `select to_char(t.booked_on, 'YYYY-MM') as month, b.type, min(b.reporting_category) as "reportingCategory", b.currency,
       sum(b.net_minor) as net, count(*) as count
     from ledger_entries e join ledger_transactions t on t.id = e.ledger_transaction_id
       join balance_transactions b on b.id = t.source
     where e.account = 'other_stripe_activity' and t.posted_at <= $3 and t.booked_on between $1 and $2
     group by 1, b.type, b.currency order by 1, b.type, b.currency`,
    [firstDay, to, asOf],
  )
  return rows.map(({ net, ...row }) => ({ ...row, netMinor: BigInt(net) }))
}

/** Holds and releases name no common object, so what is held is the account's balance. */
async function reserves(db: Queryable, to: string, asOf: Date): Promise<Reserve[]> {
  const { rows } = await db.query<{ currency: string; held: string }>(
    `select e.currency, sum(e.amount_minor) as held
     from ledger_entries e join ledger_transactions t on t.id = e.ledger_transaction_id
     where e.account = 'stripe_reserve' and t.posted_at <= $2 and t.booked_on <= $1
     group by e.currency having sum(e.amount_minor) <> 0 order by e.currency`,
    [to, asOf],
  )
  return rows.map(({ currency, held }) => ({ currency, heldMinor: BigInt(held) }))
}

/** By the day of the first posting. A payout whose row cannot be read is reported as such a row. */
export async function unknownPayouts(
  db: Queryable,
  { from, to, asOf }: Scope,
): Promise<OnDay<UnknownPayout>[]> {
  type Row = Omit<OnDay<UnknownPayout>, 'bankMinor'> & { readonly bank: string }
  const { rows } = await db.query<Row>(
    `select t.clears as object, e.currency, sum(e.amount_minor) as bank, max(t.occurred_at) as "lastMovementAt",
       min(t.booked_on) as day
     from ledger_entries e join ledger_transactions t on t.id = e.ledger_transaction_id
       join balance_transactions b on b.id = t.source and b.type in ('payout', 'payout_failure', 'payout_cancel')
     where e.account in ('payouts_in_transit', 'bank') and t.posted_at <= $3 and not exists (select from payouts p where p.id = t.clears)
       and not exists (select from unreadable_rows u
         where u.list = 'payouts' and u.id = t.clears and u.readable_since is null)
     group by t.clears, e.currency
     having sum(e.amount_minor) <> 0 and min(t.booked_on) between coalesce($1::date, '-infinity') and $2::date
     order by t.clears, e.currency`,
    [from, to, asOf],
  )
  return rows.map(({ bank, ...row }) => ({ ...row, bankMinor: BigInt(bank) }))
}
