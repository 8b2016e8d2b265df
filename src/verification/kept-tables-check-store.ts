import type { Queryable } from '../db/database.ts'
import { foldState } from '../ledger/ledger-fold-store.ts'
import { AGREEMENT_TOTALS, KEPT_AGREEMENTS } from '../subscriptions/agreement-store.ts'
import type { Zones } from './expectation.ts'
import type { Finding } from './finding.ts'

/** Compares the sums and open items that are kept beside the ledger with the ledger, as far as they go. */
export async function keptTablesFindings(tx: Queryable, zones: Zones): Promise<Finding[]> {
  const { foldedBelow, isFilled, monthEndsBelow } = await foldState(tx)
  const findings = isFilled
    ? [...(await rows(tx, BALANCES, [foldedBelow])), ...(await rows(tx, OPEN_ITEMS, [foldedBelow]))]
    : []
  // A day that was counted in an earlier timezone may have other movements than the same day has now.
  const [zone] = zones
  const days = zones.length === 1 ? await rows(tx, STRIPE_DAYS, [zone]) : []
  return [
    ...findings,
    ...(await rows(tx, OPEN_ITEM_SUMS, [])),
    ...(await rows(tx, MONTH_ENDS, [monthEndsBelow])),
    ...days,
    ...(await rows(tx, VOLUMES, [])),
    ...(await rows(tx, AGREEMENTS, [])),
  ]
}

async function rows(tx: Queryable, sql: string, values: readonly unknown[]): Promise<Finding[]> {
  const { rows: found } = await tx.query<Finding>(sql, [...values])
  return found
}

/** What was posted by database transactions that are in the kept tables. */
const FOLDED = `(t.posted_xid is null or t.posted_xid < $1::xid8)`

const BALANCES = `
  with expected as (
    select grain, date_trunc(grain, t.booked_on::timestamp)::date as starts_on, e.account, e.currency,
      'debit ' || coalesce(sum(e.amount_minor) filter (where e.amount_minor > 0), 0)
        || ', credit ' || coalesce(-sum(e.amount_minor) filter (where e.amount_minor < 0), 0)
        || ', entries ' || count(*) as sums
    from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id
      cross join (values ('day'), ('month')) as by(grain)
    where ${FOLDED} group by 1, 2, 3, 4
  ), kept as (
    select grain, starts_on, ledger_account as account, currency,
      'debit ' || debit_minor || ', credit ' || credit_minor || ', entries ' || entries as sums
    from ledger_account_totals
  )
  select 'kept_balance' as kind, account || ' ' || currency || ' ' || grain || ' ' || starts_on as object,
    coalesce(e.sums, 'nothing') as expected, coalesce(k.sums, 'nothing') as found
  from expected e full join kept k using (grain, starts_on, account, currency)
  where e.sums is distinct from k.sums order by 2 limit 100`

const OPEN_ITEMS = `
  with expected as (
    select e.account, t.clears as object, e.currency,
      'events ' || coalesce((sum(e.amount_minor) filter (where t.effect not in ('settled', 'written_off', 'write_off_reversed')))::text, 'none')
        || ', balance ' || coalesce((sum(e.amount_minor) filter (where t.effect = 'settled'))::text, 'none')
        || ', written off ' || coalesce(sum(e.amount_minor) filter (where t.effect in ('written_off', 'write_off_reversed')), 0)
        || ', first on ' || (select min(booked_on) from ledger_transactions f where f.clears = t.clears) as item
    from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id
    where e.account in ('stripe_clearing', 'payouts_in_transit')
    group by 1, 2, 3 having sum(e.amount_minor) <> 0
  ), kept as (
    select ledger_account as account, object, currency, 'events ' || coalesce(events_minor::text, 'none')
      || ', balance ' || coalesce(balance_minor::text, 'none') || ', written off ' || written_off_minor
      || ', first on ' || first_on as item
    from ledger_open_items
  )
  select 'open_item' as kind, object || ' ' || account || ' ' || currency as object, coalesce(e.item, 'nothing') as expected,
    coalesce(k.item, 'nothing') as found
  from expected e full join kept k using (account, object, currency)
  where e.item is distinct from k.item
    -- What was posted since is read from the ledger, whatever is kept of it.
    and not exists (select from ledger_transactions t where t.clears = object and t.posted_xid >= $1::xid8)
  order by 2 limit 100`

/** The sums are kept of the kept items; whether these are the ledger's is found beside it. */
const OPEN_ITEM_SUMS = `
  with expected as (
    select ledger_account || ' ' || first_on || ' ' || currency as object,
      concat_ws(', ', case when events_minor is not null then 'events' end, case when balance_minor is not null then 'balance' end,
        case when written_off_minor <> 0 then 'written off' end, case when starts_with(object, 'txn_') then 'movement' end,
        types::text, date_trunc('hour', last_event_at, 'UTC')::text, '/', date_trunc('hour', last_movement_at, 'UTC')::text) as kind,
      'items ' || count(*) || ', open ' || sum(abs(coalesce(events_minor, 0) + coalesce(balance_minor, 0) + written_off_minor)) as sums
    from ledger_open_items group by 1, 2
  ), kept as (
    select ledger_account || ' ' || first_on || ' ' || currency as object,
      concat_ws(', ', case when has_events then 'events' end, case when has_balance then 'balance' end,
        case when is_written_off then 'written off' end, case when is_movement then 'movement' end,
        types::text, event_hour::text, '/', movement_hour::text) as kind,
      'items ' || items || ', open ' || open_minor as sums
    from ledger_open_item_sums
  )
  select 'open_item_sum' as kind, object || ' ' || kind as object, coalesce(e.sums, 'nothing') as expected,
    coalesce(k.sums, 'nothing') as found
  from expected e full join kept k using (object, kind)
  where e.sums is distinct from k.sums order by 2 limit 100`

/** An item that is kept and should not be is harmless: the ledger says what it held. */
const MONTH_ENDS = `
  with of_month as (
    select t.clears as object, e.currency, date_trunc('month', t.booked_on::timestamp) as month, sum(e.amount_minor) as minor
    from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id
    where e.account = 'stripe_clearing' and ${FOLDED} group by 1, 2, 3
  ), running as (
    select object, month, sum(minor) over runs as left_minor, lead(month) over runs as next_month
    from of_month window runs as (partition by object, currency order by month)
  ), expected as (
    select distinct to_char(g.month, 'YYYY-MM') as month, r.object
    from running r cross join lateral generate_series(r.month, r.next_month - interval '1 month', interval '1 month') g(month)
    where r.left_minor <> 0 and r.next_month is not null
  )
  select 'month_end_item' as kind, month || ' ' || object as object, 'kept' as expected, 'nothing' as found
  from expected e where not exists (select from ledger_month_end_items k where (k.month, k.object) = (e.month, e.object))
  order by 2 limit 100`

const STRIPE_DAYS = `
  with expected as (
    select (created_at at time zone $1)::date as day, currency, 'net ' || sum(net_minor) || ', movements ' || count(*) as sums
    from balance_transactions group by 1, 2
  ), kept as (
    select day, currency, 'net ' || net_minor || ', movements ' || movements as sums from stripe_balance_days
  )
  select 'stripe_day' as kind, day || ' ' || currency as object, coalesce(e.sums, 'nothing') as expected,
    coalesce(k.sums, 'nothing') as found
  from expected e full join kept k using (day, currency)
  where e.sums is distinct from k.sums order by 2 limit 100`

const VOLUMES = `
  with expected as (
    select to_char(created_at at time zone 'UTC', 'YYYY-MM') as month, currency, type,
      'charges ' || count(*) || ', gross ' || sum(amount_minor) as sums
    from balance_transactions where type in ('charge', 'payment') group by 1, 2, 3
  ), kept as (
    select month, currency, type, 'charges ' || charges || ', gross ' || gross_minor as sums from charge_volumes
  )
  select 'charge_volume' as kind, month || ' ' || currency || ' ' || type as object, coalesce(e.sums, 'nothing') as expected,
    coalesce(k.sums, 'nothing') as found
  from expected e full join kept k using (month, currency, type)
  where e.sums is distinct from k.sums order by 2 limit 100`

const AGREEMENTS = `
  with expected as (select key, 'agreements ' || agreements || ', amounts ' || amount_minor as sums from (${AGREEMENT_TOTALS}) as e),
    kept as (select key, 'agreements ' || agreements || ', amounts ' || amount_minor as sums from (${KEPT_AGREEMENTS}) as k)
  select 'agreement_total' as kind, key as object, coalesce(e.sums, 'nothing') as expected, coalesce(k.sums, 'nothing') as found
  from expected e full join kept k using (key)
  where e.sums is distinct from k.sums order by 2 limit 100`
