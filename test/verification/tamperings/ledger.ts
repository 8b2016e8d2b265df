import { posting, postingId, findsOnly, type Tampering } from './tampering.ts'

/** Changes of the ledger. */
export const ledgerTamperings: readonly Tampering[] = [
  ...['donation_succeeded', 'refunded', 'refund_failed', 'bank_returned', 'dispute_withdrawn', 'settled'].map(
    (effect): Tampering => ({
      name: `a ${effect} transaction is removed`,
      // A payout's transaction implies its arrival, which would be found, too.
      select: posting(`effect = '${effect}' and clears not like 'po_%'`),
      sql: (object) =>
        `delete from ledger_entries where ledger_transaction_id = ${postingId(object)};
         delete from ledger_transactions where id = ${postingId(object)}`,
      finds: findsOnly('ledger_missing'),
    }),
  ),
  ...['donation_succeeded', 'settled'].map((effect): Tampering => ({
    name: `a ${effect} transaction is invented`,
    select: `select 'pi_invented ${effect}' as object`,
    sql: () =>
      `insert into ledger_transactions (id, source, effect, occurred_at, posted_at, booked_on, clears)
           values ('ffffffff-0000-0000-0000-000000000000', 'pi_invented', '${effect}', now(), now(), '2026-12-01', 'pi_invented');
         insert into ledger_entries values ('ffffffff-0000-0000-0000-000000000000', 'donations', 'usd', -5),
           ('ffffffff-0000-0000-0000-000000000000', 'stripe_clearing', 'usd', 5)`,
    finds: findsOnly('ledger_unexpected'),
  })),
  ...['donation_succeeded', 'settled'].map((effect): Tampering => ({
    name: `a ${effect} transaction posts to another account`,
    select: posting(
      `effect = '${effect}' and exists (select from ledger_entries e where e.ledger_transaction_id = t.id and e.account = 'stripe_clearing')`,
    ),
    sql: (object) =>
      `update ledger_entries set account = 'bank' where account = 'stripe_clearing' and ledger_transaction_id = ${postingId(object)}`,
    finds: findsOnly('ledger_differs'),
  })),
  {
    name: 'the amounts of a transaction change and still balance',
    select: posting(`effect = 'refunded'`),
    sql: (object) =>
      `update ledger_entries set amount_minor = amount_minor * 2 where ledger_transaction_id = ${postingId(object)}`,
    finds: findsOnly('ledger_differs'),
  },
  {
    name: 'the amounts of a transaction change and do not balance',
    select: posting(
      `effect = 'refunded' and exists (select from ledger_entries e where e.ledger_transaction_id = t.id and e.currency = 'usd')`,
    ),
    sql: (object) =>
      `update ledger_entries set amount_minor = amount_minor + 1 where account = 'refunds' and ledger_transaction_id = ${postingId(object)}`,
    finds: (object) => ['trial_balance usd', `ledger_differs ${object}`],
  },
  ...[
    ['clears another object', `clears = 'pi_other'`],
    [
      'belongs to another donation',
      `donation_id = (select id from donations where status = 'succeeded' order by id desc limit 1)`,
    ],
    ['happens later', `occurred_at = occurred_at + interval '1 second'`],
  ].map(([name = '', set = '']): Tampering => ({
    name: `a transaction ${name}`,
    select: posting(`effect = 'refunded'`),
    sql: (object) => `update ledger_transactions set ${set} where id = ${postingId(object)}`,
    finds: findsOnly('ledger_differs'),
  })),
  {
    name: 'a refund failure happens two days before its posting',
    select: posting(`effect = 'refund_failed'`),
    sql: (object) =>
      `update ledger_transactions set occurred_at = occurred_at - interval '2 days', booked_on = booked_on - 2 where id = ${postingId(object)}`,
    finds: (object) => [`ledger_differs ${object}`, `ledger_day ${object}`],
  },
  ...['donation_succeeded', 'settled'].map((effect): Tampering => ({
    name: `a ${effect} transaction is booked on another day`,
    select: posting(`effect = '${effect}' and period is null`),
    sql: (object) =>
      `update ledger_transactions set booked_on = booked_on + 1 where id = ${postingId(object)}`,
    finds: findsOnly('ledger_day'),
  })),
  ...[
    ['stored without its period', 'period = null'],
    ['an adjustment of another month', `period = '2026-10'`],
    ['an adjustment in the closed month itself', `booked_on = '2026-11-30'`],
    ['booked in the closed month', `booked_on = occurred_at::date, period = null`],
  ].map(([name = '', set = '']): Tampering => ({
    name: `a prior-period adjustment is ${name}`,
    select: posting(`effect = 'dispute_withdrawn' and period is not null`),
    sql: (object) => `update ledger_transactions set ${set} where id = ${postingId(object)}`,
    finds: findsOnly('ledger_day'),
  })),
  {
    name: 'a transaction is an adjustment of a month that is open',
    select: posting(`effect = 'donation_succeeded' and booked_on > '2026-12-01'`),
    sql: (object) => `update ledger_transactions set period = '2026-12' where id = ${postingId(object)}`,
    finds: findsOnly('ledger_day'),
  },
]
