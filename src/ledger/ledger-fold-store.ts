import type { Queryable } from '../db/database.ts'
import { keepMonthEndItems } from './month-end-items-store.ts'

/** How far the kept tables are. */
export type FoldState = {
  /** What database transactions before this one posted is in the kept tables; a 64-bit transaction id as text. */
  readonly foldedBelow: string
  /** Whether what earlier releases posted is in the kept tables, too. */
  readonly isFilled: boolean
  /** What database transactions before this one posted is among the kept items of the ends of months. */
  readonly monthEndsBelow: string
}

/**
 * Brings the kept sums and open items up to date with the ledger. What other database transactions still have under way
 * waits for the next time. Whoever folds at the same time waits until this database transaction ends.
 * @returns whether there is more to do: the ledger of an earlier release is folded day by day
 */
export async function foldLedger(tx: Queryable, now: Date): Promise<boolean> {
  const state = await lockState(tx)
  const monthEndsUpTo = await newUpTo(tx, state.monthEndsBelow)
  if (monthEndsUpTo !== null) await keepMonthEndItems(tx, state.monthEndsBelow, monthEndsUpTo)
  if (!state.isFilled) return fillDay(tx, now)
  const upTo = await newUpTo(tx, state.foldedBelow)
  if (upTo === null) return false
  const span = [state.foldedBelow, upTo]
  await tx.query(addSums(`posted_xid >= $1::xid8 and posted_xid < $2::xid8`), span)
  await tx.query(
    replaceItems(
      `posted_xid >= $1::xid8 and posted_xid < $2::xid8`,
      `or exists (select from ledger_open_items k where k.ledger_account = account and k.object = clears)`,
    ),
    span,
  )
  await tx.query(`update ledger_fold_states set folded_below = $1::xid8`, [upTo])
  return false
}

/**
 * Up to which database transaction everything is committed, if anything was posted since the bound. While nothing is new
 * it is null, so that an idle service writes nothing.
 */
async function newUpTo(tx: Queryable, below: string): Promise<string | null> {
  const { rows } = await tx.query<{ upTo: string; isNew: boolean }>({
    name: 'fold-up-to',
    text: `select pg_snapshot_xmin(pg_current_snapshot())::text as "upTo", exists (
        select from ledger_transactions where posted_xid >= $1::xid8) as "isNew"`,
    values: [below],
  })
  const [reach] = rows
  return reach?.isNew && BigInt(reach.upTo) > BigInt(below) ? reach.upTo : null
}

export async function foldState(db: Queryable): Promise<FoldState> {
  const { rows } = await db.query<FoldState>({
    name: 'ledger-fold-state',
    text: `select folded_below::text as "foldedBelow", filled_at is not null as "isFilled",
      month_ends_kept_below::text as "monthEndsBelow" from ledger_fold_states`,
  })
  return stateOf(rows)
}

async function lockState(tx: Queryable): Promise<FoldState> {
  const { rows } = await tx.query<FoldState>({
    name: 'lock-ledger-fold',
    text: `select folded_below::text as "foldedBelow", filled_at is not null as "isFilled",
      month_ends_kept_below::text as "monthEndsBelow" from ledger_fold_states for update`,
  })
  return stateOf(rows)
}

function stateOf([state]: readonly FoldState[]): FoldState {
  if (!state) throw new Error('ledger_fold_states has no row')
  return state
}

/** Folds the next day of what earlier releases posted: nobody posts such rows any more. */
async function fillDay(tx: Queryable, now: Date): Promise<boolean> {
  const { rows } = await tx.query<{ day: string | null }>(
    `select min(booked_on) as day from ledger_transactions
     where booked_on >= (select fill_from from ledger_fold_states) and posted_xid is null`,
  )
  const day = rows[0]?.day ?? null
  if (day === null) {
    await tx.query(`update ledger_fold_states set filled_at = $1`, [now])
    return true
  }
  await tx.query(addSums(`booked_on = $1 and posted_xid is null`), [day])
  await tx.query(replaceItems(`booked_on = $1 and posted_xid is null`, ''), [day])
  await tx.query(`update ledger_fold_states set fill_from = $1::date + 1`, [day])
  return true
}

/** @param posted which ledger transactions are added */
const addSums = (posted: string) => `
  insert into ledger_account_totals as k (grain, starts_on, ledger_account, currency, debit_minor, credit_minor, entries)
  select grain, date_trunc(grain, booked_on::timestamp)::date, account, currency,
    coalesce(sum(amount_minor) filter (where amount_minor > 0), 0), coalesce(-sum(amount_minor) filter (where amount_minor < 0), 0),
    count(*)
  from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id
    cross join (values ('day'), ('month')) as by(grain)
  where ${posted}
  group by 1, 2, 3, 4 order by 1, 2, 3, 4
  on conflict (grain, starts_on, ledger_account, currency) do update set debit_minor = k.debit_minor + excluded.debit_minor,
    credit_minor = k.credit_minor + excluded.credit_minor, entries = k.entries + excluded.entries`

/** Accounts whose entries of one object sum to zero once everything about it is known. */
export const CLEARING_ACCOUNTS = `('stripe_clearing', 'payouts_in_transit')`

/** The effects of acts of finance, and those with the settlements. Every other effect is an event's. */
const WRITE_OFF = `('written_off', 'write_off_reversed')`
const NO_EVENT = `('settled', 'written_off', 'write_off_reversed')`

/**
 * The open items of these objects, read from the whole ledger. What only one currency of an object is open in is one
 * item.
 * @param objects a query for `account` and `clears`
 */
export const itemsFromLedger = (objects: string) => `
  select o.account as ledger_account, o.clears as object, i.currency, i.events_minor, i.balance_minor, i.written_off_minor,
    f.first_on, i.last_event_at, i.last_movement_at, f.types, f.payment_intent_id
  from (${objects}) o
    cross join lateral (
      select e.currency, sum(e.amount_minor) filter (where t.effect not in ${NO_EVENT})::bigint as events_minor,
        sum(e.amount_minor) filter (where t.effect = 'settled')::bigint as balance_minor,
        coalesce(sum(e.amount_minor) filter (where t.effect in ${WRITE_OFF}), 0)::bigint as written_off_minor,
        max(t.occurred_at) filter (where t.effect not in ${NO_EVENT}) as last_event_at,
        max(t.occurred_at) filter (where t.effect = 'settled') as last_movement_at
      from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id and e.account = o.account
      where t.clears = o.clears group by e.currency having sum(e.amount_minor) <> 0
    ) i
    cross join lateral (
      select min(t.booked_on) as first_on, array_remove(array_agg(distinct b.type), null) as types,
        max(b.payment_intent_id) as payment_intent_id
      from ledger_transactions t left join balance_transactions b on t.effect = 'settled' and b.id = t.source
      where t.clears = o.clears
    ) f`

/**
 * Objects that were open before, or of which the new postings leave something, are read again from the whole ledger. Of
 * all others the new postings cancel each other out.
 * @param posted which ledger transactions are new
 * @param orOpen the condition under which an object is read although its new postings cancel each other out
 */
const replaceItems = (posted: string, orOpen: string) => `
  with changed as materialized (
    select distinct account, clears from (
      select e.account, t.clears, e.currency, sum(e.amount_minor) as left_minor
      from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id
      where ${posted} and e.account in ${CLEARING_ACCOUNTS}
      group by 1, 2, 3
    ) moved where left_minor <> 0 ${orOpen}
  ), present as materialized (${itemsFromLedger('select account, clears from changed')}),
  removed as (
    delete from ledger_open_items k using changed c
    where (k.ledger_account, k.object) = (c.account, c.clears)
      and not exists (select from present p where (p.ledger_account, p.object, p.currency) = (k.ledger_account, k.object, k.currency))
  )
  insert into ledger_open_items (ledger_account, object, currency, events_minor, balance_minor, written_off_minor, first_on,
    last_event_at, last_movement_at, types, payment_intent_id)
  select * from present order by 1, 2, 3
  on conflict (ledger_account, object, currency) do update set events_minor = excluded.events_minor,
    balance_minor = excluded.balance_minor, written_off_minor = excluded.written_off_minor, first_on = excluded.first_on, last_event_at = excluded.last_event_at,
    last_movement_at = excluded.last_movement_at, types = excluded.types, payment_intent_id = excluded.payment_intent_id`
