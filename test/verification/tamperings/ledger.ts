import { posting, posted, only, type Tampering } from './tampering.ts'

/** With the ledger and the sums of days. */
export const ledgerTamperings: readonly Tampering[] = [
  ...['donation_succeeded', 'refunded', 'refund_failed', 'bank_returned', 'dispute_withdrawn', 'settled'].map(
    (effect): Tampering => ({
      name: `ledger: ${effect} removed`,
      of: posting(`effect = '${effect}'`),
      sql: (object) =>
        `delete from ledger_entries where ledger_transaction_id = ${posted(object)};
         delete from ledger_transactions where id = ${posted(object)}`,
      finds: only('ledger_missing'),
    }),
  ),
  ...['donation_succeeded', 'settled'].map((effect): Tampering => ({
    name: `ledger: an extra ${effect}`,
    of: `select 'pi_invented ${effect}' as object`,
    sql: () =>
      `insert into ledger_transactions (id, source, effect, occurred_at, posted_at, booked_on, clears)
           values ('ffffffff-0000-0000-0000-000000000000', 'pi_invented', '${effect}', now(), now(), '2026-12-01', 'pi_invented');
         insert into ledger_entries values ('ffffffff-0000-0000-0000-000000000000', 'donations', 'usd', -5),
           ('ffffffff-0000-0000-0000-000000000000', 'stripe_clearing', 'usd', 5)`,
    finds: only('ledger_unexpected'),
  })),
  ...['donation_succeeded', 'settled'].map((effect): Tampering => ({
    name: `ledger: ${effect} on another account`,
    of: posting(
      `effect = '${effect}' and exists (select from ledger_entries e where e.ledger_transaction_id = t.id and e.account = 'stripe_clearing')`,
    ),
    sql: (object) =>
      `update ledger_entries set account = 'bank' where account = 'stripe_clearing' and ledger_transaction_id = ${posted(object)}`,
    finds: only('ledger_differs'),
  })),
  {
    name: 'ledger: another amount, balanced',
    of: posting(`effect = 'refunded'`),
    sql: (object) =>
      `update ledger_entries set amount_minor = amount_minor * 2 where ledger_transaction_id = ${posted(object)}`,
    finds: only('ledger_differs'),
  },
  {
    name: 'ledger: another amount, not balanced',
    of: posting(
      `effect = 'refunded' and exists (select from ledger_entries e where e.ledger_transaction_id = t.id and e.currency = 'usd')`,
    ),
    sql: (object) =>
      `update ledger_entries set amount_minor = amount_minor + 1 where account = 'refunds' and ledger_transaction_id = ${posted(object)}`,
    finds: (object) => ['trial_balance usd', `ledger_differs ${object}`],
  },
  ...[
    ['clears another object', `clears = 'pi_other'`],
    [
      'of another gift',
      `donation_id = (select id from donations where status = 'succeeded' order by id desc limit 1)`,
    ],
    ['happened later', `occurred_at = occurred_at + interval '1 second'`],
  ].map(([name = '', set = '']): Tampering => ({
    name: `ledger: ${name}`,
    of: posting(`effect = 'refunded'`),
    sql: (object) => `update ledger_transactions set ${set} where id = ${posted(object)}`,
    finds: only('ledger_differs'),
  })),
  {
    name: 'ledger: learned of two days before it was posted',
    of: posting(`effect = 'refund_failed'`),
    sql: (object) =>
      `update ledger_transactions set occurred_at = occurred_at - interval '2 days', booked_on = booked_on - 2 where id = ${posted(object)}`,
    finds: (object) => [`ledger_differs ${object}`, `ledger_day ${object}`],
  },
  ...['donation_succeeded', 'settled'].map((effect): Tampering => ({
    name: `ledger: ${effect} on another day`,
    of: posting(`effect = '${effect}' and period is null`),
    sql: (object) => `update ledger_transactions set booked_on = booked_on + 1 where id = ${posted(object)}`,
    finds: only('ledger_day'),
  })),
  ...[
    ['in time', 'period = null'],
    ['late for another month', `period = '2026-10'`],
    ['late and in the closed month', `booked_on = '2026-11-30'`],
    ['in the closed month', `booked_on = occurred_at::date, period = null`],
  ].map(([name = '', set = '']): Tampering => ({
    name: `ledger: said to be ${name}`,
    of: posting(`effect = 'dispute_withdrawn' and period is not null`),
    sql: (object) => `update ledger_transactions set ${set} where id = ${posted(object)}`,
    finds: only('ledger_day'),
  })),
  {
    name: 'ledger: late although its month was open',
    of: posting(`effect = 'donation_succeeded' and booked_on > '2026-12-01'`),
    sql: (object) => `update ledger_transactions set period = '2026-12' where id = ${posted(object)}`,
    finds: only('ledger_day'),
  },
  ...[
    ['a gift too many', 'donations = donations + 1'],
    ['a cent too few', 'gross_minor = gross_minor - 1'],
  ].map(([name = '', set = '']): Tampering => ({
    name: `day total: ${name}`,
    of: `select day || ' ' || currency || ' ' || frequency as object from day_totals where donations > 0 order by 1 limit 1`,
    sql: (object) =>
      `update day_totals set ${set} where day || ' ' || currency || ' ' || frequency = '${object}'`,
    finds: only('day_total'),
  })),
  {
    name: 'day total: removed',
    of: `select day || ' ' || currency || ' ' || frequency as object from day_totals where donations > 0 order by 1 limit 1`,
    sql: (object) => `delete from day_totals where day || ' ' || currency || ' ' || frequency = '${object}'`,
    finds: only('day_total'),
  },
]
