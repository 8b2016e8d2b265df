import { receipt, numbered, voided, replaced, only, type Tampering } from './tampering.ts'

/** With receipts and their numbers. */
export const receiptTamperings: readonly Tampering[] = [
  {
    name: 'receipt: counter raised',
    of: `select year as object from receipt_counters limit 1`,
    sql: () => `update receipt_counters set last_number = last_number + 1`,
    finds: only('receipt_counter'),
  },
  {
    name: 'receipt: the only one of a gift removed',
    of: receipt(`not ${voided} and revision = 1 and number < (select max(number) from receipts)`),
    sql: (object) => `delete from receipts where ${numbered(object)}`,
    finds: () => ['receipt_missing pi_', 'receipt_numbers 2026'],
  },
  {
    name: 'receipt: of another year',
    of: receipt(`not ${voided} and revision = 1 and number < (select max(number) from receipts)`),
    sql: (object) => `update receipts set year = 2025, number = 1 where ${numbered(object)}`,
    finds: () => ['receipt_differs 2025-000001', 'receipt_counter 2025', 'receipt_numbers 2026'],
  },
  {
    name: 'receipt: the first of several removed',
    of: receipt(`${replaced} and revision = 1`),
    sql: (object) => `delete from receipts where ${numbered(object)}`,
    finds: () => ['receipt_missing pi_', 'receipt_numbers 2026'],
  },
  {
    name: 'receipt: the replacement removed',
    of: receipt(`revision = 3`),
    sql: (object) => `delete from receipts where ${numbered(object)}`,
    finds: () => ['receipt_not_valid pi_', 'receipt_'],
  },
  ...[
    ['replaced', `${replaced} and revision = 1`],
    ['of a gift that went back', `not ${replaced} and ${voided}`],
  ].map(([name = '', where = '']): Tampering => ({
    name: `receipt: one ${name} is valid again`,
    of: receipt(where),
    sql: (object) => `delete from receipt_voidings where ${numbered(object)}`,
    finds: only('receipt_not_voided'),
  })),
  {
    name: 'receipt: a right one voided',
    of: receipt(`not ${voided} and revision = 1`),
    sql: (object) =>
      `insert into receipt_voidings select year, number, now(), 'refunded' from receipts where ${numbered(object)}`,
    finds: () => ['receipt_not_valid pi_'],
  },
  ...[
    ['another amount', `not ${voided} and revision = 1`, 'gross_minor = gross_minor + 1'],
    ['another amount on a replacement', `not ${voided} and revision = 3`, 'gross_minor = gross_minor + 1'],
    ['another currency', `revision = 1`, `currency = 'cad'`],
    ['another day', `revision = 1`, `given_on = given_on - 1`],
    ['other particulars', `revision = 1`, `newsroom_profile_id = 99`],
    ['cites another one', `revision = 3`, `replaces_number = 99`],
  ].map(([name = '', where = '', set = '']): Tampering => ({
    name: `receipt: ${name}`,
    of: receipt(where),
    sql: (object) => `update receipts set ${set} where ${numbered(object)}`,
    finds: only('receipt_differs'),
  })),
]
