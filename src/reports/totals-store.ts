import type { Knex } from 'knex'
import type { Grouping, Total, TotalsQuery } from './totals.ts'

/** Days and months are those on which the ledger booked it; the rest is what the gift itself says. */
const KEYS: Readonly<Record<Grouping, string>> = {
  day: `to_char(p.day, 'YYYY-MM-DD')`,
  month: `to_char(p.day, 'YYYY-MM')`,
  frequency: 'd.frequency',
  article: 'd.article_url',
  campaign: 'd.campaign_name',
}

/**
 * Sums of the ledger, in the gift's currency, sorted by key, then currency; gifts without a key come last. A refund
 * counts on the day on which it was booked, and a fee not before its gift was, so that the figures of a closed month
 * never move. While a month is open, a gift whose fee is not known yet leaves its row without fee and net; so does,
 * for good, a fee taken in another currency.
 */
export async function totals(
  db: Knex,
  { from, to, by, asOf }: Pick<TotalsQuery, 'from' | 'to' | 'by' | 'asOf'>,
): Promise<Total[]> {
  const { rows } = await db.raw<{ rows: Total[] }>(
    `with part as (
       select t.id, t.effect, greatest(t.booked_on, g.booked_on) as day, g.donation_id
       from ledger_transactions t
         -- Stripe's books may have come before the gift itself: then its payment says whose they are.
         join ledger_transactions g on g.effect = 'donation_succeeded' and g.donation_id = coalesce(t.donation_id, (
           select o.id from balance_transactions b join donations o on o.payment_intent_id = b.payment_intent_id
           where b.id = t.source))
       where t.booked_on between :from and :to and g.booked_on <= :to and ${knownThen('t')} and ${knownThen('g')}
       union all
       select t.id, t.effect, g.booked_on, g.donation_id
       from ledger_transactions g
         join donations d on d.id = g.donation_id
         join balance_transactions b on b.payment_intent_id = d.payment_intent_id
         join ledger_transactions t on t.source = b.id and t.effect = 'settled'
       where g.effect = 'donation_succeeded' and g.booked_on between :from and :to and t.booked_on < :from
         and ${knownThen('t')} and ${knownThen('g')}
     ), booked as (
       select ${KEYS[by]} as key, d.currency, e.account, e.currency = d.currency as own, e.amount_minor as minor,
         p.effect = 'donation_succeeded' and c.month is null and not exists (
           select from balance_transactions b
           where b.payment_intent_id = d.payment_intent_id and b.type in ('charge', 'payment') and b.currency = d.currency
             and (:asOf::timestamptz is null or b.read_at <= :asOf)) as unsettled
       from part p
         join donations d on d.id = p.donation_id
         join ledger_entries e on e.ledger_transaction_id = p.id
           and e.account in ('donations', 'refunds', 'disputes', 'stripe_fees')
         left join month_closings c on c.month = to_char(p.day, 'YYYY-MM')
           and (:asOf::timestamptz is null or c.closed_at <= :asOf)
     )
     select key, currency,
       count(*) filter (where account = 'donations') as donations,
       coalesce(-sum(minor) filter (where account = 'donations'), 0)::bigint as "grossMinor",
       coalesce(sum(minor) filter (where account = 'refunds'), 0)::bigint as "refundedMinor",
       coalesce(sum(minor) filter (where account = 'disputes'), 0)::bigint as "disputedMinor",
       case when bool_or(unsettled) or bool_or(account = 'stripe_fees' and not own) then null
         else coalesce(sum(minor) filter (where account = 'stripe_fees'), 0)::bigint end as "feeMinor"
     from booked
     group by 1, 2
     order by 1 nulls last, 2`,
    { from, to, asOf: asOf ?? null },
  )
  return rows
}

function knownThen(transaction: 't' | 'g'): string {
  return `(:asOf::timestamptz is null or ${transaction}.posted_at <= :asOf)`
}
