import { movement, change, findsOnly, inPayout, postingId, type Tampering } from './tampering.ts'

/** Changes of the stored balance transactions and payouts. */
export const settlementTamperings: readonly Tampering[] = [
  ...[
    ['amount', 'amount_minor = amount_minor + 1, net_minor = net_minor + 1', 'ledger', 'payout'],
    ['fee', 'fee_minor = fee_minor + 1, net_minor = net_minor - 1', 'ledger', 'payout'],
    ['object', `clears = 'pi_other'`, 'ledger'],
    ['presentment', 'presentment_minor = presentment_minor + 1', 'ledger'],
    ['payment', `payment_intent_id = 'pi_other'`],
    ['rate', 'exchange_rate = exchange_rate + 1'],
  ].map(([name = '', set = '', ...affected]): Tampering => ({
    name: `the ${name} of a balance transaction changes`,
    select: movement(`type = 'charge' and presentment_minor is not null and ${inPayout}`),
    sql: change('balance_transactions', set, 'id'),
    finds: (object) => [
      ...(set.includes('net_minor') ? ['stripe_day 2026-'] : []),
      ...(/(^|[^_a-z])amount_minor/.test(set) ? ['charge_volume 2026-'] : []),
      `balance_transaction_differs ${object}`,
    ],
    offline: (object) => [
      ...(set.includes('net_minor') ? ['stripe_day 2026-'] : []),
      ...(/(^|[^_a-z])amount_minor/.test(set) ? ['charge_volume 2026-'] : []),
      ...(affected.includes('ledger') ? [`ledger_differs ${object} settled`] : []),
      ...(affected.includes('payout') ? ['payout_items po_'] : []),
    ],
  })),
  {
    name: 'a balance transaction is removed',
    select: movement(`type = 'charge' and ${inPayout}`),
    sql: (object) => `delete from balance_transactions where id = '${object}'`,
    finds: (object) => ['stripe_day 2026-', 'charge_volume 2026-', `balance_transaction_missing ${object}`],
    offline: (object) => [
      'stripe_day 2026-',
      'charge_volume 2026-',
      `ledger_unexpected ${object} settled`,
      'payout_items po_',
    ],
  },
  {
    name: 'a balance transaction is invented and posted',
    select: `select 'txn_invented' as object`,
    sql: () =>
      `insert into balance_transactions (id, type, reporting_category, currency, amount_minor, fee_minor, net_minor, created_at, available_on, clears, read_at)
         values ('txn_invented', 'stripe_fee', 'fee', 'usd', -5, 0, -5, '2026-12-01T12:00Z', now(), 'txn_invented', now());
       insert into ledger_transactions (id, source, effect, occurred_at, posted_at, booked_on, clears)
         values ('ffffffff-0000-0000-0000-000000000000', 'txn_invented', 'settled', '2026-12-01T12:00Z', now(), '2026-12-01', 'txn_invented');
       insert into ledger_entries values ('ffffffff-0000-0000-0000-000000000000', 'stripe_balance', 'usd', -5),
         ('ffffffff-0000-0000-0000-000000000000', 'stripe_fees', 'usd', 5)`,
    finds: (object) => ['stripe_day 2026-', `balance_transaction_unexpected ${object}`],
    offline: () => ['stripe_day 2026-'],
  },
  ...[
    ['amount', 'amount_minor = amount_minor + 1', 'payout_items'],
    ['currency', `currency = 'eur'`, 'payout_items', 'arrived'],
    ['balance transaction', `balance_transaction_id = 'txn_other'`],
    ['automatic flag', `automatic = false`],
  ].map(([name = '', set = '', alsoFound, arrives]): Tampering => ({
    name: `the ${name} of a payout changes`,
    select: `select id as object from payouts where status = 'paid' and itemisation = 'complete' order by 1 limit 1`,
    sql: change('payouts', set, 'id'),
    finds: (object) => [
      ...(arrives ? [`ledger_differs ${object} arrived`] : []),
      `payout_differs ${object}`,
      ...(alsoFound ? [`${alsoFound} ${object}`] : []),
    ],
    offline: (object) => [
      ...(arrives ? [`ledger_differs ${object} arrived`] : []),
      ...(alsoFound ? [`${alsoFound} ${object}`] : []),
    ],
  })),
  {
    name: 'the arrival date of a payout changes',
    select: `select source as object from ledger_transactions where effect = 'arrived' and period is null order by 1 limit 1`,
    sql: change('payouts', `arrival_date = arrival_date + 1`, 'id'),
    finds: (object) => [
      `ledger_differs ${object} arrived`,
      `ledger_day ${object} arrived`,
      `payout_differs ${object}`,
    ],
    offline: (object) => [`ledger_differs ${object} arrived`, `ledger_day ${object} arrived`],
  },
  {
    name: 'a failed payout is canceled',
    select: `select id as object from payouts where status = 'failed' order by 1 limit 1`,
    sql: change('payouts', `status = 'canceled'`, 'id'),
    finds: findsOnly('payout_differs'),
    offline: () => [],
  },
  {
    name: 'the arrival date of a failed payout changes',
    select: `select id as object from payouts where status = 'failed' order by 1 limit 1`,
    sql: change('payouts', `arrival_date = arrival_date + 1`, 'id'),
    finds: findsOnly('payout_differs'),
    offline: () => [],
  },
  {
    name: 'a payout is removed',
    // One that arrived: the ledger then has a posting that nothing explains any more.
    select: `select id as object from payouts where status = 'paid' order by 1 limit 1`,
    sql: (object) => `delete from payouts where id = '${object}'`,
    finds: (object) => [`ledger_unexpected ${object} arrived`, `payout_missing ${object}`],
    offline: (object) => [`ledger_unexpected ${object} arrived`],
  },
  {
    name: 'the arrival of a payout is removed',
    select: `select source as object from ledger_transactions where effect = 'arrived' order by 1 limit 1`,
    sql: (object) =>
      `delete from ledger_entries where ledger_transaction_id = ${postingId(`${object} arrived`)};
       delete from ledger_transactions where source = '${object}' and effect = 'arrived'`,
    finds: (object) => [`ledger_missing ${object} arrived`],
  },
  {
    name: 'the arrival of a payout is booked on another day',
    select: `select source as object from ledger_transactions where effect = 'arrived' order by 1 limit 1`,
    sql: (object) =>
      `update ledger_transactions set booked_on = booked_on + 40 where source = '${object}' and effect = 'arrived'`,
    finds: (object) => [`ledger_day ${object} arrived`],
  },
  {
    name: 'an item of a payout is removed',
    select: `select payout_id as object from payout_items i join balance_transactions b on b.id = i.balance_transaction_id where net_minor <> 0 order by 1 limit 1`,
    sql: (object) =>
      `delete from payout_items where balance_transaction_id = (select balance_transaction_id from payout_items where payout_id = '${object}' limit 1)`,
    finds: findsOnly('payout_items'),
  },
]
