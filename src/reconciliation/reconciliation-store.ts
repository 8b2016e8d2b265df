import type { Queryable } from '../db/database.ts'
import type { Month } from '../ledger/month.ts'
import type { Closing, Exception, LateEntries, OverGiven, PayoutRow, SetApart } from './reconciliation.ts'
import type { SettledSides } from './sides.ts'

/** The books as they stood then, as far as a month is concerned. */
export type Scope = {
  /** First and last day of objects whose first side counts for this month; `from` null: and all before. */
  readonly from: string | null
  readonly to: string
  readonly asOf: Date
}

/** Objects of the scope whose clearing entries do not sum to zero. */
export async function openSides(db: Queryable, { from, to, asOf }: Scope): Promise<SettledSides[]> {
  const { rows } = await db.query<SettledSides>(
    `with object as (
       select t.clears, e.currency,
         sum(e.amount_minor) filter (where t.effect <> 'settled') as ours,
         sum(e.amount_minor) filter (where t.effect = 'settled') as theirs,
         array_remove(array_agg(distinct b.type), null) as types,
         max(t.occurred_at) as last_at
       from ledger_transactions t
         join ledger_entries e on e.ledger_transaction_id = t.id and e.account = 'stripe_clearing'
         left join balance_transactions b on t.effect = 'settled' and b.id = t.source
       where t.posted_at <= $3 and t.clears in (
         select clears from ledger_transactions where posted_at <= $3
         group by clears having min(booked_on) between coalesce($1::date, '-infinity') and $2::date)
       group by t.clears, e.currency
       having sum(e.amount_minor) <> 0
     )
     select clears as object, currency, ours as "oursMinor", theirs as "theirsMinor", types, last_at as "lastAt",
       count(*) over (partition by clears) > 1 as "otherCurrency"
     from object order by clears, currency`,
    [from, to, asOf],
  )
  return rows.map((row) => ({ ...row, oursMinor: whole(row.oursMinor), theirsMinor: whole(row.theirsMinor) }))
}

/** A sum of bigints is a numeric, which comes as text. */
function whole(sum: bigint | string | null): bigint | null {
  return sum === null ? null : BigInt(sum)
}

/** Gifts of which more went back than was given. */
export async function overGiven(db: Queryable, from: string, to: string): Promise<OverGiven[]> {
  const { rows } = await db.query<OverGiven>(
    `select payment_intent_id as object, currency, refunded_minor as "refundedMinor", disputed_minor as "disputedMinor",
       gross_minor as "grossMinor"
     from donations
     where status <> 'succeeded' and (refunded_minor > gross_minor or disputed_minor > gross_minor)
       and id in (select donation_id from ledger_transactions where booked_on between $1 and $2)
     order by payment_intent_id`,
    [from, to],
  )
  return rows
}

/** The month's payouts, by the day of their arrival, with the sums of what each is made of. */
export async function payoutsOf(db: Queryable, from: string, to: string): Promise<PayoutRow[]> {
  const { rows } = await db.query<Omit<PayoutRow, 'itemsMinor'> & { itemsMinor: string | null }>(
    `select p.id, p.status, p.currency, p.amount_minor as "amountMinor", p.arrival_date as "arrivalDate", p.itemisation,
       (select sum(b.net_minor) from payout_items i join balance_transactions b on b.id = i.balance_transaction_id
        where i.payout_id = p.id) as "itemsMinor",
       array(select i.balance_transaction_id from payout_items i
        where i.payout_id = p.id and not exists (select from balance_transactions b where b.id = i.balance_transaction_id)
        order by 1) as "unknownItems"
     from payouts p where p.arrival_date between $1 and $2 order by p.arrival_date, p.id`,
    [from, to],
  )
  return rows.map((row) => ({ ...row, itemsMinor: whole(row.itemsMinor) }))
}

/** Events that could not be applied, received before the end of the month and older than an hour. */
export async function setApart(db: Queryable, before: Date): Promise<SetApart[]> {
  const { rows } = await db.query<SetApart>(
    `select e.event_id as object, e.type, s.reason
     from inbox_states s join inbox_events e on e.id = s.inbox_event_id
     where s.outcome in ('poisoned', 'waiting') and e.received_at < $1 order by e.id`,
    [before],
  )
  return rows
}

/**
 * Up to when everything at Stripe has been read: as far as the sweep that is furthest behind; null: one never ended.
 * Events reach back 30 days only. Where their sweep left more than that out, it is the sweep of objects that counts.
 */
export async function completeUpTo(db: Queryable): Promise<Date | null> {
  const { rows } = await db.query<{ up_to: Date | null }>(
    `with swept as (
       select min(complete_up_to) as up_to from sweeps where name in ('balance_transactions', 'payouts', 'events')
       having count(complete_up_to) = 3
     )
     select case when o.name is null or o.complete_up_to >= s.up_to - interval '30 days'
       then s.up_to else o.complete_up_to end as up_to
     from swept s left join sweeps o on o.name = 'objects'`,
  )
  return rows[0]?.up_to ?? null
}

export async function closingOf(db: Queryable, month: Month): Promise<Closing | null> {
  const { rows } = await db.query<Closing>(
    `select month, closed_at as "closedAt", closed_by as "closedBy" from month_closings where month = $1`,
    [month],
  )
  return rows[0] ?? null
}

/** The last closed month, and the first month with anything in the ledger; null when there is none. */
export async function closedSoFar(db: Queryable): Promise<{ last: Month | null; first: Month | null }> {
  const { rows } = await db.query<{ last: Month | null; first: Month | null }>(
    `select (select max(month) from month_closings) as last,
       (select to_char(min(booked_on), 'YYYY-MM') from ledger_transactions) as first`,
  )
  return rows[0] ?? { last: null, first: null }
}

/** Everything ever signed: a signature holds for its object, kind and amount in whatever month it shows. */
export async function exceptions(db: Queryable, asOf: Date): Promise<Exception[]> {
  const { rows } = await db.query<Exception>(
    `select object, kind, currency, amount_minor as "amountMinor", reason, signed_by as "signedBy",
       signed_at as "signedAt", month
     from month_exceptions where signed_at <= $1 order by id`,
    [asOf],
  )
  return rows
}

/** How much was booked in these days that belongs to a month closed before. */
export async function lateEntries(db: Queryable, from: string, to: string): Promise<LateEntries[]> {
  const { rows } = await db.query<LateEntries>(
    `select late_for as month, count(*) as entries from ledger_transactions
     where late_for is not null and booked_on between $1 and $2 group by 1 order by 1`,
    [from, to],
  )
  return rows
}
