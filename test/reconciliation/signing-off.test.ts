import { expect } from 'vitest'
import { inTransaction, migrationSettings } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { signOff, type SignOffRequest } from '../../src/reconciliation/months/close-month.ts'
import { recordTransactions } from '../../src/settlement/balance/balance-store.ts'
import { databaseWithoutTables } from '../kit/database.ts'
import { hireStaff, signInToken } from '../kit/factories.ts'
import { cookiesOf } from '../kit/finance-service.ts'
import { financeTest } from '../kit/fixtures.ts'
import { monthNamed } from '../kit/named.ts'
import { selectAll } from '../kit/processing.ts'
import { until } from '../kit/until.ts'
import { feeTransaction } from '../kit/settlement-samples.ts'
import { depsAt } from './kit.ts'
import { operator } from '../kit/admin.ts'

/** One difference has one sign-off, however many people and tabs send one. */

const OCCURRED_AT = new Date('2026-01-10T12:00:00Z')
const NOW = new Date('2026-02-10T12:00:00Z')
/** What the movement of 5 cents leaves in the clearing account. */
const AMOUNT_MINOR = 5n

const test = financeTest
  // A difference of its own for each test: a movement of a type that the service does not know.
  .extend('object', async ({ pool, task }) => {
    const id = `txn_${task.id.replaceAll(/\W/g, '')}`
    const movement = { ...feeTransaction(id, OCCURRED_AT), type: 'moon_tax' }
    await inTransaction(pool, (tx) =>
      recordTransactions(
        tx,
        [movement],
        depsAt(() => NOW),
      ),
    )
    return id
  })
  .extend('signed', ({ pool, object }) => {
    const deps = { pool, timezone: 'America/New_York', now: () => NOW }
    const request: SignOffRequest = {
      month: monthNamed('2026-01'),
      object,
      kind: 'unknown_type',
      reason: 'asked Stripe about it',
      by: operator('ann@courier.example'),
    }
    return {
      /** @returns what was refused; null when the sign-off was accepted */
      sign: (over: Partial<SignOffRequest> = {}): Promise<string | null> =>
        signOff(deps, { ...request, ...over }).then(
          () => null,
          (error: Error) => error.message,
        ),
      rows: () =>
        selectAll(
          pool,
          `select signed_off_by as by, reason from month_sign_offs where object = '${object}' order by id`,
        ),
    }
  })

const ALREADY = 'ann@courier.example has signed this difference off already.'

test('six sign-offs of one difference at once make one row', async ({ signed }) => {
  const results = await Promise.all(Array.from({ length: 6 }, () => signed.sign()))
  expect(results).toEqual(Array(6).fill(null))
  expect(await signed.rows()).toEqual([{ by: 'ann@courier.example', reason: 'asked Stripe about it' }])
})

test('two people at once: one signs off, and the other reads who did', async ({ signed }) => {
  const people = ['ann@courier.example', 'ben@courier.example']
  const results = await Promise.all(
    people.map((by) => signed.sign({ by: operator(by), reason: `${by} looked` })),
  )
  const [row, ...more] = await signed.rows()
  expect([row?.['by'], more]).toEqual([people[results.indexOf(null)], []])
  expect(results.filter((refused) => refused !== null)).toEqual([
    expect.stringContaining(`${String(row?.['by'])} has signed this difference off already.`),
  ])
})

test('whoever comes second waits for the first and reads who it was', async ({ pool, signed, object }) => {
  let second: Promise<string | null> | undefined
  await inTransaction(pool, async (tx) => {
    await tx.query(
      `insert into month_sign_offs (month, object, kind, currency, amount_minor, reason, signed_off_by, signed_off_at)
       values ('2026-01', $1, 'unknown_type', 'usd', $2, 'looked first', 'ann@courier.example', $3)`,
      [object, AMOUNT_MINOR, NOW],
    )
    second = signed.sign({ by: operator('ben@courier.example') })
    await until('the second sign-off to wait for the first', async () => {
      const waiting = await selectAll(
        pool,
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
           and query like 'insert into month_sign_offs%'`,
      )
      return waiting.length === 1
    })
  })
  expect(await second).toContain(ALREADY)
  expect(await signed.rows()).toEqual([{ by: 'ann@courier.example', reason: 'looked first' }])
})

test('a form sent again later by the same person is accepted and changes nothing', async ({ signed }) => {
  expect([await signed.sign(), await signed.sign()]).toEqual([null, null])
  expect(await signed.rows()).toHaveLength(1)
})

test('a later sign-off with another reason is refused, and names who signed it off', async ({ signed }) => {
  await signed.sign()
  expect(await signed.sign({ reason: 'something else' })).toContain(ALREADY)
  expect(await signed.sign({ by: operator('ben@courier.example') })).toContain(ALREADY)
  expect(await signed.rows()).toHaveLength(1)
})

test('a difference that has another amount by now is signed off again', async ({ pool, signed, object }) => {
  await pool.query(
    `insert into month_sign_offs (month, object, kind, currency, amount_minor, reason, signed_off_by, signed_off_at)
     values ('2026-01', $1, 'unknown_type', 'usd', 1, 'another amount', 'ann@courier.example', $2)`,
    [object, NOW],
  )
  expect(await signed.sign()).toBeNull()
  expect(await signed.rows()).toHaveLength(2)
})

test('the database refuses a second row of one difference, from whatever release', async ({
  pool,
  signed,
}) => {
  await signed.sign()
  const copy = `insert into month_sign_offs (month, object, kind, currency, amount_minor, reason, signed_off_by, signed_off_at)
    select '2026-02', object, kind, currency, amount_minor, 'again', signed_off_by, signed_off_at from month_sign_offs`
  await expect(pool.query(copy)).rejects.toMatchObject({ constraint: 'month_sign_offs_one_per_difference' })
})

test('two tabs on the page: the second answer names the first', async ({ db, service, object, signed }) => {
  const token = await signInToken(db.database.knex, await hireStaff(db.database.knex, 'finance'), service.now)
  const cookies = cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
  const item = `/finance/months/2026-01/item?kind=unknown_type&object=${object}&currency=usd`
  const page = await (await service.get(item, cookies)).text()
  const amount = /name="amount" value="(-?\d+)"/.exec(page)?.[1] ?? ''
  await signed.sign()
  const form = { object, kind: 'unknown_type', currency: 'usd', amount, reason: 'the second tab' }
  const answer = await service.post('/finance/months/2026-01/sign-offs', form, {
    ...cookies,
    Accept: 'text/html',
  })
  expect(answer.status).toBe(409)
  expect(await answer.text()).toContain(ALREADY)
})

test('a database that holds a difference several times is upgraded, and the rule holds from then on', async ({
  onTestFinished,
}) => {
  const old = await databaseWithoutTables()
  onTestFinished(() => old.drop())
  const { knex, pool } = old.database
  await knex.migrate.up({ ...migrationSettings, name: '0001_baseline.ts' })
  const insert = `insert into month_sign_offs (month, object, kind, currency, amount_minor, reason, signed_off_by, signed_off_at)
    values ('2026-01', 'txn_old', 'unknown_type', 'usd', 5, 'asked Stripe', 'ann@courier.example', now())`
  await pool.query(insert)
  await pool.query(insert)
  await migrate(knex)
  await pool.query(insert) // the first that the rule knows
  await expect(pool.query(insert)).rejects.toMatchObject({ constraint: 'month_sign_offs_one_per_difference' })
})
