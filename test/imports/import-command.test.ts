import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { runAdmin } from '../../src/admin/admin.ts'
import { donorsAbove } from '../../src/reports/donors-above.ts'
import { donationById } from '../../src/reports/donation-list/donation-page-store.ts'
import { totals } from '../../src/reports/totals/read-figures.ts'
import { verify } from '../../src/verification/verify.ts'
import { adminDeps, written } from '../kit/admin.ts'
import type { TestDatabase } from '../kit/database.ts'
import { giveDonation } from '../kit/factories.ts'
import { newsroomTest } from '../kit/fixtures.ts'
import { ownership } from '../kit/marks.ts'
import { selectAll } from '../kit/processing.ts'

const NOW = new Date('2026-11-20T12:00:00Z')
const HEADINGS =
  'Donation ID,First Name,Last Name,Email Address,Company Name,Donation Total,Currency Code,Donation Status,Payment Gateway,Form Title,Donation Date,Donation Time'
const row = (id: number, rest: string) => `${id},${rest}`
const GIVEWP = [
  HEADINGS,
  row(
    11,
    'Ada,Reader,ada@reader.example,,"1,250.00",USD,Complete,Stripe - Credit Card,Spring &#8211; drive,"April 3, 2023",5:54 pm',
  ),
  row(
    12,
    'Ada,Reader,ADA@reader.example,,25.00,USD,Renewal,Stripe - Credit Card,Spring &#8211; drive,"May 3, 2023",5:54 pm',
  ),
  row(13, 'Bo,Ng,,,500,JPY,Complete,PayPal Standard,Spring &#8211; drive,"December 31, 2023",11:30 pm'),
  row(14, 'Cy,Late,cy@reader.example,,5.00,USD,Refunded,Stripe - Credit Card,Drive,"May 4, 2023",5:54 pm'),
  row(15, 'Cy,Late,cy@reader.example,,5.00,USD,Pending,Stripe - Credit Card,Drive,"May 4, 2023",5:54 pm'),
  row(16, 'Cy,Late,cy@reader.example,,5.00,USD,Complete,Test Donation,Drive,"May 4, 2023",5:54 pm'),
  row(17, 'Di,Wrong,not an address,,five,USD,Complete,Stripe - Credit Card,Drive,"May 40, 2023",5:54 pm'),
  row(18, 'Di,Wrong,,,5.00,USD,Sonstiges,Stripe - Credit Card,Drive,"May 4, 2023",5:54 pm'),
].join('\r\n')

const test = newsroomTest.extend('run', async ({ db }, { onCleanup }) => {
  const folder = await mkdtemp(join(tmpdir(), 'imports-'))
  onCleanup(() => rm(folder, { recursive: true }))
  return async (text: string | Uint8Array, ...args: string[]) => {
    const file = join(folder, 'gifts.csv')
    await writeFile(file, text)
    return written((output) =>
      runAdmin(
        ['import', '--file', file, ...args],
        adminDeps(db, () => NOW),
        output,
      ),
    )
  }
})

async function verified(db: TestDatabase) {
  const { pool } = db.database
  return (await verify({ pool, lists: null, timezone: 'America/New_York', ownership })).findings
}

test('a dry run names every row that is no new gift, and imports nothing', async ({ db, run }) => {
  const { code, out, err } = await run(GIVEWP, '--dry-run')
  expect(err).toContain(
    '8 rows read: 3 gifts can be imported; 3 rows were left out on purpose, 2 have a problem. Nothing was imported.',
  )
  expect(code).toBe(1)
  expect(out.split('\n').map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
    'row | column | what | what to do',
    expect.stringMatching(/^5 \| Donation Status \| Refunded or disputed/),
    expect.stringMatching(/^6 \| Donation Status \| Not paid yet/),
    expect.stringMatching(/^7 \| Payment Gateway \| A test/),
    expect.stringMatching(/^8 \| Donation Total \| The amount cannot be read. \| Write it/),
    expect.stringMatching(/^8 \| Donation Date \| The date cannot be read. \| Check it/),
    expect.stringMatching(/^8 \| Email Address \| This is no e-mail address. \| Correct it/),
    expect.stringMatching(/^9 \| Donation Status \| This status is not known. \| If it means/),
    '',
  ])
  expect(await selectAll(db.database.pool, 'select from donations')).toEqual([])
  expect(await selectAll(db.database.pool, 'select from history_import_staged')).toEqual([])
})

test('imported gifts count in totals, donors’ lists and the ledger, without receipts, mails or messages', async ({
  db,
  run,
}) => {
  const { pool, knex } = db.database
  const { err } = await run(GIVEWP)
  expect(err).toContain('3 gifts imported as ')
  const byMonth = await totals(pool, { from: '2023-01-01', to: '2024-12-31', by: 'month' })
  expect(
    byMonth.map(({ key, currency, grossMinor, netMinor }) => [key, currency, grossMinor, netMinor]),
  ).toEqual([
    ['2023-04', 'usd', 125_000n, 125_000n],
    ['2023-05', 'usd', 2_500n, 2_500n],
    ['2023-12', 'jpy', 500n, 500n],
  ])
  const above = donorsAbove({
    from: '2023-01-01',
    to: '2023-12-31',
    currency: 'usd' as never,
    above: '100000',
    measure: 'total',
  })
  const { rows: donors } = await knex.raw<{ rows: object[] }>(above.sql, above.values)
  expect(donors).toMatchObject([{ email: 'ada@reader.example', name: 'Ada Reader', gifts: 2n }])
  const [gift] = await selectAll(
    pool,
    `select donation_id as id from imported_gifts where external_id = '11'`,
  )
  expect(await donationById(knex, String(gift?.['id']))).toMatchObject({
    campaign_name: 'Spring – drive',
    succeeded_at: new Date('2023-04-03T21:54:00Z'),
    receipt_number: null,
  })
  const accounts = await selectAll(
    pool,
    'select account, currency, sum(amount_minor)::bigint as minor from ledger_entries group by 1, 2 order by 1, 2',
  )
  expect(accounts).toEqual([
    { account: 'donations', currency: 'jpy', minor: -500n },
    { account: 'donations', currency: 'usd', minor: -127_500n },
    { account: 'imported_history', currency: 'jpy', minor: 500n },
    { account: 'imported_history', currency: 'usd', minor: 127_500n },
  ])
  for (const table of ['receipts', 'outbox_messages', 'webhook_messages', 'receipt_counters'])
    expect(await selectAll(pool, `select from ${table}`)).toEqual([])
  expect(await verified(db)).toEqual([])
})

test('verify finds an imported gift whose posting or whose donation somebody deleted', async ({
  db,
  run,
}) => {
  const { pool } = db.database
  await run(GIVEWP)
  const [one, other] = await selectAll(pool, 'select donation_id as id, gift_key as key from imported_gifts')
  await pool.query(`begin; set local session_replication_role = replica;
    delete from ledger_entries where ledger_transaction_id in
      (select id from ledger_transactions where effect = 'imported' and donation_id = '${String(one?.['id'])}');
    delete from ledger_transactions where effect = 'imported' and donation_id = '${String(one?.['id'])}';
    delete from donations where id = '${String(other?.['id'])}';
    commit`)
  expect((await verified(db)).map(({ kind, object }) => `${kind} ${object}`)).toEqual(
    expect.arrayContaining([
      `ledger_missing ${String(one?.['key'])} imported`,
      `donation_missing ${String(other?.['key'])}`,
    ]),
  )
})

test('the same file, and the rows that two exports share, are imported once', async ({ db, run }) => {
  await run(GIVEWP)
  expect((await run(GIVEWP)).err).toContain('8 rows read: 0 gifts imported')
  const later = [
    HEADINGS,
    GIVEWP.split('\r\n')[1],
    row(12, 'Ada,Reader,ada@reader.example,,30.00,USD,Complete,Stripe,Drive,"May 3, 2023",5:54 pm'),
    row(20, 'Ed,New,,,7.00,USD,Complete,Stripe,Drive,"May 9, 2023",5:54 pm'),
  ].join('\n')
  const { out, err } = await run(later)
  expect(err).toContain('3 rows read: 1 gifts imported')
  expect(out).toContain('Imported before')
  expect(out).toContain('A gift with this id was imported before, and the row says something else.')
  const [ada] = await selectAll(
    db.database.pool,
    `select d.gross_minor as minor from imported_gifts g join donations d on d.id = g.donation_id where external_id = '12'`,
  )
  expect(ada).toEqual({ minor: 2_500n })
  expect(await verified(db)).toEqual([])
})

test('a payment that our own Stripe account has brought is left out', async ({ db, run }) => {
  const { id } = await giveDonation(db.database.knex, {})
  const [own] = await selectAll(
    db.database.pool,
    'select payment_intent_id as payment from donations where id = $1',
    id,
  )
  const text = `Date,Amount,Charge ID\n2023-04-03,5.00,${String(own?.['payment'])}\n2023-04-03,6.00,ch_other\n`
  const { out, err } = await run(text, '--source', 'excel', '--currency', 'usd')
  expect(err).toContain('1 gifts imported')
  expect(out).toContain('Our own Stripe account has brought it already')
})

test('a date that can be read in two ways is asked for, and never guessed', async ({ run }) => {
  const text = 'Date,Amount,Name\n03/04/2023,5.00,Ada\n04/05/2023,5.00,Ada\n'
  const { code, err } = await run(text, '--source', 'excel', '--currency', 'usd')
  expect([code, err]).toEqual([1, expect.stringContaining('--date-order dmy or --date-order mdy')])
  expect((await run(text, '--source', 'excel', '--currency', 'usd', '--date-order', 'dmy')).err).toContain(
    '2 gifts imported',
  )
})

test('an import is taken back whole, and its file can be imported again', async ({ db, run }) => {
  const { pool } = db.database
  await run(GIVEWP)
  const [one] = await selectAll(pool, 'select id from history_imports')
  const back = await written((output) =>
    runAdmin(
      ['import', '--take-back', String(one?.['id'])],
      adminDeps(db, () => NOW),
      output,
    ),
  )
  expect(back).toMatchObject({ code: 0, err: '3 gifts are taken back.\n' })
  expect(await selectAll(pool, 'select from donations')).toEqual([])
  expect(await totals(pool, { from: '2023-01-01', to: '2024-12-31', by: 'month' })).toEqual([])
  expect(await verified(db)).toEqual([])
  expect((await run(GIVEWP)).err).toContain('3 gifts imported')
  expect(await verified(db)).toEqual([])
})

test('a donation is deleted by nothing but its import’s taking back', async ({ db, run }) => {
  await run(GIVEWP)
  await expect(db.database.pool.query('delete from donations')).rejects.toThrow('append-only')
  await expect(db.database.pool.query('delete from imported_gifts')).rejects.toThrow('append-only')
  await expect(db.database.pool.query('update imported_gifts set gross_minor = 1')).rejects.toThrow('final')
})

test('the commands of the documentation do what it says, in its order', async ({ db, run }) => {
  const guide = readFileSync(new URL('../../docs/importing.md', import.meta.url), 'utf8')
  const block = /## By a command\n\n```\n([^]*?)```/.exec(guide)?.[1] ?? ''
  const answers: string[] = []
  for (const line of block.trim().split('\n')) {
    const made = /imported as ([0-9a-f-]{36})/.exec(answers.at(-1) ?? '')?.[1] ?? ''
    const stated = (/^npm run admin -- import (.+)$/.exec(line)?.[1] ?? 'no command').replace('ID', made)
    const options = stated.split(' ').filter((word) => word !== '--file' && word !== 'donations.csv')
    const answer = stated.includes('--file donations.csv')
      ? await run(GIVEWP, ...options)
      : await written((output) =>
          runAdmin(
            ['import', ...options],
            adminDeps(db, () => NOW),
            output,
          ),
        )
    answers.push(answer.err)
  }
  expect(answers).toEqual([
    expect.stringContaining('Nothing was imported.'),
    expect.stringContaining('3 gifts imported as '),
    expect.stringContaining('3 gifts are taken back.'),
  ])
})
