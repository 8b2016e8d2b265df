import { receipt, numbered, voided, replaced, findsOnly, type Tampering } from './tampering.ts'

/** Changes of receipts and their numbers. */
export const receiptTamperings: readonly Tampering[] = [
  {
    name: 'the counter of receipt numbers is raised',
    select: `select year as object from receipt_counters limit 1`,
    sql: () => `update receipt_counters set last_number = last_number + 1`,
    finds: findsOnly('receipt_counter'),
  },
  {
    name: 'the number of receipts that the register proves is raised',
    select: `select year as object from receipt_counts limit 1`,
    sql: () => `update receipt_counts set receipts = receipts + 1`,
    finds: findsOnly('receipt_counter'),
  },
  {
    name: 'the only receipt of a donation is removed',
    select: receipt(`not ${voided} and revision = 1 and number < (select max(number) from receipts)`),
    sql: (object) => `delete from receipts where ${numbered(object)}`,
    finds: () => ['receipt_missing pi_', 'receipt_numbers 2026', 'receipt_counter 2026'],
  },
  {
    name: 'a receipt moves to another year',
    select: receipt(`not ${voided} and revision = 1 and number < (select max(number) from receipts)`),
    sql: (object) => `update receipts set year = 2025, number = 1 where ${numbered(object)}`,
    finds: () => [
      'receipt_differs 2025-000001',
      'receipt_counter 2025',
      'receipt_numbers 2026',
      'receipt_counter 2026',
    ],
  },
  {
    name: 'the first of several receipts is removed',
    select: receipt(`${replaced} and revision = 1`),
    sql: (object) => `delete from receipts where ${numbered(object)}`,
    finds: () => ['receipt_missing pi_', 'receipt_numbers 2026', 'receipt_counter 2026'],
  },
  {
    // Its number may be the last one or not, so either the counter differs or there is a gap.
    name: 'a replacing receipt is removed, and no longer counted',
    select: receipt(`revision = 3`),
    sql: (object) =>
      `delete from receipts where ${numbered(object)}; update receipt_counts set receipts = receipts - 1 where year = 2026`,
    finds: () => ['receipt_not_valid pi_', 'receipt_'],
  },
  ...[
    ['replaced', `${replaced} and revision = 1`],
    ['void', `not ${replaced} and ${voided}`],
  ].map(([name = '', where = '']): Tampering => ({
    name: `a ${name} receipt is valid again`,
    select: receipt(where),
    sql: (object) => `delete from receipt_voidings where ${numbered(object)}`,
    finds: findsOnly('receipt_not_voided'),
  })),
  {
    name: 'a valid receipt is voided',
    select: receipt(`not ${voided} and revision = 1`),
    sql: (object) =>
      `insert into receipt_voidings select year, number, now(), 'refunded' from receipts where ${numbered(object)}`,
    finds: () => ['receipt_not_valid pi_'],
  },
  ...[
    ['the amount of a receipt', `not ${voided} and revision = 1`, 'gross_minor = gross_minor + 1'],
    ['the amount of a replacing receipt', `not ${voided} and revision = 3`, 'gross_minor = gross_minor + 1'],
    [
      'the amount of a receipt that was replaced twice',
      `${replaced} and revision = 2`,
      'gross_minor = gross_minor + 1',
    ],
    ['the currency of a receipt', `revision = 1`, `currency = 'cad'`],
    ['the day of a receipt', `revision = 1`, `given_on = given_on - 1`],
    ['the newsroom profile of a receipt', `revision = 1`, `newsroom_profile_id = 99`],
    ['the receipt that another replaces', `revision = 3`, `replaces_number = 99`],
  ].map(([name = '', where = '', set = '']): Tampering => ({
    name: `${name} changes`,
    select: receipt(where),
    sql: (object) => `update receipts set ${set} where ${numbered(object)}`,
    finds: findsOnly('receipt_differs'),
  })),
]
