import type { Queryable } from '../db/database.ts'
import type { AccountSums, OpenItem, OpenItemSum } from './kept-tables.ts'
import { CLEARING_ACCOUNTS, foldState, itemsFromLedger } from './ledger-fold-store.ts'

/**
 * Runs a query over the kept tables and the postings that are not in them yet. Postgres must know how few these are to
 * find them quickly, so the query says where the tables go to. In the rare case that they were folded further in between,
 * it runs again.
 * @param sqlOf makes the query. `posted` selects the ledger transactions `t` that are not in the kept tables, whose rows
 * count where `kept` holds; `$1` is taken.
 */
async function readKept<Row extends object>(
  db: Queryable,
  sqlOf: (conditions: { readonly posted: string; readonly kept: string }) => string,
  values: readonly unknown[],
): Promise<Row[]> {
  for (;;) {
    const { foldedBelow, isFilled } = await foldState(db)
    const conditions = postedAndKept(isFilled)
    const { rows } = await db.query<Row & { readonly isAnswer: true | null; readonly isSame: boolean }>(
      `with answer as (${sqlOf(conditions)})
       select a.*, s.folded_below = $1::xid8 and (s.filled_at is not null) = ${String(isFilled)} as "isSame"
       from ledger_fold_states s left join (select true as "isAnswer", * from answer) a on true`,
      [foldedBelow, ...values],
    )
    if (rows[0]?.isSame) return rows.filter(({ isAnswer }) => isAnswer)
  }
}

const postedAndKept = (isFilled: boolean) =>
  isFilled
    ? { posted: `t.posted_xid >= $1::xid8`, kept: `true` }
    : { posted: `$1::xid8 is not null`, kept: `false` }

/** The sums of every account that has an entry up to the end of the period. Both days are inclusive. */
export function accountSums(
  db: Queryable,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<AccountSums[]> {
  return readKept<AccountSums>(
    db,
    ({ posted, kept }) => `
      select account, currency, sum(opening)::bigint as "openingMinor", sum(debit)::bigint as "debitMinor",
        sum(credit)::bigint as "creditMinor", sum(entries)::bigint as entries
      from (
        select k.ledger_account as account, k.currency, k.debit_minor - k.credit_minor as opening, 0 as debit, 0 as credit,
          0 as entries
        from ledger_account_totals k
        where ${kept} and (k.grain = 'month' and k.starts_on < date_trunc('month', $2::date)
          or k.grain = 'day' and k.starts_on >= date_trunc('month', $2::date) and k.starts_on < $2::date)
        union all
        select k.ledger_account, k.currency, 0, k.debit_minor, k.credit_minor, k.entries
        from ledger_account_totals k where ${kept} and k.grain = 'day' and k.starts_on between $2::date and $3::date
        union all
        select e.account, e.currency, case when t.booked_on < $2::date then e.amount_minor else 0 end,
          case when t.booked_on >= $2::date then greatest(e.amount_minor, 0) else 0 end,
          case when t.booked_on >= $2::date then greatest(-e.amount_minor, 0) else 0 end,
          (t.booked_on >= $2::date)::int
        from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id
        where ${posted} and t.booked_on <= $3::date
      ) part
      group by account, currency`,
    [from, to],
  )
}

type ClearingAccount = 'stripe_clearing' | 'payouts_in_transit'
type FirstDays = { readonly from: string | null; readonly to: string }

/** Which items are listed one by one. */
type Listed = {
  /** Of each combination of Stripe's types so many, the oldest ones. */
  readonly limit: number
  /** These objects, whose items count for no limit. */
  readonly besides: readonly string[]
}

/** The items of a clearing account that are open now and were first booked in these days, by object and currency. */
export function openItems(
  db: Queryable,
  account: ClearingAccount,
  { from, to }: FirstDays,
  { limit, besides }: Listed,
): Promise<OpenItem[]> {
  return readKept<OpenItem>(
    db,
    ({ posted, kept }) => `
      with ${listedNow(posted, kept)}
      select object, currency, events_minor as "eventsMinor", balance_minor as "balanceMinor",
        written_off_minor as "writtenOffMinor", first_on as "firstOn", last_event_at as "lastEventAt",
        last_movement_at as "lastMovementAt", types, payment_intent_id as "paymentIntentId"
      from listed order by object, currency`,
    [from, to, account, limit, besides],
  )
}

/**
 * What the open items come to that are not listed, by what says what they mean. It is the kept sums less the items that
 * are listed, so it costs the same however many there are.
 */
export function openItemSums(
  db: Queryable,
  account: ClearingAccount,
  { from, to }: FirstDays,
  { limit, besides }: Listed,
): Promise<OpenItemSum[]> {
  return readKept<OpenItemSum>(
    db,
    ({ posted, kept }) => `
      with ${listedNow(posted, kept)}
      select currency, has_events as "hasEvents", has_balance as "hasBalance", is_written_off as "isWrittenOff",
        is_movement as "isMovement", types, sum_bigint(items) as count, sum_bigint(open_minor) as "openMinor",
        event_hour + interval '1 hour' as "lastEventBy", movement_hour + interval '1 hour' as "lastMovementBy"
      from (
        select ${SUM_KEY}, items, open_minor from ledger_open_item_sums where ${kept} and ${IN_DAYS}
        union all
        select ${sumsOf(-1)} from ledger_open_items k join touched c on (c.account, c.clears) = (k.ledger_account, k.object)
        where ${kept} and ${IN_DAYS}
        union all
        select ${sumsOf(1)} from from_ledger
        union all
        select ${sumsOf(-1)} from listed
      ) s
      group by ${SUM_KEY} having sum_bigint(items) > 0 order by ${SUM_KEY}`,
    [from, to, account, limit, besides],
  )
}

/**
 * A query for every item of a clearing account that is open now, by object and currency, with the columns of
 * `ledger_open_items`. It holds in the snapshot in which it was made: the kept tables may be folded further in the next.
 */
export async function everyOpenItem(
  snapshot: Queryable,
  account: ClearingAccount,
): Promise<{ readonly text: string; readonly values: readonly string[] }> {
  const { foldedBelow, isFilled } = await foldState(snapshot)
  const { posted } = postedAndKept(isFilled)
  return {
    text: `with ${touchedBy(posted)}
      select * from (${itemsFromLedger('select account, clears from touched')}) n where ledger_account = $2
      union all
      select k.* from ledger_open_items k where ledger_account = $2 and ${UNTOUCHED}`,
    values: [foldedBelow, account],
  }
}

const SUM_KEY =
  'currency, has_events, has_balance, is_written_off, is_movement, types, event_hour, movement_hour'

/** An item as the sum of one, which is added or taken off. The same as the triggers of the kept sums say. */
const sumsOf = (
  sign: 1 | -1,
) => `currency, events_minor is not null as has_events, balance_minor is not null as has_balance,
  written_off_minor <> 0 as is_written_off, starts_with(object, 'txn_') as is_movement, types,
  date_trunc('hour', last_event_at, 'UTC') as event_hour, date_trunc('hour', last_movement_at, 'UTC') as movement_hour,
  ${sign} as items, ${sign} * abs(coalesce(events_minor, 0) + coalesce(balance_minor, 0) + written_off_minor) as open_minor`

const IN_DAYS = `ledger_account = $4 and first_on between coalesce($2::date, '-infinity') and $3::date`

/**
 * SQL of the table `listed`, and of those before it: objects with a posting that is not in the kept tables are read from
 * the ledger. Of the others each combination of types is read through an index, in the order of age.
 */
const listedNow = (posted: string, kept: string) => `
  ${touchedBy(posted)}, from_ledger as materialized (
    select * from (${itemsFromLedger('select account, clears from touched')}) n where ${IN_DAYS}
  ), listed as materialized (
    select k.* from ledger_open_items k
    where ${kept} and ${IN_DAYS} and object = any($6::text[]) and ${UNTOUCHED}
    union all
    select oldest.* from (select distinct types from ledger_open_item_sums where ${kept} and ${IN_DAYS}) as kind
      cross join lateral (
        select k.* from ledger_open_items k
        where ${kept} and ${IN_DAYS} and k.types = kind.types and object <> all($6::text[]) and ${UNTOUCHED}
        order by first_on, object, currency limit $5
      ) as oldest
    union all
    (select * from from_ledger where object = any($6::text[]))
    union all
    (select * from from_ledger where object <> all($6::text[]) order by first_on, object, currency limit $5)
  )`

const touchedBy = (posted: string) => `touched as materialized (
    select distinct e.account, t.clears from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id
    where ${posted} and e.account in ${CLEARING_ACCOUNTS}
  )`

const UNTOUCHED = `not exists (select from touched c where (c.account, c.clears) = (k.ledger_account, k.object))`
