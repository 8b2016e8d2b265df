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
    const conditions = isFilled
      ? { posted: `t.posted_xid >= $1::xid8`, kept: `true` }
      : { posted: `$1::xid8 is not null`, kept: `false` }
    const { rows } = await db.query<Row & { readonly isAnswer: true | null; readonly isSame: boolean }>(
      `with answer as (${sqlOf(conditions)})
       select a.*, s.folded_below = $1::xid8 and (s.filled_at is not null) = ${String(isFilled)} as "isSame"
       from ledger_fold_states s left join (select true as "isAnswer", * from answer) a on true`,
      [foldedBelow, ...values],
    )
    if (rows[0]?.isSame) return rows.filter(({ isAnswer }) => isAnswer)
  }
}

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

/** The items of a clearing account that are open now and were first booked in these days, by object and currency. */
export function openItems(
  db: Queryable,
  account: ClearingAccount,
  { from, to }: FirstDays,
  limit: number,
): Promise<OpenItem[]> {
  const inDays = `first_on between coalesce($2::date, '-infinity') and $3::date and ledger_account = $4`
  return readKept<OpenItem>(
    db,
    ({ posted, kept }) => `
      select object, currency, events_minor as "eventsMinor", balance_minor as "balanceMinor",
        written_off_minor as "writtenOffMinor", first_on as "firstOn", last_event_at as "lastEventAt",
        last_movement_at as "lastMovementAt", types, payment_intent_id as "paymentIntentId"
      from (${itemsNow(posted, kept, inDays, 'order by object, currency limit $5')}) i
      order by object, currency limit $5`,
    [from, to, account, limit],
  )
}

/** The items that follow one, by currency and by who posted them, the amounts without their signs. */
export function openItemSums(
  db: Queryable,
  account: ClearingAccount,
  { from, to }: FirstDays,
  after: Pick<OpenItem, 'object' | 'currency'>,
): Promise<OpenItemSum[]> {
  const inDays = `first_on between coalesce($2::date, '-infinity') and $3::date and ledger_account = $4
    and (object, currency) > ($5, $6)`
  return readKept<OpenItemSum>(
    db,
    ({ posted, kept }) => `
      select currency, events_minor is not null as "hasEvents", balance_minor is not null as "hasBalance", count(*) as count,
        sum(abs(coalesce(events_minor, 0) + coalesce(balance_minor, 0) + written_off_minor))::bigint as "openMinor",
        min(last_event_at) as "oldestEventAt", min(last_movement_at) as "oldestMovementAt"
      from (${itemsNow(posted, kept, inDays, '')}) i group by 1, 2, 3 order by 1, 2, 3`,
    [from, to, account, after.object, after.currency],
  )
}

/** Objects with a posting that is not in the kept tables are read from the ledger. */
const itemsNow = (posted: string, kept: string, condition: string, order: string) => `
  with touched as materialized (
    select distinct e.account, t.clears from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id
    where ${posted} and e.account in ${CLEARING_ACCOUNTS}
  )
  (select k.* from ledger_open_items k
   where ${kept} and ${condition}
     and not exists (select from touched c where (c.account, c.clears) = (k.ledger_account, k.object)) ${order})
  union all
  (select * from (${itemsFromLedger('select account, clears from touched')}) n where ${condition} ${order})`
