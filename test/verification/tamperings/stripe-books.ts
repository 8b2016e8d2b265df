import { movement, change, only, inPayout, type Tampering } from './tampering.ts'

/** With what was kept of Stripe’s own books. */
export const stripeBooksTamperings: readonly Tampering[] = [
  ...[
    ['amount', 'amount_minor = amount_minor + 1, net_minor = net_minor + 1', 'ledger', 'payout'],
    ['fee', 'fee_minor = fee_minor + 1, net_minor = net_minor - 1', 'ledger', 'payout'],
    ['object', `clears = 'pi_other'`, 'ledger'],
    ['presentment', 'presentment_minor = presentment_minor + 1', 'ledger'],
    ['payment', `payment_intent_id = 'pi_other'`],
    ['rate', 'exchange_rate = exchange_rate + 1'],
  ].map(([name = '', set = '', ...wrong]): Tampering => ({
    name: `balance transaction: another ${name}`,
    of: movement(`type = 'charge' and presentment_minor is not null and ${inPayout}`),
    sql: change('balance_transactions', set, 'id'),
    finds: only('balance_transaction_differs'),
    offline: (object) => [
      ...(wrong.includes('ledger') ? [`ledger_differs ${object} settled`] : []),
      ...(wrong.includes('payout') ? ['payout_items po_'] : []),
    ],
  })),
  {
    name: 'balance transaction: removed',
    of: movement(`type = 'charge' and ${inPayout}`),
    sql: (object) => `delete from balance_transactions where id = '${object}'`,
    finds: only('balance_transaction_missing'),
    offline: (object) => [`ledger_unexpected ${object} settled`, 'payout_items po_'],
  },
  {
    name: 'balance transaction: invented, and posted',
    of: `select 'txn_invented' as object`,
    sql: () =>
      `insert into balance_transactions (id, type, reporting_category, currency, amount_minor, fee_minor, net_minor, created_at, available_on, clears, read_at)
         values ('txn_invented', 'stripe_fee', 'fee', 'usd', -5, 0, -5, '2026-12-01T12:00Z', now(), 'txn_invented', now());
       insert into ledger_transactions (id, source, effect, occurred_at, posted_at, booked_on, clears)
         values ('ffffffff-0000-0000-0000-000000000000', 'txn_invented', 'settled', '2026-12-01T12:00Z', now(), '2026-12-01', 'txn_invented');
       insert into ledger_entries values ('ffffffff-0000-0000-0000-000000000000', 'stripe_balance', 'usd', -5),
         ('ffffffff-0000-0000-0000-000000000000', 'stripe_fees', 'usd', 5)`,
    finds: only('balance_transaction_unexpected'),
    offline: () => [],
  },
  ...[
    ['amount', 'amount_minor = amount_minor + 1', 'payout_items'],
    ['currency', `currency = 'eur'`, 'payout_items'],
    ['movement', `balance_transaction_id = 'txn_other'`],
    ['day of its arrival', `arrival_date = arrival_date + 1`],
    ['way', `automatic = false`],
  ].map(([name = '', set = '', too]): Tampering => ({
    name: `payout: ${name} changed`,
    of: `select id as object from payouts where status = 'paid' and itemisation = 'complete' order by 1 limit 1`,
    sql: change('payouts', set, 'id'),
    finds: (object) => [`payout_differs ${object}`, ...(too ? [`${too} ${object}`] : [])],
    offline: (object) => (too ? [`${too} ${object}`] : []),
  })),
  {
    name: 'payout: failed one said to be paid',
    of: `select id as object from payouts where status = 'failed' order by 1 limit 1`,
    sql: change('payouts', `status = 'canceled'`, 'id'),
    finds: only('payout_differs'),
    offline: () => [],
  },
  {
    name: 'payout: removed',
    of: `select id as object from payouts order by 1 limit 1`,
    sql: (object) => `delete from payouts where id = '${object}'`,
    finds: only('payout_missing'),
    offline: () => [],
  },
  {
    name: 'payout: a part of it removed',
    of: `select payout_id as object from payout_items i join balance_transactions b on b.id = i.balance_transaction_id where net_minor <> 0 order by 1 limit 1`,
    sql: (object) =>
      `delete from payout_items where balance_transaction_id = (select balance_transaction_id from payout_items where payout_id = '${object}' limit 1)`,
    finds: only('payout_items'),
  },
]
