import type { Queryable } from '../db/database.ts'
import type { Month } from '../calendar/month.ts'
import type { PayoutRow } from './payout-differences.ts'
import type { Closing, SignOff, LateEntries, OverGiven, FailedEvent } from './reconciliation.ts'
import type { ClearingItem } from './clearing-items.ts'

/** The books as they stood then, as far as a month is concerned. */
export type Scope = {
  /** First and last day of objects whose first side counts for this month; `from` null: and all before. */
  readonly from: string | null
  readonly to: string
  readonly asOf: Date
}

/** Objects of the scope whose clearing entries do not sum to zero. */
export async function openClearingItems(db: Queryable, { from, to, asOf }: Scope): Promise<ClearingItem[]> {
  const { rows } = await db.query<ClearingItem>(
    `with open as (
       select t.clears, e.currency, sum(e.amount_minor) filter (where t.effect <> 'settled') as ours,
         sum(e.amount_minor) filter (where t.effect = 'settled') as theirs,
         max(t.occurred_at) filter (where t.effect <> 'settled') as ours_at,
         max(t.occurred_at) filter (where t.effect = 'settled') as theirs_at
       from ledger_entries e join ledger_transactions t on t.id = e.ledger_transaction_id
       where e.account = 'stripe_clearing' and t.posted_at <= $3
       group by t.clears, e.currency having sum(e.amount_minor) <> 0
     ), told as (
       -- Few are open: only of those it is looked up in which month they began, and what Stripe calls them.
       select t.clears, min(t.booked_on) as first_on, array_remove(array_agg(distinct b.type), null) as types,
         max(b.payment_intent_id) as payment
       from ledger_transactions t left join balance_transactions b on t.effect = 'settled' and b.id = t.source
       where t.posted_at <= $3 and t.clears in (select clears from open)
       group by t.clears
     )
     select clears as object, currency, ours as "oursMinor", theirs as "theirsMinor", types,
       payment as "paymentIntentId", ours_at as "oursAt", theirs_at as "theirsAt",
       count(*) over (partition by clears) > 1 as "otherCurrency"
     from open join told using (clears)
     where first_on between coalesce($1::date, '-infinity') and $2::date
     order by clears, currency`,
    [from, to, asOf],
  )
  return rows.map((row) => ({ ...row, oursMinor: whole(row.oursMinor), theirsMinor: whole(row.theirsMinor) }))
}

/** A sum of bigints is a numeric, which comes as text. */
function whole(sum: bigint | string | null): bigint | null {
  return sum === null ? null : BigInt(sum)
}

/**
 * Gifts of which more went back than was given, in the month of the last that went back. From the ledger as it stood
 * then: a donation's own row knows only of now.
 */
export async function overGiven(db: Queryable, { from, to, asOf }: Scope): Promise<OverGiven[]> {
  type Sums = Record<'refundedMinor' | 'disputedMinor' | 'grossMinor', bigint | string>
  const { rows } = await db.query<Omit<OverGiven, keyof Sums> & Sums>(
    `with gone as (
       select d.payment_intent_id, d.currency, d.gross_minor,
         coalesce(sum(e.amount_minor) filter (where e.account = 'refunds'), 0) as refunded,
         coalesce(sum(e.amount_minor) filter (where e.account = 'disputes'), 0) as disputed
       from donations d join ledger_transactions t on t.donation_id = d.id
         join ledger_entries e on e.ledger_transaction_id = t.id and e.account in ('refunds', 'disputes')
       where d.status <> 'succeeded' and t.posted_at <= $3
       group by d.id
       having max(t.booked_on) filter (where t.effect in ('refunded', 'bank_returned', 'dispute_withdrawn'))
         between coalesce($1::date, '-infinity') and $2::date
     )
     select payment_intent_id as object, currency, refunded as "refundedMinor", disputed as "disputedMinor",
       gross_minor as "grossMinor"
     from gone where refunded + disputed > gross_minor order by payment_intent_id`,
    [from, to, asOf],
  )
  return rows.map((row) => ({
    ...row,
    refundedMinor: BigInt(row.refundedMinor),
    disputedMinor: BigInt(row.disputedMinor),
    grossMinor: BigInt(row.grossMinor),
  }))
}

/**
 * The month's payouts, by the day of their arrival, with what the bank has of each and the sums of what each is made
 * of. One that came back only after its month was closed stays paid there, and shows in the first open month; so does
 * one that was not settled or not itemised by then, left over, as its record says.
 */
export async function payoutsOf(
  db: Queryable,
  { from, to, asOf }: Scope,
  firstDay: string,
): Promise<PayoutRow[]> {
  type Sums = { itemsMinor: string | null; bankMinor: string | null }
  const { rows } = await db.query<Omit<PayoutRow, keyof Sums> & Sums>(
    `with finished as (
       select line ->> 'id' as id from month_closings c, jsonb_array_elements(c.reconciliation -> 'payouts') line
       where line ->> 'itemisation' <> 'awaited'
         and not jsonb_path_exists(line, '$.differences[*] ? (@.explained == false || @.kind == "not_settled")')
     ), payout as (
       select p.*, exists (select from ledger_transactions t
           where t.source = p.failure_balance_transaction_id and t.posted_at <= coalesce(c.closed_at, $3)) as came_back_before,
         c.closed_at is not null as is_closed
       from payouts p left join month_closings c on c.month = to_char(p.arrival_date, 'YYYY-MM')
     )
     select p.id, p.currency, p.amount_minor as "amountMinor", p.arrival_date as "arrivalDate",
       p.created_at as "createdAt", p.itemisation,
       p.arrival_date < $4 and (p.status not in ('failed', 'canceled') or p.came_back_before) as "isLeftOver",
       case when p.status in ('failed', 'canceled') and p.is_closed and not p.came_back_before and p.arrival_date >= $4
         then 'paid' else p.status end as status,
       (select sum(e.amount_minor) from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id
        where t.clears = p.id and t.posted_at <= $3 and e.account = 'bank' and e.currency = p.currency) as "bankMinor",
       p.failure_balance_transaction_id is not null and not exists
         (select from balance_transactions b where b.id = p.failure_balance_transaction_id) as "returnIsUnread",
       (select sum(b.net_minor) from payout_items i join balance_transactions b on b.id = i.balance_transaction_id
        where i.payout_id = p.id) as "itemsMinor",
       array(select i.balance_transaction_id from payout_items i
        where i.payout_id = p.id and not exists (select from balance_transactions b where b.id = i.balance_transaction_id)
        order by 1) as "unknownItems"
     from payout p
     where p.arrival_date between $4 and $2
       or ($1::date is null and p.arrival_date < $4 and p.is_closed
         and (p.id not in (select id from finished) or p.status in ('failed', 'canceled') and not p.came_back_before))
     order by p.arrival_date, p.id`,
    [from, to, asOf, firstDay],
  )
  return rows.map((row) => ({
    ...row,
    itemsMinor: whole(row.itemsMinor),
    bankMinor: whole(row.bankMinor) ?? 0n,
  }))
}

/**
 * Events that could not be applied and came more than an hour before, in the month of their own moment, which is the
 * newsroom's day of it. A debit that failed before it was a gift waits for ever and is nothing to look at: where it
 * took something, Stripe's books show that.
 * @param before received before then
 */
export async function setApart(
  db: Queryable,
  { from, to, asOf }: Scope,
  before: Date,
): Promise<FailedEvent[]> {
  const { rows } = await db.query<FailedEvent>(
    `with newsroom as (select timezone from newsroom_profiles order by in_force_from desc, id desc limit 1),
     event as (
       select e.id, e.event_id, e.type, s.reason, s.outcome, s.correlation_id, e.body #> '{data,object}' as object,
         (e.created_at at time zone coalesce((select timezone from newsroom), 'UTC'))::date as day
       from inbox_states s join inbox_events e on e.id = s.inbox_event_id
       where s.outcome in ('failed', 'waiting') and e.received_at <= $4 and s.decided_at <= $3
         and (s.outcome, e.type) <> ('waiting', 'charge.failed')
     ), said as (
       select *, coalesce(object ->> 'amount_total', object ->> 'amount_paid', object ->> 'amount') as amount,
         object ->> 'currency' as code from event
     )
     select event_id as object, type, reason, outcome = 'waiting' as "isWaiting", correlation_id as "correlationId",
       case when code ~ '^[a-z]{3}$' and amount ~ '^[0-9]{1,15}$' then code end as currency,
       case when code ~ '^[a-z]{3}$' and amount ~ '^[0-9]{1,15}$' then amount::bigint end as "amountMinor"
     from said where day between coalesce($1::date, '-infinity') and $2::date order by id`,
    [from, to, asOf, before],
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
       select min(complete_up_to) as up_to from sync_states where name in ('balance_transactions', 'payouts', 'events')
       having count(complete_up_to) = 3
     )
     select case when o.name is null or o.complete_up_to >= s.up_to - interval '30 days'
       then s.up_to else o.complete_up_to end as up_to
     from swept s left join sync_states o on o.name = 'objects'`,
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
export async function exceptions(db: Queryable, asOf: Date): Promise<SignOff[]> {
  const { rows } = await db.query<SignOff>(
    `select object, kind, currency, amount_minor as "amountMinor", reason, signed_off_by as "signedOffBy",
       signed_off_at as "signedOffAt", month
     from month_sign_offs where signed_off_at <= $1 order by id`,
    [asOf],
  )
  return rows
}

/** How much was booked in these days that belongs to a month closed before. */
export async function lateEntries(db: Queryable, from: string, to: string): Promise<LateEntries[]> {
  const { rows } = await db.query<LateEntries>(
    `select period as month, count(*) as entries from ledger_transactions
     where period is not null and booked_on between $1 and $2 group by 1 order by 1`,
    [from, to],
  )
  return rows
}
