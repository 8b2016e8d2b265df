import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import { parseMonth } from '../../src/calendar/month.ts'
import { inTransaction } from '../../src/db/database.ts'
import { monthExports } from '../../src/exports/month-exports-store.ts'
import { giveDonation } from '../kit/factories.ts'
import { financeTest as test } from '../kit/fixtures.ts'
import { profile } from '../kit/processing.ts'

test('the hashes of a month are those of its files, until somebody edits its rows', async ({
  db,
  service,
  headers,
}) => {
  const { knex, pool } = db.database
  const month = parseMonth('2026-03')
  if (!month) throw new Error('2026-03 is a month')
  await giveDonation(knex, { succeededAt: new Date('2026-03-20T12:00:00Z') })
  await pool.query(
    `insert into account_codes (account, code, name, changed_at) values ('stripe_clearing', '4,0', '=a "b" ü', now())`,
  )
  const frozen = await monthExports(pool, month, profile.timezone)
  for (const kind of ['ledger', 'deposits']) {
    const file = await service.get(`/api/${kind}.csv?from=2026-03-01&to=2026-03-31`, headers)
    expect(file.status).toBe(200)
    const sha256 = createHash('sha256')
      .update(Buffer.from(await file.arrayBuffer()))
      .digest('hex')
    expect(frozen).toContainEqual({ name: `${kind}-2026-03-01-2026-03-31.csv`, sha256 })
  }
  await inTransaction(pool, async (tx) => {
    await tx.query('set local session_replication_role = replica')
    await tx.query(`update ledger_transactions set occurred_at = occurred_at + interval '1 second'`)
  })
  const [ledger, deposits] = await monthExports(pool, month, profile.timezone)
  expect(ledger?.sha256).not.toBe(frozen[0]?.sha256)
  expect(deposits).toEqual(frozen[1])
})
