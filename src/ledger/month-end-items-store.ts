import type { Queryable } from '../db/database.ts'
import type { MonthEndItem } from './kept-tables.ts'

/**
 * Items that the clearing account held at the end of a month and that later postings cleared, as far as they did. Only
 * objects with postings before and after the end of a month are looked at: they are kept by month, and what is not kept
 * yet is read from the ledger.
 * @param asOf leaves out what was posted later; null: nothing is left out
 */
export async function monthEndItems(
  db: Queryable,
  { month, to, asOf }: { readonly month: string; readonly to: string; readonly asOf: Date | null },
): Promise<MonthEndItem[]> {
  // Postgres must know how few postings are not kept yet, so their bound is a value. It may be out of date by the time
  // the query runs: then more objects are looked at, and none is left out.
  const bound = await db.query<{ readonly below: string }>(
    `select month_ends_kept_below::text as below from ledger_fold_states`,
  )
  const { rows } = await db.query<MonthEndItem>(
    `with asked as materialized (
       select object from ledger_month_end_items where month = $1
       union
       select t.clears from ledger_transactions t
         join ledger_entries e on e.ledger_transaction_id = t.id and e.account = 'stripe_clearing'
       where t.posted_xid >= $4::xid8
     )
     select a.object, i.currency, -i.later::bigint as "clearedMinor", i.was_settled as "wasSettled", i.cleared_on as "clearedOn"
     from asked a cross join lateral (
       select e.currency, sum(e.amount_minor) filter (where t.booked_on > $2::date) as later,
         bool_or(t.effect = 'settled') filter (where t.booked_on <= $2::date) as was_settled,
         min(t.booked_on) filter (where t.booked_on > $2::date) as cleared_on
       from ledger_transactions t
         join ledger_entries e on e.ledger_transaction_id = t.id and e.account = 'stripe_clearing'
       where t.clears = a.object and t.posted_at <= coalesce($3::timestamptz, 'infinity')
       group by e.currency
       having sum(e.amount_minor) filter (where t.booked_on <= $2::date) <> 0
         and sum(e.amount_minor) filter (where t.booked_on > $2::date) <> 0
     ) i
     order by i.cleared_on, a.object, i.currency`,
    [month, to, asOf, bound.rows[0]?.below],
  )
  return rows
}

/** Keeps which objects have postings on both sides of the end of a month, of what these database transactions posted. */
export async function keepMonthEndItems(tx: Queryable, below: string, upTo: string): Promise<void> {
  await tx.query(
    `with changed as materialized (
       select distinct clears from (
         select t.clears from ledger_transactions t
           join ledger_entries e on e.ledger_transaction_id = t.id and e.account = 'stripe_clearing'
         where t.posted_xid >= $1::xid8 and t.posted_xid < $2::xid8
         group by t.clears, e.currency
         -- Of other objects the new postings cancel each other out within one month, and change the end of none.
         having sum(e.amount_minor) <> 0 or date_trunc('month', min(t.booked_on)) <> date_trunc('month', max(t.booked_on))
       ) moved
     )
     ${INSERT} from changed c ${ENDS_OF_MONTHS} on conflict do nothing`,
    [below, upTo],
  )
  await tx.query(`update ledger_fold_states set month_ends_kept_below = $1::xid8`, [upTo])
}

const INSERT = `insert into ledger_month_end_items (month, object) select distinct to_char(g.month, 'YYYY-MM'), c.clears`

/** The months at whose end something of the object `c.clears` was left, which a later posting changed. */
const ENDS_OF_MONTHS = `
  cross join lateral (
    select by_month.*, sum(minor) over runs as left_minor, lead(month) over runs as next_month
    from (
      select e.currency, date_trunc('month', t.booked_on::timestamp) as month, sum(e.amount_minor) as minor
      from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id and e.account = 'stripe_clearing'
      where t.clears = c.clears group by 1, 2
    ) by_month window runs as (partition by currency order by month)
  ) r
  cross join lateral generate_series(r.month, r.next_month - interval '1 month', interval '1 month') g(month)
  where r.left_minor <> 0 and r.next_month is not null`
