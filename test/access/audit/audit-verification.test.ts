import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { auditedActs } from '../../../src/access/audit/audit-trail.ts'
import { recordAct } from '../../../src/access/audit/audit-trail-store.ts'
import { headText, parseHead, type AuditHead } from '../../../src/access/audit/audit-verification.ts'
import { auditHead, verifyAuditTrail } from '../../../src/access/audit/audit-verification-store.ts'
import { runAdmin } from '../../../src/admin/admin.ts'
import { adminDeps, written } from '../../kit/admin.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'

/** The acts are edited as a superuser can: with the triggers switched off, in a transaction that is rolled back. */
let db: TestDatabase
let superuser: pg.Client
let head: AuditHead
const ACTS = 12

beforeAll(async () => {
  db = await testDatabase()
  for (let index = 1; index <= ACTS; index += 1)
    await recordAct(db.database.pool, {
      actor:
        index % 3 === 0
          ? { kind: 'token', id: '00000000-0000-4000-8000-000000000001', name: 'books' }
          : { kind: 'operator', name: `kim ${index}` },
      act: auditedActs[index % auditedActs.length] ?? 'signed_in',
      subject: `donation/${index}`,
      before: { amount: index, "it's": 'a "quoted" ünïcode', nothing: null },
      after: { amount: -index, list: ['x', 1, true] },
      at: new Date(Date.UTC(2026, 1, index, 10, 0, 0, index)),
    })
  head = await auditHead(db.database.pool)
  superuser = new pg.Client({ connectionString: db.url })
  await superuser.connect()
})
afterAll(async () => {
  await superuser.end()
  await db.drop()
})

const CHECKS = ['position_is_positive', 'actor_kind_is_known', 'actor_has_what_its_kind_has', 'act_is_a_word']
const UNGUARDED = `set local session_replication_role = replica;
  alter table audit_trail ${CHECKS.map((check) => `drop constraint audit_trail_${check}`).join(', ')};`

/** What the verification finds once the statements have been run with every guard off. */
async function foundAfter(statements: string, exported: AuditHead | null = null) {
  await superuser.query('begin')
  try {
    await superuser.query(`${UNGUARDED} ${statements}`)
    return (await verifyAuditTrail(superuser, exported)).broken
  } finally {
    await superuser.query('rollback')
  }
}

/** Computes the chain once more from a position on, as somebody would who knows how it is made. */
const rechainFrom = (position: number) => `
  do $$
  declare one record; last bytea := (select hash from audit_trail where position < ${position} order by position desc limit 1);
  begin
    for one in select * from audit_trail where position >= ${position} order by position loop
      update audit_trail set previous_hash = last, hash = sha256(convert_to(jsonb_build_array(
        position, to_char(at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), actor_kind, actor_id, actor_name, act,
        subject, before, after, encode(last, 'hex'))::text, 'UTF8')) where position = one.position returning hash into last;
    end loop;
  end $$;`

test('an untouched trail is whole, and so is an empty one', async () => {
  expect(await verifyAuditTrail(superuser, head)).toEqual({
    head: expect.objectContaining(head),
    broken: null,
  })
  expect(head.position).toBe(BigInt(ACTS))
  expect(await foundAfter('delete from audit_trail')).toBeNull()
})

describe('an edit by a superuser is found', () => {
  test.each([
    ['at', `at + interval '1 microsecond'`],
    ['actor_kind', `'operator'`],
    ['actor_id', 'gen_random_uuid()'],
    ['actor_name', `'somebody else'`],
    ['act', `'month_reopened'`],
    ['subject', `'donation/other'`],
    ['before', `'{}'`],
    ['before', 'null'],
    ['after', `after || '{"amount": 0}'`],
    ['hash', `sha256('x')`],
  ])('of the column %s', async (column, value) => {
    const edit = `update audit_trail set ${column} = ${value} where position = 6`
    expect(await foundAfter(edit)).toEqual({ position: 6n, problem: 'edited' })
  })

  test('of the hash that an act names as the one before it', async () => {
    const edit = `update audit_trail set previous_hash = sha256('x') where position = 6`
    expect(await foundAfter(edit)).toEqual({ position: 6n, problem: 'not_chained' })
  })

  test('of an act whose own hash was computed once more', async () => {
    const edit = `update audit_trail set subject = 'donation/other' where position = 6;`
    const only = rechainFrom(6).replace('position >= 6', 'position = 6')
    expect(await foundAfter(edit + only)).toEqual({ position: 7n, problem: 'not_chained' })
  })

  test('of an act whose whole chain was computed once more, against an exported head', async () => {
    const edit = `update audit_trail set subject = 'donation/other' where position = 6;` + rechainFrom(6)
    expect(await foundAfter(edit)).toBeNull()
    expect(await foundAfter(edit, head)).toEqual({ position: BigInt(ACTS), problem: 'differs_from_head' })
  })

  test('that deletes an act in the middle, at the beginning or, against an exported head, at the end', async () => {
    const deleted = (where: string) => `delete from audit_trail where ${where}`
    expect(await foundAfter(deleted('position = 5'))).toEqual({ position: 5n, problem: 'missing' })
    expect(await foundAfter(deleted('position <= 2'))).toEqual({ position: 1n, problem: 'missing' })
    const end = deleted(`position > ${ACTS - 2}`)
    expect(await foundAfter(end)).toBeNull()
    expect(await foundAfter(end, head)).toEqual({ position: BigInt(ACTS - 1), problem: 'ends_before_head' })
  })

  test('that deletes an act and closes the gap', async () => {
    const closed = `delete from audit_trail where position = 5; update audit_trail set position = -position + 1 where position > 5;
      update audit_trail set position = -position where position < 0`
    expect(await foundAfter(closed)).toEqual({ position: 5n, problem: 'not_chained' })
  })

  test('that inserts an act, in the middle or at the end', async () => {
    const columns = 'at, actor_kind, actor_id, actor_name, act, subject, before, after'
    const middle = `update audit_trail set position = -position - 1 where position > 5;
      update audit_trail set position = -position where position < 0;
      insert into audit_trail select 6, ${columns}, (select hash from audit_trail where position = 5), sha256('x') from audit_trail where position = 2`
    expect(await foundAfter(middle)).toEqual({ position: 6n, problem: 'edited' })
    const end = `insert into audit_trail select ${ACTS + 1}, ${columns}, previous_hash, hash from audit_trail where position = ${ACTS}`
    expect(await foundAfter(end)).toEqual({ position: BigInt(ACTS + 1), problem: 'not_chained' })
    const before = `insert into audit_trail select 0, ${columns}, previous_hash, hash from audit_trail where position = 1`
    expect(await foundAfter(before)).toEqual({ position: 1n, problem: 'missing' })
  })

  test('that swaps two acts, with and without their hashes', async () => {
    const swap = (columns: readonly string[]) =>
      `update audit_trail a set ${columns.map((column) => `${column} = b.${column}`).join(', ')}
         from audit_trail b where (a.position, b.position) in ((4, 8), (8, 4))`
    const content = ['at', 'actor_kind', 'actor_id', 'actor_name', 'act', 'subject', 'before', 'after']
    expect(await foundAfter(swap(content))).toEqual({ position: 4n, problem: 'edited' })
    expect(await foundAfter(swap([...content, 'previous_hash', 'hash']))).toEqual({
      position: 4n,
      problem: 'not_chained',
    })
  })

  test('wherever a thousand random edits fall', async () => {
    let state = 20260228
    const random = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
      return (state >> 8) % below
    }
    const edits = [
      (at: number) =>
        `update audit_trail set at = at + interval '${1 + random(9_999)} microseconds' where position = ${at}`,
      (at: number) =>
        `update audit_trail set actor_name = actor_name || '${random(10)}' where position = ${at}`,
      (at: number) => `update audit_trail set act = act || '_x' where position = ${at}`,
      (at: number) => `update audit_trail set subject = subject || '${random(10)}' where position = ${at}`,
      (at: number) =>
        `update audit_trail set before = before || '{"n": ${random(1_000)}}' where position = ${at}`,
      (at: number) => `update audit_trail set after = after - 'list' where position = ${at}`,
      (at: number) =>
        `update audit_trail set hash = set_byte(hash, ${at}, get_byte(hash, ${at}) # 1) where position = ${at}`,
      (at: number) =>
        `update audit_trail set previous_hash = previous_hash || '\\x00' where position = ${at}`,
      (at: number) => `delete from audit_trail where position = ${at}`,
      (at: number) => `update audit_trail set position = ${ACTS + 1 + random(100)} where position = ${at}`,
    ]
    const missed: string[] = []
    for (let round = 0; round < 1_000; round += 1) {
      const edit = edits[random(edits.length)]?.(1 + random(ACTS)) ?? ''
      if ((await foundAfter(edit, head)) === null) missed.push(edit)
    }
    expect(missed).toEqual([])
  }, 60_000)
})

describe('admin', () => {
  const admin = (...argv: string[]) =>
    written((output) =>
      runAdmin(
        argv,
        adminDeps(db, () => new Date()),
        output,
      ),
    )

  test('audit-head prints what audit-verify compares', async () => {
    const { out } = await admin('audit-head')
    expect(parseHead(out)).toEqual({ position: head.position, hash: head.hash })
    expect(await admin('audit-verify', '--head', out.trim())).toEqual({
      code: 0,
      out: `${headText(head)}\n`,
      err: `The audit trail is whole: ${ACTS} acts.\n`,
    })
  })

  test('audit-verify names the first broken position and exits 1', async () => {
    const other = headText({ position: 3n, hash: Buffer.alloc(32, 7) })
    const answer = await admin('audit-verify', '--head', other)
    expect([answer.code, answer.out]).toEqual([1, 'broken at position 3\n'])
    expect(answer.err).toContain('is not the one of the given head')
    const late = await admin('audit-verify', '--head', headText({ ...head, position: 99n }))
    expect([late.code, late.out]).toEqual([1, `broken at position ${ACTS + 1}\n`])
    expect((await admin('audit-verify', '--head', '3:xyz')).code).toBe(2)
  })
})
