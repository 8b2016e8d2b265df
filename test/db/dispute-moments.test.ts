import { randomBytes, randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { expect, inject, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { all } from '../kit/books.ts'
import { query, withDatabase } from '../kit/test-server.ts'
import { fillOldBooks, upTo } from './old-books.ts'

test('disputes of before get the moments at which the ledger has them', async () => {
  const server = inject('databaseServerUrl')
  const name = `rd_disputes_${randomBytes(6).toString('hex')}`
  await query(server, `create database ${name}`)
  const database = openDatabase({
    url: withDatabase(server, name),
    log: pino({ level: 'silent' }),
    applicationName: 'test',
  })
  onTestFinished(async () => {
    await database.close()
    await query(server, `drop database if exists ${name} with (force)`)
  })
  await upTo(database.knex, '0009_report_indexes.ts')
  const [gift] = await fillOldBooks(database.knex)
  await upTo(database.knex, '0017_refund_requests.ts')

  const opened = {
    donation_id: gift?.donationId,
    currency: 'usd',
    amount_minor: 500,
    created_at: '2026-02-05T12:00:00Z',
  }
  await database.knex('disputes').insert([
    { ...opened, id: 'dp_inquiry', status: 'warning_closed', withdrawn: false, reinstated: false },
    { ...opened, id: 'dp_lost', status: 'lost', withdrawn: true, reinstated: false },
    { ...opened, id: 'dp_won', status: 'won', withdrawn: true, reinstated: true },
    // Of no amount: nothing was posted of it.
    { ...opened, id: 'dp_empty', amount_minor: 0, status: 'lost', withdrawn: true, reinstated: false },
  ])
  const posted = (source: string, effect: string, at: string) => {
    const row = { id: randomUUID(), source, effect, clears: source, donation_id: gift?.donationId }
    return { ...row, occurred_at: at, posted_at: at, booked_on: at.slice(0, 10) }
  }
  await database
    .knex('ledger_transactions')
    .insert([
      posted('dp_lost', 'dispute_withdrawn', '2026-02-05T12:00:00Z'),
      posted('dp_won', 'dispute_withdrawn', '2026-02-05T12:00:00Z'),
      posted('dp_won', 'dispute_reinstated', '2026-04-01T12:00:00Z'),
    ])

  expect(await migrate(database.knex)).toContain('0018_dispute_moments.ts')
  expect(
    await all(
      database.pool,
      `select id, to_char(withdrawn_at, 'YYYY-MM-DD') as taken, to_char(reinstated_at, 'YYYY-MM-DD') as given from disputes order by id`,
    ),
  ).toEqual([
    { id: 'dp_empty', taken: '2026-02-05', given: null },
    { id: 'dp_inquiry', taken: null, given: null },
    { id: 'dp_lost', taken: '2026-02-05', given: null },
    { id: 'dp_won', taken: '2026-02-05', given: '2026-04-01' },
  ])
})
