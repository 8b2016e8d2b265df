import pg from 'pg'
import type { Queryable } from '../../db/database.ts'
import { everyOpenItem } from '../../ledger/kept-tables-store.ts'
import {
  clearingKindSql,
  kindInWordsSql,
  needsExplanationSql,
} from '../../reconciliation/items/clearing-item-sql.ts'
import { completeUpTo } from '../../sync/sync-state-store.ts'
import { amountColumns, currencyColumn } from '../formats/amount-sql.ts'
import { withNames, type ExportTable } from '../formats/export-table.ts'

/** The newsroom's day of an instant. */
const daySql = (instant: string) => `(${instant} at time zone :timezone)::date`

/** What an item is, by Stripe's id of it. What is none of ours has the id of its movement. */
const whatSql = `case split_part(i.object, '_', 1)
  when 'pi' then 'gift' when 'ch' then 'gift' when 'py' then 'gift'
  when 're' then 'refund' when 'pyr' then 'refund'
  when 'dp' then 'dispute' when 'du' then 'dispute'
  else 'other' end`

const stateSql = `case
  when s.month is not null then 'accepted exception'
  when not ${needsExplanationSql('i.kind')} then 'timing difference'
  when e.is_explained then 'explained for ever'
  else 'to explain' end`

/**
 * The reconciling items: whatever is open in the clearing account now and was first booked in these days, one line for
 * each object and currency. Without days the amounts that remain add up to the balance of the account.
 * @param snapshot in which the file is read
 */
export async function itemsFile(
  snapshot: Queryable,
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  timezone: string,
): Promise<ExportTable> {
  const open = withNames(await everyOpenItem(snapshot, 'stripe_clearing'))
  const readUpTo = await completeUpTo(snapshot)
  return {
    columns: [
      { heading: 'First booked on', kind: 'day', sql: 'i.first_on' },
      { heading: 'What', kind: 'code', sql: whatSql },
      { heading: 'Stripe object', kind: 'text', sql: 'i.object' },
      currencyColumn('Currency', 'i.currency'),
      ...amountColumns('By events', 'i.events_minor', 'i.currency'),
      ...amountColumns('By Stripe balance', 'i.balance_minor', 'i.currency'),
      ...amountColumns('Written off', 'i.written_off_minor', 'i.currency'),
      ...amountColumns('Remains open', 'i.open_minor', 'i.currency'),
      { heading: 'Last event on', kind: 'day', sql: daySql('i.last_event_at') },
      { heading: 'Last movement on', kind: 'day', sql: daySql('i.last_movement_at') },
      { heading: 'Stripe types', kind: 'text', sql: `array_to_string(i.types, ', ')` },
      { heading: 'Stripe payment', kind: 'text', sql: 'i.payment_intent_id' },
      { heading: 'Kind', kind: 'code', sql: 'i.kind' },
      { heading: 'Meaning', kind: 'text', sql: kindInWordsSql('i.kind', pg.escapeLiteral) },
      { heading: 'State', kind: 'code', sql: stateSql },
      { heading: 'Accepted in', kind: 'text', sql: 's.month' },
    ],
    // The days are the object's, so that no currency of it is left out of what decides its kind.
    from: `from (
        select *, ${clearingKindSql} as kind from (
          select *, coalesce(events_minor, 0) + coalesce(balance_minor, 0) + written_off_minor as open_minor,
            count(*) over (partition by object) > 1 as has_other_currency
          from (${open.sql}) as now
          where first_on between cast(:from as date) and cast(:to as date)
        ) as counted
      ) as i
      left join (
        select distinct on (object, kind, currency, amount_minor) object, kind, currency, amount_minor, month
        from month_sign_offs order by object, kind, currency, amount_minor, id desc
      ) as s on (s.object, s.kind, s.currency, s.amount_minor) = (i.object, i.kind, i.currency, i.open_minor)
      cross join lateral (
        select exists (select from standing_explanations x where (x.kind, x.type) = (i.kind, array_to_string(i.types, ', '))
          and not exists (select from standing_explanation_ends n where n.explanation_id = x.id)) as is_explained
      ) as e
      order by i.first_on, i.object, i.currency`,
    values: {
      ...open.values,
      from: from ?? '-infinity',
      to: to ?? 'infinity',
      timezone,
      readUpTo: readUpTo?.toISOString() ?? '-infinity',
    },
  }
}
