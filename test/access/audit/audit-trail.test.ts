import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { actorOf } from '../../../src/access/actor.ts'
import { maskedAddress, type Act } from '../../../src/access/audit/audit-trail.ts'
import { recordAct } from '../../../src/access/audit/audit-trail-store.ts'
import { inTransaction } from '../../../src/db/database.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { selectAll } from '../../kit/processing.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.drop())

const closed: Act = {
  actor: { kind: 'operator', name: 'kim' },
  act: 'month_closed',
  subject: 'month/2026-03',
  before: { closed: false },
  after: { closed: true },
  at: new Date('2026-04-02T09:00:00.123Z'),
}

type Row = { position: bigint; previous_hash: Buffer; hash: Buffer }
const rows = () =>
  selectAll(db.database.pool, 'select * from audit_trail order by position') as Promise<Row[]>

/** Positions of acts that are not numbered after, or not chained to, the one before them. */
async function brokenLinks(): Promise<readonly bigint[]> {
  const trail = await rows()
  const previous = (index: number) => trail[index - 1] ?? { position: 0n, hash: Buffer.alloc(32) }
  return trail
    .filter(
      ({ position, previous_hash, hash }, index) =>
        position !== previous(index).position + 1n ||
        !previous_hash.equals(previous(index).hash) ||
        hash.length !== 32,
    )
    .map(({ position }) => position)
}

test('chains acts of transactions of either kind', async () => {
  const { pool, knex } = db.database
  await inTransaction(pool, (tx) => recordAct(tx, closed))
  await knex.transaction((tx) => recordAct(tx, { ...closed, actor: { kind: 'service' }, act: 'signed_out' }))
  const [first, second] = await rows()
  expect(first).toMatchObject({
    position: 1n,
    at: closed.at,
    actor_kind: 'operator',
    actor_id: null,
    actor_name: 'kim',
    act: 'month_closed',
    subject: 'month/2026-03',
    before: { closed: false },
    after: { closed: true },
  })
  expect(second).toMatchObject({ position: 2n, actor_kind: 'service', actor_name: null })
  expect(await brokenLinks()).toEqual([])
})

test('numbers acts that come at once without a gap, and an act that is rolled back leaves none', async () => {
  const { pool } = db.database
  const before = (await rows()).length
  const works = Array.from({ length: 30 }, (_, index) =>
    inTransaction(pool, async (tx) => {
      await recordAct(tx, { ...closed, after: { index } })
      if (index % 3 === 0) throw new Error('rolled back')
    }).catch(() => undefined),
  )
  await Promise.all(works)
  expect((await rows()).length).toBe(before + 20)
  expect(await brokenLinks()).toEqual([])
})

test('computes position and hashes itself, whatever the statement says', async () => {
  const { pool } = db.database
  await pool.query(
    `insert into audit_trail (position, at, actor_kind, act, subject, previous_hash, hash)
     select 900 + n, now(), 'service', 'signed_out', 'staff/x', 'forged', 'forged' from generate_series(1, 3) n`,
  )
  expect((await rows()).map(({ hash }) => hash.toString())).not.toContain('forged')
  expect(await brokenLinks()).toEqual([])
})

test('refuses an actor that lacks what its kind has', async () => {
  const insert = (kind: string, id: string | null, name: string | null) =>
    db.database.pool.query(
      `insert into audit_trail (at, actor_kind, actor_id, actor_name, act, subject) values (now(), $1, $2, $3, 'signed_in', 'staff/x')`,
      [kind, id, name],
    )
  await expect(insert('staff', null, 'kim@news.example')).rejects.toThrow('actor_has_what')
  await expect(insert('operator', null, null)).rejects.toThrow('actor_has_what')
  await expect(insert('service', randomUUID(), null)).rejects.toThrow('actor_has_what')
  await expect(insert('reader', null, 'kim')).rejects.toThrow('actor_kind_is_known')
})

test('hides an address but for its first letter and its domain', () => {
  expect(maskedAddress('anna.b@reader.example')).toBe('a…@reader.example')
  expect(maskedAddress('"a@b"@reader.example')).toBe('"…@reader.example')
  expect(maskedAddress('no address')).toBe('…')
})

test('a route that lets everybody in has no actor', () => {
  expect(() => actorOf({})).toThrow('neither staff nor a token')
})
