import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findApiToken } from '../../src/access/tokens/api-token-store.ts'
import { useSignInLink } from '../../src/access/sign-in/sign-in-link-store.ts'
import { runAdmin } from '../../src/admin/admin.ts'
import { adminDeps, written } from '../kit/admin.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { keepEvent } from '../kit/factories.ts'

const now = new Date('2026-02-01T12:00:00Z')
let db: TestDatabase

beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.drop())

function admin(...argv: string[]) {
  return written((output) =>
    runAdmin(
      argv,
      adminDeps(db, () => now),
      output,
    ),
  )
}

describe('npm run admin', () => {
  test.each([[[]], [['--help']], [['help']], [['replay', '--help']]])(
    '%j says what there is',
    async (argv) => {
      const { code, out } = await admin(...argv)
      expect(code).toBe(0)
      for (const command of ['create-staff', 'create-token', 'replay']) expect(out).toContain(command)
    },
  )

  test.each([
    [['erase'], 'no command erase'],
    [['toString'], 'no command toString'],
    [['create-staff'], '--email is needed\n--role must be one of viewer, auditor, finance, admin'],
    [['create-staff', '--email', 'x', '--role', 'finance'], '--email must be an e-mail address'],
    [['create-staff', '--email', 'a@b.example', '--role', 'root'], '--role must be one of'],
    [['create-token', '--name', ' ', '--role', 'admin'], '--name is needed'],
    [['create-token', '--name', 'x', '--role', 'admin', '--colour', 'red'], '--colour'],
    [['create-token', 'books'], 'books'],
    [['replay'], 'either --event or --outcome'],
    [['replay', '--event', 'evt_1', '--outcome', 'waiting'], 'either --event or --outcome'],
    [['replay', '--event', 'pi_1'], '--event must be an id'],
    [['replay', '--outcome', 'applied'], '--outcome must be one of failed, ignored, quarantined, waiting'],
  ])('%j is refused with words and 2', async (argv, words) => {
    const { code, out, err } = await admin(...argv)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(words)
  })

  test('create-token prints nothing but the token on standard output', async () => {
    const { code, out } = await admin('create-token', '--name', 'books', '--role', 'finance')
    expect(code).toBe(0)
    expect(out).toMatch(/^rd_[\w-]{43}\n$/)
    expect(await findApiToken(db.database.knex, out.trim())).toMatchObject({ name: 'books', role: 'finance' })
  })

  test('create-staff prints a link that signs in once, and changes the role when it runs again', async () => {
    const { knex } = db.database
    const first = await admin('create-staff', '--email', 'Chief@News.example', '--role', 'viewer')
    const token = /^https:\/\/donations\.example\/finance\/sign-in\/([\w-]+)\n$/.exec(first.out)?.[1] ?? ''
    const [staff] = await knex('staff')
    expect(staff).toMatchObject({ email: 'chief@news.example', role: 'viewer' })
    expect(await useSignInLink(knex, token, now)).toBe(staff.id)
    expect(await useSignInLink(knex, token, now)).toBeNull()
    await admin('create-staff', '--email', 'chief@news.example', '--role', 'admin')
    expect(await knex('staff').select('id', 'role')).toEqual([{ id: staff.id, role: 'admin' }])
  })

  test('reconcile does not call a month explained before Stripe’s balance was read to its end', async () => {
    const { code, err } = await admin('reconcile')
    expect({ code, err }).toEqual({
      code: 1,
      err: 'unexplained: 0 so far; Stripe’s balance has not been read to its end yet\n',
    })
  })

  test('replay makes stored events pending again and notifies the worker', async () => {
    const { knex, pool } = db.database
    const failed = await keepEvent(knex, { outcome: 'failed', reason: 'odd' })
    const waiting = [1, 2].map(() =>
      keepEvent(knex, { outcome: 'waiting', reason: 'early', correlationId: 'pi_1' }),
    )
    await Promise.all(waiting)
    const applied = await keepEvent(knex, { outcome: 'applied' })
    const client = await pool.connect()
    const recorded: string[] = []
    client.on('notification', ({ channel }) => recorded.push(channel))
    await client.query('listen inbox')

    expect((await admin('replay', '--outcome', 'waiting')).err).toContain('2 events')
    expect(await outcomes()).toEqual({ applied: 1, pending: 2, failed: 1 })
    expect((await admin('replay', '--event', failed)).err).toContain('1 event ')
    expect((await admin('replay', '--event', applied)).err).toContain('1 event ')
    expect(await outcomes()).toEqual({ pending: 4 })
    expect(await admin('replay', '--event', 'evt_mistyped')).toMatchObject({
      code: 1,
      err: 'There is no event evt_mistyped here. Nothing was done.\n',
    })
    await expect.poll(() => recorded.length).toBeGreaterThanOrEqual(3)
    client.release(true)

    async function outcomes() {
      const rows = await knex('inbox_states').select('outcome').count().groupBy('outcome')
      return Object.fromEntries(rows.map((row) => [row['outcome'], Number(row['count'])]))
    }
  })
})
