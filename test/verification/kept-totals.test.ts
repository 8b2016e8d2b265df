// oxlint-disable no-empty-pattern -- Vitest reads from the pattern which other fixtures a fixture uses
import type pg from 'pg'
import { expect } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { fillFromLedger } from '../../src/reports/totals/fill-store.ts'
import { fillFiscalYears } from '../../src/reports/totals/fiscal-years-store.ts'
import { foldPosted } from '../../src/reports/totals/fold-store.ts'
import { checkKeptTotals } from '../../src/verification/kept-totals-pass.ts'
import { inOrder, twoRichMonths, verificationTest, verified } from './kit.ts'

/** What somebody changes in the sums that reports read, verifying names. */

const test = verificationTest
const fold = async (pool: pg.Pool) => {
  while (await inTransaction(pool, (tx) => fillFromLedger(tx, 100)));
  while ((await inTransaction(pool, (tx) => foldPosted(tx, 100))) === 100);
}

test('finds every change of a line, a sum and a number of donors, and nothing without one', async ({
  pool,
  box,
  db,
}) => {
  await twoRichMonths(pool, box, inOrder)
  await fold(pool)
  while (await inTransaction(pool, (tx) => fillFiscalYears(tx, 4)));
  expect((await verified(db, null)).findings).toEqual([])

  const aLine = `ctid in (select ctid from report_lines order by donation_id, day limit 1)`
  const sum = (where: string) =>
    `ctid in (select ctid from report_totals where ${where} order by starts_on limit 1)`
  const changes: readonly (readonly [sql: string, kind: string, object: RegExp])[] = [
    [
      `update report_lines set gross_minor = gross_minor + 1 where ${aLine}`,
      'report_line',
      /^[0-9a-f-]{36} 2026/,
    ],
    [`update report_lines set article = 'other' where ${aLine}`, 'report_line', /^[0-9a-f-]{36} 2026/],
    [`delete from report_lines where ${aLine}`, 'report_line', /^[0-9a-f-]{36} 2026/],
    [
      `insert into report_lines select (json_populate_record(l, '{"donation_id": "ffffffff-0000-4000-8000-000000000000"}')).* from report_lines l limit 1`,
      'report_line',
      /^ffffffff/,
    ],
    ...['day', 'month', 'quarter', 'year'].map(
      (grain) =>
        [
          `update report_totals set processing_fee_minor = processing_fee_minor + 1 where ${sum(`grain = '${grain}' and dimension = 'article'`)}`,
          'report_total',
          new RegExp(` ${grain} 2026-\\d\\d-\\d\\d article `),
        ] as const,
    ),
    [
      `update report_totals set part = 'booked', key = 'x' where ${sum(`part = 'moved_to_given' and dimension = 'campaign'`)}`,
      'report_total',
      /moved_to_given/,
    ],
    ...['day', 'month', 'quarter', 'year'].map(
      (grain) =>
        [
          `update report_donors set donors = donors + 1 where grain = '${grain}'`,
          'report_total',
          new RegExp(`donors ${grain} 2026-\\d\\d-\\d\\d before -?(infinity|2026)`),
        ] as const,
    ),
    [
      `update report_donors set before_on = '2001-01-01' where before_on = '-infinity'`,
      'report_total',
      /donors month 2026-1\d-01 before -infinity/,
    ],
    ...['gifts', 'gross_minor', 'remains_minor', 'largest_minor'].flatMap((column) =>
      ['month', 'quarter', 'year', 'fiscal_year'].map(
        (grain) =>
          [
            `update report_donor_totals set ${column} = ${column} - 1 where grain = '${grain}'`,
            'report_total',
            new RegExp(`donor ${grain} 2026-1?0?\\d`),
          ] as const,
      ),
    ),
    [
      `update report_donor_totals set last_on = last_on - 1`,
      'report_total',
      /donor year 2026-01-01 usd [0-9a-f-]{36}/,
    ],
    [`delete from report_donor_totals where grain = 'year'`, 'report_total', /donor year 2026-01-01 usd/],
    [
      `delete from report_donor_totals where grain = 'fiscal_year'`,
      'report_total',
      /donor fiscal_year 2026-04-01 usd/,
    ],
    [`update report_fold_states set fiscal_year_starts = 1`, 'report_total', /donor fiscal_year 2026-04-01/],
  ]
  const missed: string[] = []
  for (const [sql, kind, object] of changes) {
    const client = await pool.connect()
    await client.query('begin')
    const { rowCount } = await client.query(sql)
    const findings = await checkKeptTotals(client)
    await client.query('rollback')
    client.release()
    if (rowCount === 0 || !findings.some((one) => one.kind === kind && object.test(one.object)))
      missed.push(`${sql}: ${JSON.stringify(findings)}`)
  }
  expect(missed).toEqual([])
})

test('leaves out what still waits to be folded', async ({ pool, box }) => {
  await twoRichMonths(pool, box, {
    async halfway(...deps) {
      await inOrder.halfway(...deps)
      await fold(pool)
    },
    atTheEnd: inOrder.atTheEnd,
  })
  expect(await inTransaction(pool, checkKeptTotals)).toEqual([])
})
