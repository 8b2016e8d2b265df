import type { Queryable } from '../db/database.ts'
import { READABLE_BODY } from '../inbox/inbox-store.ts'
import { openItems, openItemSums } from '../ledger/kept-tables-store.ts'
import type { ClearingItem, FurtherItems } from './items/clearing-item.ts'
import type {
  OverReversedGift,
  PayoutFacts,
  PriorPeriodCount,
  SignOff,
  UnprocessedEvent,
  UnreadableRowFacts,
} from './reconciliation.ts'

/** A month in the state of an instant. An object belongs to the month in which it was first posted. */
export type Scope = {
  /** The month's first and last day, both inclusive; `from` null: all earlier days, too. */
  readonly from: string | null
  readonly to: string
  /** What was posted later is left out. */
  readonly asOf: Date
  /** Whether `asOf` is the present: then the open items that are kept answer at once. */
  readonly isNow?: boolean
}

/** What happened on a day of the newsroom, which says to which month it belongs. */
export type OnDay<Fact> = Fact & { readonly day: string }

/** The effects of acts of finance. */
const WRITE_OFF = `('written_off', 'write_off_reversed')`

/**
 * Objects of the scope whose entries in the clearing account do not sum to zero.
 * @param signedOff objects that are listed at any rate, so that the others come up once these are signed off
 */
export async function openClearingItems(
  db: Queryable,
  scope: Scope,
  signedOff: readonly string[],
): Promise<{ readonly items: readonly ClearingItem[]; readonly further: readonly FurtherItems[] }> {
  if (!scope.isNow) return { items: await openClearingItemsThen(db, scope), further: [] }
  const { items, isAll } = await listedItems(db, scope, signedOff)
  const listed = items.map(({ day: _day, ...item }) => item)
  return { items: listed, further: isAll ? [] : await furtherItems(db, scope, signedOff) }
}

async function openClearingItemsThen(
  db: Queryable,
  { from, to, asOf }: Pick<Scope, 'from' | 'to' | 'asOf'>,
): Promise<ClearingItem[]> {
  const { rows } = await db.query<ClearingItem>(
    `with open as (
       select t.clears, e.currency,
         sum(e.amount_minor) filter (where t.effect <> 'settled' and t.effect not in ${WRITE_OFF}) as events,
         sum(e.amount_minor) filter (where t.effect = 'settled') as balance,
         sum(e.amount_minor) filter (where t.effect in ${WRITE_OFF}) as written_off,
         max(t.occurred_at) filter (where t.effect <> 'settled' and t.effect not in ${WRITE_OFF}) as last_event_at,
         max(t.occurred_at) filter (where t.effect = 'settled') as last_movement_at
       from ledger_entries e join ledger_transactions t on t.id = e.ledger_transaction_id
       where e.account = 'stripe_clearing' and t.posted_at <= $3
       group by t.clears, e.currency having sum(e.amount_minor) <> 0
     ), posted as (
       -- Few objects are open: only for those the first month and Stripe's types are looked up.
       select t.clears, min(t.booked_on) as first_on, array_remove(array_agg(distinct b.type), null) as types,
         max(b.payment_intent_id) as payment
       from ledger_transactions t left join balance_transactions b on t.effect = 'settled' and b.id = t.source
       where t.posted_at <= $3 and t.clears in (select clears from open)
       group by t.clears
     )
     select clears as object, currency, events as "eventsMinor", balance as "balanceMinor", written_off as "writtenOffMinor", types,
       payment as "paymentIntentId", last_event_at as "lastEventAt", last_movement_at as "lastMovementAt",
       count(*) over (partition by clears) > 1 as "hasOtherCurrency"
     from open join posted using (clears)
     where first_on between coalesce($1::date, '-infinity') and $2::date
     order by clears, currency`,
    [from, to, asOf],
  )
  return rows.map((row) => ({
    ...row,
    eventsMinor: sumOf(row.eventsMinor),
    balanceMinor: sumOf(row.balanceMinor),
    writtenOffMinor: sumOf(row.writtenOffMinor) ?? 0n,
  }))
}

/**
 * The items that are open now, by the day on which anything of each was first booked.
 * @returns as many as are listed one by one, and whether these are all
 */
export async function listedItems(
  db: Queryable,
  days: Pick<Scope, 'from' | 'to'>,
  signedOff: readonly string[],
): Promise<{ readonly items: readonly OnDay<ClearingItem>[]; readonly isAll: boolean }> {
  const open = await openItems(db, 'stripe_clearing', days, { limit: ITEMS_LISTED, besides: signedOff })
  const currencies = Map.groupBy(open, ({ object }) => object)
  const items = open.map(({ firstOn, ...item }) => ({
    ...item,
    day: firstOn,
    hasOtherCurrency: (currencies.get(item.object)?.length ?? 0) > 1,
  }))
  return { items, isAll: items.length < ITEMS_LISTED }
}

/**
 * Of each combination of Stripe's types as many as anybody explains one by one, the oldest ones. Of what follows them the
 * sums are shown.
 */
const ITEMS_LISTED = 1_000

/** What the items come to that are not listed. */
export function furtherItems(
  db: Queryable,
  days: Pick<Scope, 'from' | 'to'>,
  signedOff: readonly string[],
): Promise<FurtherItems[]> {
  return openItemSums(db, 'stripe_clearing', days, { limit: ITEMS_LISTED, besides: signedOff })
}

/** Postgres sums bigints to a numeric, which arrives as text. */
function sumOf(sum: bigint | string | null): bigint | null {
  return sum === null ? null : BigInt(sum)
}

/**
 * At present the donation's own row says which gifts can be meant, and an index finds them. They are looked up first, as an array:
 * Postgres takes them for a third of all gifts, and would start processes to read the postings of so many.
 */
const MEANT_NOW = `d.payment_intent_id = any(array(
  select o.payment_intent_id from donations o where o.refunded_minor + o.disputed_minor > o.gross_minor))`

/**
 * Gifts of which more was reversed than was given, in the month of the last reversal. Read from the ledger, since a
 * donation's own row shows the present state only.
 */
export async function overReversedGifts(
  db: Queryable,
  { from, to, asOf, isNow }: Scope,
): Promise<OverReversedGift[]> {
  type Sums = Record<'refundedMinor' | 'disputedMinor' | 'grossMinor', bigint | string>
  const { rows } = await db.query<Omit<OverReversedGift, keyof Sums> & Sums>(
    `with reversed as (
       select d.payment_intent_id, d.currency, d.gross_minor,
         coalesce(sum(e.amount_minor) filter (where e.account = 'refunds'), 0) as refunded,
         coalesce(sum(e.amount_minor) filter (where e.account = 'disputes'), 0) as disputed
       from donations d join ledger_transactions t on t.donation_id = d.id
         join ledger_entries e on e.ledger_transaction_id = t.id and e.account in ('refunds', 'disputes')
       where d.status <> 'succeeded' and t.posted_at <= $3
         and ${isNow ? MEANT_NOW : 'true'}
       group by d.id
       having max(t.booked_on) filter (where t.effect in ('refunded', 'bank_returned', 'dispute_withdrawn'))
         between coalesce($1::date, '-infinity') and $2::date
     )
     select payment_intent_id as object, currency, refunded as "refundedMinor", disputed as "disputedMinor",
       gross_minor as "grossMinor"
     from reversed where refunded + disputed > gross_minor order by payment_intent_id`,
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
 * Payouts by the day of their arrival, with what left the Stripe balance for each and the sum of its items. A payout that came back
 * after its month was closed stays paid there and shows in the first open month. So does one whose record in a closed
 * month says that it was not settled or not itemised by then: it is carried forward.
 */
export async function payoutsOf(
  db: Queryable,
  { from, to, asOf }: Scope,
  firstDay: string,
  finished: readonly string[],
): Promise<PayoutFacts[]> {
  type Sums = { itemsMinor: string | null; bankMinor: string | null }
  const { rows } = await db.query<Omit<PayoutFacts, keyof Sums> & Sums>(
    `with payout as (
       select p.*, exists (select from ledger_transactions t
           where t.source = p.failure_balance_transaction_id and t.posted_at <= coalesce(c.closed_at, $3)) as came_back_before,
         c.closed_at is not null as is_closed
       from payouts p left join month_closings c on c.month = to_char(p.arrival_date, 'YYYY-MM')
     )
     select p.id, p.currency, p.amount_minor as "amountMinor", p.arrival_date as "arrivalDate",
       p.created_at as "createdAt", p.automatic, p.itemisation,
       p.arrival_date < $4 and (p.status not in ('failed', 'canceled') or p.came_back_before) as "isCarriedForward",
       case when p.status in ('failed', 'canceled') and p.is_closed and not p.came_back_before and p.arrival_date >= $4
         then 'paid' else p.status end as status,
       (select sum(e.amount_minor) from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id
        where t.clears = p.id and t.posted_at <= $3 and e.account in ('payouts_in_transit', 'bank')
          and e.currency = p.currency) as "bankMinor",
       p.failure_balance_transaction_id is not null and not exists
         (select from balance_transactions b where b.id = p.failure_balance_transaction_id) as "returnIsUnread",
       -- The sum is kept once every item is known, and Stripe's transactions never change.
       case when p.items_minor is null then
         (select sum(b.net_minor) from payout_items i join balance_transactions b on b.id = i.balance_transaction_id
          where i.payout_id = p.id) else p.items_minor end as "itemsMinor",
       case when p.items_minor is null then array(
         select i.balance_transaction_id from payout_items i
         where i.payout_id = p.id and not exists (select from balance_transactions b where b.id = i.balance_transaction_id)
         order by 1) else '{}' end as "unknownItems"
     from payout p
     where p.arrival_date >= coalesce((select opens_on from books_opening), '-infinity')
       and (p.arrival_date between $4 and $2
       or $1::date is null and p.arrival_date < $4 and p.is_closed
         and (p.id <> all($5::text[]) or p.status in ('failed', 'canceled') and not p.came_back_before))
     order by p.arrival_date, p.id`,
    [from, to, asOf, firstDay, finished],
  )
  return rows.map((row) => ({
    ...row,
    itemsMinor: sumOf(row.itemsMinor),
    bankMinor: sumOf(row.bankMinor) ?? 0n,
  }))
}

/**
 * Events that failed or wait, in the month of the newsroom's day on which they happened. A bank debit that failed
 * before it became a gift waits for ever and needs no attention: if it moved money, Stripe's balance shows that.
 * @param receivedBefore leaves out what arrived later: it may still be processed
 */
export async function unprocessedEvents(
  db: Queryable,
  { from, to, asOf }: Scope,
  receivedBefore: Date,
): Promise<OnDay<UnprocessedEvent>[]> {
  const { rows } = await db.query<OnDay<UnprocessedEvent>>(
    `with newsroom as (select timezone from newsroom_profiles order by in_force_from desc, id desc limit 1),
     event as (
       select e.id, e.event_id, e.type, s.reason, s.outcome, s.correlation_id, ${READABLE_BODY} #> '{data,object}' as object,
         (e.created_at at time zone coalesce((select timezone from newsroom), 'UTC'))::date as day
       from inbox_states s join inbox_events e on e.id = s.inbox_event_id
       where s.outcome in ('failed', 'waiting') and e.received_at <= $4 and s.decided_at <= $3
         and (s.outcome, e.type) <> ('waiting', 'charge.failed')
     ), stated as (
       select *, coalesce(object ->> 'amount_total', object ->> 'amount_paid', object ->> 'amount') as amount,
         object ->> 'currency' as code from event
     )
     select event_id as object, type, reason, day, outcome = 'waiting' as "isWaiting", correlation_id as "correlationId",
       case when code ~ '^[a-z]{3}$' and amount ~ '^[0-9]{1,15}$' then code end as currency,
       case when code ~ '^[a-z]{3}$' and amount ~ '^[0-9]{1,15}$' then amount::bigint end as "amountMinor"
     from stated where day between coalesce($1::date, '-infinity') and $2::date order by id`,
    [from, to, asOf, receivedBefore],
  )
  return rows
}

/**
 * Rows of Stripe's lists that could not be read at that time, in the month of the newsroom's day of Stripe's time; of a
 * row without one, the day when it came first. What happened before the books opened is left out.
 */
export async function unreadableRows(
  db: Queryable,
  { from, to, asOf }: Scope,
): Promise<OnDay<UnreadableRowFacts>[]> {
  const { rows } = await db.query<OnDay<UnreadableRowFacts>>(
    `with newsroom as (select timezone from newsroom_profiles order by in_force_from desc, id desc limit 1),
     kept as (
       select id, list, reason, (coalesce(created_at, first_seen_at)
         at time zone coalesce((select timezone from newsroom), 'UTC'))::date as day
       from unreadable_rows where first_seen_at <= $3 and (readable_since is null or readable_since > $3)
         and (created_at is null or created_at >= coalesce((select opens_at from books_opening), '-infinity'))
     )
     select id as object, list, reason, day from kept
     where day between coalesce($1::date, '-infinity') and $2::date order by list, id`,
    [from, to, asOf],
  )
  return rows
}

/** Every sign-off up to the instant, of whatever month, oldest first. */
export async function signOffsUntil(db: Queryable, asOf: Date): Promise<SignOff[]> {
  const { rows } = await db.query<SignOff>(
    `select object, kind, currency, amount_minor as "amountMinor", reason, signed_off_by as "signedOffBy",
       signed_off_at as "signedOffAt", month
     from month_sign_offs where signed_off_at <= $1 order by id`,
    [asOf],
  )
  return rows
}

/** By closed period, how many ledger transactions of these days belong to it. */
export async function priorPeriodCounts(
  db: Queryable,
  from: string,
  to: string,
): Promise<PriorPeriodCount[]> {
  const { rows } = await db.query<PriorPeriodCount>(
    `select period, count(*) as transactions from ledger_transactions
     where period is not null and booked_on between $1 and $2 group by 1 order by 1`,
    [from, to],
  )
  return rows
}
