import type { Knex } from 'knex'
import type { Grouping, Total, TotalsQuery } from './totals.ts'

/** Days and months are those on which the ledger booked it; the rest is what the gift itself says. */
const KEYS: Readonly<Record<Grouping, string>> = {
  day: `to_char(t.booked_on, 'YYYY-MM-DD')`,
  month: `to_char(t.booked_on, 'YYYY-MM')`,
  frequency: 'd.frequency',
  article: 'd.article_url',
  campaign: 'd.campaign_name',
}

/**
 * Sums of the ledger, in the gift's currency, sorted by key, then currency; gifts without a key come last. A refund
 * counts on the day on which it was booked, so that the figures of a closed month never move.
 * A gift whose fee is not known yet, or was taken in another currency, leaves its row without fee and net.
 */
export async function totals(
  db: Knex,
  { from, to, by, asOf }: Pick<TotalsQuery, 'from' | 'to' | 'by' | 'asOf'>,
): Promise<Total[]> {
  const { rows } = await db.raw<{ rows: Total[] }>(
    `with booked as (
       select ${KEYS[by]} as key, d.currency, t.effect, e.account, e.currency = d.currency as own, e.amount_minor as minor,
         t.effect = 'donation_succeeded' and not exists (
           select from balance_transactions b
           where b.payment_intent_id = d.payment_intent_id and b.type in ('charge', 'payment') and b.currency = d.currency
             and (:asOf::timestamptz is null or b.read_at <= :asOf)) as unsettled
       from ledger_transactions t
         join ledger_entries e on e.ledger_transaction_id = t.id
           and e.account in ('donations', 'refunds', 'disputes', 'stripe_fees')
         -- Stripe's books may have come before the gift itself: then its payment says whose they are.
         join donations d on d.id = coalesce(t.donation_id, (
           select o.id from balance_transactions b join donations o on o.payment_intent_id = b.payment_intent_id
           where b.id = t.source))
       where t.booked_on between :from and :to and (:asOf::timestamptz is null or t.posted_at <= :asOf)
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
