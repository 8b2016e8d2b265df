import type { Knex } from 'knex'
import type { LedgerEffect } from '../ledger/ledger.ts'
import { totalColumns, type Grouping, type Total, type TotalsQuery } from './totals.ts'
import type { AccountBalance, TrialBalanceQuery } from './trial-balance.ts'

/** Day and month are those of the booking; the other keys are the donation's own. */
const KEYS: Readonly<Record<Grouping, string>> = {
  day: `to_char(p.day, 'YYYY-MM-DD')`,
  month: `to_char(p.day, 'YYYY-MM')`,
  frequency: 'd.frequency',
  article: 'd.article_url',
  campaign: 'd.campaign_name',
}

const sums = Object.entries(totalColumns)
  .map(([field, sql]) => `${sql} as "${field}"`)
  .join(', ')

/**
 * Sums of the ledger in the donations' currencies, sorted by key, then currency; donations without a key come last. A
 * refund counts on the day on which it was booked, and a fee not before its donation, so that the figures of a closed
 * month never change. While a month is open, a donation whose fee is not known yet makes the fee of its row null. A fee
 * in another currency makes it null for good.
 */
export async function totals(
  db: Knex,
  { from, to, by, asOf }: Pick<TotalsQuery, 'from' | 'to' | 'by' | 'asOf'>,
): Promise<Total[]> {
  const { rows } = await db.raw<{ rows: Total[] }>(
    `with posting as (
       select t.id, t.id = g.id as is_booking, case when t.effect = any(:bookings) then t.booked_on
           else greatest(t.booked_on, g.booked_on) end as day, g.donation_id
       from ledger_transactions t
         -- A settlement that was posted before its donation names none: its payment leads to the donation.
         join ledger_transactions g on ${IS_BOOKING} and g.donation_id = coalesce(t.donation_id, (
           select o.id from balance_transactions b join donations o on o.payment_intent_id = b.payment_intent_id
           where b.id = t.source))
       where t.booked_on between :from and :to and g.booked_on <= :to and ${postedBy('t')} and ${postedBy('g')}
       union all
       select t.id, false, g.booked_on, g.donation_id
       from ledger_transactions g
         join donations d on d.id = g.donation_id
         join balance_transactions b on b.payment_intent_id = d.payment_intent_id
         join ledger_transactions t on t.source = b.id and t.effect = 'settled'
       where ${IS_BOOKING} and g.booked_on between :from and :to and t.booked_on < :from
         and ${postedBy('t')} and ${postedBy('g')}
     ), booked as (
       select ${KEYS[by]} as key, d.currency, e.account, e.currency = d.currency as is_own_currency, e.amount_minor as minor,
         p.is_booking and c.month is null and not exists (
           select from balance_transactions b
           where b.payment_intent_id = d.payment_intent_id and b.type in ('charge', 'payment') and b.currency = d.currency
             and (:asOf::timestamptz is null or b.read_at <= :asOf)) as is_unsettled
       from posting p
         join donations d on d.id = p.donation_id
         join ledger_entries e on e.ledger_transaction_id = p.id
           and e.account in ('donations', 'refunds', 'disputes', 'stripe_fees', 'dispute_fees')
         left join month_closings c on c.month = to_char(p.day, 'YYYY-MM')
           and (:asOf::timestamptz is null or c.closed_at <= :asOf)
     )
     select key, currency, ${sums}
     from booked
     group by 1, 2
     -- A donation that was taken off a day leaves nothing of itself there.
     having bool_or(account <> 'donations') or sum(sign(minor)) <> 0 or sum(minor) <> 0
     order by 1 nulls last, 2`,
    { from, to, asOf: asOf ?? null, bookings: [...BOOKINGS, 'donation_redated_from'] },
  )
  return rows
}

const BOOKINGS = ['donation_succeeded', 'donation_redated_to'] as const satisfies readonly LedgerEffect[]

/** Whether `g` is the posting that says on which day its donation counts: the first one, or the last that moved it. */
const IS_BOOKING = `g.effect in (${BOOKINGS.map((effect) => `'${effect}'`).join(', ')}) and not exists (
  select from ledger_transactions later
  where later.effect = 'donation_redated_to' and later.donation_id = g.donation_id and later.id <> g.id
    and (g.effect = 'donation_succeeded' or (later.posted_at, later.id) > (g.posted_at, g.id)) and ${postedBy('later')})`

/** Whether the transaction was posted by the instant of the query, if it has one. */
function postedBy(transaction: 't' | 'g' | 'later'): string {
  return `(:asOf::timestamptz is null or ${transaction}.posted_at <= :asOf)`
}

/** In the order of a chart of accounts: assets, then income, then its reductions and costs. */
const ACCOUNT_ORDER = `array['bank', 'payouts_in_transit', 'stripe_balance', 'stripe_clearing', 'stripe_reserve', 'opening_balance', 'donations', 'refunds', 'disputes', 'stripe_fees', 'dispute_fees', 'fx', 'other_stripe_activity', 'other_programs']`

/** The balance of every account, by currency. */
export async function accountBalances(db: Knex, { to, asOf }: TrialBalanceQuery): Promise<AccountBalance[]> {
  const { rows } = await db.raw<{ rows: AccountBalance[] }>(
    `select e.account, e.currency, sum(e.amount_minor)::bigint as "balanceMinor"
     from ledger_entries e join ledger_transactions t on t.id = e.ledger_transaction_id
     where (:to::date is null or t.booked_on <= :to) and (:asOf::timestamptz is null or t.posted_at <= :asOf)
     group by e.account, e.currency order by e.currency, array_position(${ACCOUNT_ORDER}, e.account)`,
    { to: to ?? null, asOf: asOf ?? null },
  )
  return rows
}
