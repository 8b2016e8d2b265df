import { donation, change, only, untouched, type Tampering } from './tampering.ts'

const donations: Tampering[] = [
  ['gross changed', `gross_minor = gross_minor + 1`],
  ['currency changed', `currency = 'cad'`],
  ['status wrong', `status = 'disputed'`],
  ['refunded more', `refunded_minor = refunded_minor + 1`],
  ['attribution changed', `article_url = 'https://news.example/other'`],
  ['campaign invented', `campaign_name = 'spring'`],
  ['frequency changed', `frequency = 'yearly'`],
  ['charge forgotten', `charge_id = null`],
  ['checkout forgotten', `checkout_id = null`],
  ['moment moved', `succeeded_at = succeeded_at + interval '1 second'`],
  ['day moved', `succeeded_on = succeeded_on + 1`],
].map(([name = '', set = '']) => ({
  name: `donation: ${name}`,
  of: donation(untouched),
  sql: change('donations', set, 'payment_intent_id'),
  finds: only('donation_differs'),
}))

/** With donations, and what goes with them. */
export const giftTamperings: readonly Tampering[] = [
  ...donations,
  {
    name: 'donation: payment renamed',
    of: donation(untouched),
    sql: change('donations', `payment_intent_id = 'pi_invented'`, 'payment_intent_id'),
    finds: (object) => ['donation_unexpected pi_invented', `donation_missing ${object}`],
  },
  {
    name: 'donation: removed, with its receipt left',
    of: donation(untouched),
    sql: (object) => `delete from donations where payment_intent_id = '${object}'`,
    finds: (object) => [`donation_missing ${object}`, 'receipt_unexpected 2026-'],
  },
  {
    name: 'checkout: never paid',
    of: `select id as object from checkouts where status = 'succeeded' order by 1 limit 1`,
    sql: change('checkouts', `status = 'open'`, 'id'),
    finds: only('checkout_status'),
  },
  {
    name: 'checkout: paid by nobody',
    of: `select id as object from checkouts where status = 'expired' order by 1 limit 1`,
    sql: change('checkouts', `status = 'succeeded'`, 'id'),
    finds: only('checkout_status'),
  },
  {
    name: 'event: said to be of no use',
    of: `select event_id as object from inbox_events where type = 'refund.updated' order by 1 limit 1`,
    sql: (object) =>
      `update inbox_states set outcome = 'ignored' where inbox_event_id = (select id from inbox_events where event_id = '${object}')`,
    finds: only('event_outcome'),
  },
  {
    name: 'refund: removed',
    of: `select id as object from refunds where kind = 'refund' order by 1 limit 1`,
    sql: (object) => `delete from refunds where id = '${object}'`,
    finds: only('refund_missing'),
  },
  {
    name: 'refund: invented',
    of: `select 're_invented' as object`,
    sql: () =>
      `insert into refunds select 're_invented', donation_id, kind, currency, amount_minor, status, reason, failure_reason, created_at from refunds limit 1`,
    finds: only('refund_unexpected'),
  },
  {
    name: 'refund: of another amount',
    of: `select id as object from refunds where kind = 'refund' order by 1 limit 1`,
    sql: change('refunds', 'amount_minor = amount_minor - 1', 'id'),
    finds: only('refund_differs'),
  },
  {
    name: 'refund: of another gift',
    of: `select id as object from refunds where kind = 'refund' order by 1 limit 1`,
    sql: change(
      'refunds',
      `donation_id = (select id from donations where status = 'succeeded' limit 1)`,
      'id',
    ),
    finds: only('refund_differs'),
  },
  {
    name: 'dispute: removed',
    of: `select id as object from disputes order by 1 limit 1`,
    sql: (object) => `delete from disputes where id = '${object}'`,
    finds: only('dispute_missing'),
  },
  {
    name: 'dispute: won',
    of: `select id as object from disputes where status = 'lost' order by 1 limit 1`,
    sql: change('disputes', `status = 'won', reinstated_at = now()`, 'id'),
    finds: only('dispute_differs'),
  },
  {
    name: 'warning: removed',
    of: `select id as object from fraud_warnings order by 1 limit 1`,
    sql: (object) => `delete from fraud_warnings where id = '${object}'`,
    finds: only('fraud_warning_missing'),
  },
  {
    name: 'recurring gift: removed',
    of: `select stripe_subscription_id as object from subscriptions order by 1 limit 1`,
    sql: (object) => `delete from subscriptions where stripe_subscription_id = '${object}'`,
    finds: only('subscription_missing'),
  },
  {
    name: 'recurring gift: invented',
    of: `select 'sub_invented' as object`,
    sql: () => `insert into subscriptions (stripe_subscription_id) values ('sub_invented')`,
    finds: only('subscription_unexpected'),
  },
]
