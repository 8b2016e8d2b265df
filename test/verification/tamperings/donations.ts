import { donation, change, findsOnly, unreversed, type Tampering } from './tampering.ts'

const changedColumns: Tampering[] = [
  ['the gross', `gross_minor = gross_minor + 1`],
  ['the currency', `currency = 'cad'`],
  ['the status', `status = 'disputed'`],
  ['the refunded amount', `refunded_minor = refunded_minor + 1`],
  ['the article', `article_url = 'https://news.example/other'`],
  ['the campaign', `campaign_name = 'spring'`],
  ['what the reader was charged', `presentment_currency = 'eur', presentment_minor = 1`],
  ['the frequency', `frequency = 'yearly'`],
  ['the charge', `charge_id = null`],
  ['the checkout', `checkout_id = null`],
  ['the time', `succeeded_at = succeeded_at + interval '1 second'`],
  ['the day', `succeeded_on = succeeded_on + 1`],
].map(([what = '', set = '']) => ({
  name: `${what} of a donation changes`,
  select: donation(unreversed),
  sql: change('donations', set, 'payment_intent_id'),
  finds: findsOnly('donation_differs'),
}))

/** Changes of donations, their checkouts, events, refunds, disputes, warnings and subscriptions. */
export const donationTamperings: readonly Tampering[] = [
  ...changedColumns,
  {
    name: 'the payment of a donation changes',
    select: donation(unreversed),
    sql: change('donations', `payment_intent_id = 'pi_invented'`, 'payment_intent_id'),
    finds: (object) => ['donation_unexpected pi_invented', `donation_missing ${object}`],
  },
  {
    name: 'a donation is removed and its receipt stays',
    select: donation(unreversed),
    sql: (object) => `delete from donations where payment_intent_id = '${object}'`,
    finds: (object) => [`donation_missing ${object}`, 'receipt_unexpected 2026-'],
  },
  {
    name: 'a paid checkout is open',
    select: `select id as object from checkouts where status = 'succeeded' order by 1 limit 1`,
    sql: change('checkouts', `status = 'open'`, 'id'),
    finds: findsOnly('checkout_status'),
  },
  {
    name: 'an expired checkout is paid',
    select: `select id as object from checkouts where status = 'expired' order by 1 limit 1`,
    sql: change('checkouts', `status = 'succeeded'`, 'id'),
    finds: findsOnly('checkout_status'),
  },
  {
    name: 'an applied event is ignored',
    select: `select event_id as object from inbox_events where type = 'refund.updated' order by 1 limit 1`,
    sql: (object) =>
      `update inbox_states set outcome = 'ignored' where inbox_event_id = (select id from inbox_events where event_id = '${object}')`,
    finds: findsOnly('event_outcome'),
  },
  {
    name: 'a refund is removed',
    select: `select id as object from refunds where kind = 'refund' order by 1 limit 1`,
    sql: (object) => `delete from refunds where id = '${object}'`,
    finds: findsOnly('refund_missing'),
  },
  {
    name: 'a refund is invented',
    select: `select 're_invented' as object`,
    sql: () =>
      `insert into refunds select 're_invented', donation_id, kind, currency, amount_minor, status, reason, failure_reason, created_at from refunds limit 1`,
    finds: findsOnly('refund_unexpected'),
  },
  {
    name: 'the amount of a refund changes',
    select: `select id as object from refunds where kind = 'refund' order by 1 limit 1`,
    sql: change('refunds', 'amount_minor = amount_minor - 1', 'id'),
    finds: findsOnly('refund_differs'),
  },
  {
    name: 'a refund belongs to another donation',
    select: `select id as object from refunds where kind = 'refund' order by 1 limit 1`,
    sql: change(
      'refunds',
      `donation_id = (select id from donations where status = 'succeeded' limit 1)`,
      'id',
    ),
    finds: findsOnly('refund_differs'),
  },
  {
    name: 'a dispute is removed',
    select: `select id as object from disputes order by 1 limit 1`,
    sql: (object) => `delete from disputes where id = '${object}'`,
    finds: findsOnly('dispute_missing'),
  },
  {
    name: 'a withdrawal moves to a dispute that does not exist',
    // Its only movement: the dispute is then read as an earlier release stored it, which says the same.
    select: `select min(dispute_id) as object from dispute_movements group by dispute_id having count(*) = 1 order by 1 limit 1`,
    sql: change('dispute_movements', `dispute_id = 'dp_nowhere'`, 'dispute_id'),
    finds: () => ['dispute_unexpected dp_nowhere'],
  },
  {
    name: 'a lost dispute is won',
    select: `select id as object from disputes where status = 'lost' order by 1 limit 1`,
    sql: change('disputes', `status = 'won', reinstated_at = now()`, 'id'),
    finds: findsOnly('dispute_differs'),
  },
  {
    name: 'a fraud warning is removed',
    select: `select id as object from fraud_warnings order by 1 limit 1`,
    sql: (object) => `delete from fraud_warnings where id = '${object}'`,
    finds: findsOnly('fraud_warning_missing'),
  },
  {
    name: 'a subscription is removed',
    select: `select stripe_subscription_id as object from subscriptions order by 1 limit 1`,
    sql: (object) => `delete from subscriptions where stripe_subscription_id = '${object}'`,
    finds: (object) => [`subscription_missing ${object}`, 'agreement_total started monthly 2026-11-15 00:00'],
  },
  {
    name: 'a subscription is invented',
    select: `select 'sub_invented' as object`,
    sql: () => `insert into subscriptions (stripe_subscription_id) values ('sub_invented')`,
    finds: findsOnly('subscription_unexpected'),
  },
]
