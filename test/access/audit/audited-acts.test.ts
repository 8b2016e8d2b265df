import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { putStaff } from '../../../src/access/staff-store.ts'
import type { Staff } from '../../../src/access/staff.ts'
import { adminHelp, runAdmin } from '../../../src/admin/admin.ts'
import { adminDeps, written } from '../../kit/admin.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { giveDonation, giveReceipt, hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf, financeService, type FinanceService } from '../../kit/finance-service.ts'
import { selectAll, withProfile } from '../../kit/processing.ts'

/** What people and commands do, and what the audit trail then says. */
let db: TestDatabase
let service: FinanceService
let staff: Staff
let cookies: Record<string, string>
let before: bigint

beforeAll(async () => {
  db = await testDatabase()
  await withProfile(db.database.pool)
  service = await financeService(db.database)
  staff = await hireStaff(db.database.knex, 'finance')
  const token = await signInToken(db.database.knex, staff, service.now)
  cookies = cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
})
afterAll(async () => {
  await service.close()
  await db.drop()
})
beforeEach(async () => {
  const [row] = await selectAll(
    db.database.pool,
    'select coalesce(max(position), 0) as position from audit_trail',
  )
  before = BigInt(String(row?.['position']))
})

const SOMEBODY = ['--email', 'someone@news.example']
const ID = ['--id', randomUUID()]
const REASON = ['--reason', 'It is ours']
const ITEM = ['--month', '2026-01', '--object', 'txn_1', '--kind', 'unknown_type', ...REASON]
/** Every command that may name a member of staff, with what else it needs. */
const WITH_BY: Readonly<Record<string, readonly string[]>> = {
  'create-staff': [...SOMEBODY, '--role', 'viewer'],
  'remove-staff': SOMEBODY,
  'reset-second-factor': SOMEBODY,
  'create-token': ['--name', 'a sheet', '--role', 'viewer'],
  'revoke-token': ['--name', 'a sheet'],
  backfill: [],
  replay: ['--outcome', 'failed'],
  'export-donor': SOMEBODY,
  'erase-donor': SOMEBODY,
  import: ['--take-back', randomUUID()],
  'resend-mail': ['--all'],
  giving: ['off'],
  'attack-mode': ['on'],
  'seal-secrets': [],
  'sign-difference': ITEM,
  'explain-other-activity': [],
  'close-month': ['--month', '2026-01'],
  'write-off': [...ITEM, '--currency', 'usd', '--amount=-500', '--to', 'write_offs'],
  'approve-write-off': ID,
  'decline-write-off': [...ID, ...REASON],
  'reverse-write-off': [...ID, ...REASON],
}

/** The acts of this test, in their order. */
const acts = () =>
  selectAll(
    db.database.pool,
    `select actor_kind as kind, actor_name as name, act, subject, before, after from audit_trail
      where position > $1 order by position`,
    before,
  )
const admin = (...argv: string[]) =>
  written((output) =>
    runAdmin(
      argv,
      adminDeps(db, () => service.now),
      output,
    ),
  )

describe('on a page', () => {
  test('a sign-in and a sign-out', async () => {
    const colleague = await hireStaff(db.database.knex, 'viewer')
    const token = await signInToken(db.database.knex, colleague, service.now)
    const own = cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
    await service.post('/finance/sign-out', {}, own)
    const who = { kind: 'staff', name: colleague.email, subject: `staff/${colleague.id}` }
    expect(await acts()).toMatchObject([
      { ...who, act: 'signed_in' },
      { ...who, act: 'signed_out' },
    ])
  })

  test('a refund, once for a form that is sent twice', async () => {
    const { id } = await giveDonation(db.database.knex, { grossMinor: 1000n })
    const request = randomUUID()
    const form = { request, amount: '4.00', reason: 'duplicate', step: 'confirm' }
    await service.post(`/finance/donations/${id}/refunds`, form, cookies)
    await service.post(`/finance/donations/${id}/refunds`, form, cookies)
    expect(await acts()).toEqual([
      {
        kind: 'staff',
        name: staff.email,
        act: 'refund_requested',
        subject: `donation/${id}`,
        before: { refundableMinor: '1000', currency: 'usd' },
        after: { request, amountMinor: '400', currency: 'usd', reason: 'duplicate', hasNote: false },
      },
    ])
  })

  test('a corrected address without the address, and a mail that is sent again or left', async () => {
    const { knex } = db.database
    const donation = await giveDonation(knex, { donorEmail: 'ada@mial.example' })
    const { number } = await giveReceipt(knex, donation)
    const message = { kind: 'receipt', subject: donation.id, attempts: 3, gave_up_at: knex.fn.now() }
    const [again, left] = await knex('outbox_messages')
      .insert([
        { ...message, message_key: `receipt.${number}` },
        { ...message, message_key: `receipt.${number}.b` },
      ])
      .returning('id')
    await service.post(`/finance/mail/${again.id}`, { action: 'send', email: 'ada@mail.example' }, cookies)
    await service.post(`/finance/mail/${left.id}`, { action: 'leave' }, cookies)
    const about = { kind: 'staff', name: staff.email, subject: `donation/${donation.id}` }
    expect(await acts()).toEqual([
      {
        ...about,
        act: 'address_corrected',
        before: { email: 'a…@mial.example' },
        after: { email: 'a…@mail.example' },
      },
      { ...about, act: 'mail_sent_again', before: null, after: null },
      { ...about, act: 'mail_left_unsent', before: null, after: null },
    ])
  })
})

describe('by a command', () => {
  test('staff and tokens, under the system’s user', async () => {
    await admin('create-staff', '--email', 'new@news.example', '--role', 'viewer')
    await admin('create-staff', '--email', 'new@news.example', '--role', 'admin')
    await admin('remove-staff', '--email', 'new@news.example')
    await admin('create-token', '--name', 'sheet', '--role', 'viewer')
    await admin('revoke-token', '--name', 'sheet')
    const found = await acts()
    expect(found.map(({ act }) => act)).toEqual([
      'staff_added',
      'sign_in_link_printed',
      'staff_role_changed',
      'sign_in_link_printed',
      'staff_removed',
      'token_created',
      'token_revoked',
    ])
    expect(new Set(found.map(({ kind, name }) => `${String(kind)} ${String(name)}`))).toEqual(
      new Set(['operator root']),
    )
    expect(found[2]).toMatchObject({ before: { role: 'viewer' }, after: { role: 'admin' } })
  })

  test('under the member of staff whom --by names, who must have the role', async () => {
    await putStaff(db.database.knex, { email: 'chief@news.example', role: 'admin' })
    const create = ['create-token', '--name', 'x', '--role', 'viewer', '--by']
    expect((await admin(...create, staff.email)).err).toContain('whose role is finance: it takes admin')
    expect((await admin(...create, 'nobody@news.example')).err).toContain('who is no member of staff')
    expect((await admin(...create, 'Chief@news.example')).code).toBe(0)
    expect(await acts()).toMatchObject([
      { kind: 'operator', name: 'chief@news.example', act: 'token_created' },
    ])
  })

  test('no command that takes --by does anything for somebody who is no member of staff, or may not do it', async () => {
    await putStaff(db.database.knex, { email: 'reads@news.example', role: 'viewer' })
    const takeBy = [...adminHelp().matchAll(/^ {2}(\S+) .*--by /gm)].map(([, name]) => name)
    expect(Object.keys(WITH_BY).toSorted()).toEqual(takeBy.toSorted())
    const found: Record<string, unknown> = {}
    for (const [command, options] of Object.entries(WITH_BY)) {
      const stranger = await admin(command, ...options, '--by', 'nobody@news.example')
      const viewer = await admin(command, ...options, '--by', 'reads@news.example')
      const isRefused =
        stranger.err.includes('who is no member of staff. Nothing was done.') &&
        viewer.err.includes('whose role is viewer: it takes ')
      if (!isRefused || stranger.code !== 1 || viewer.code !== 1) found[command] = [stranger, viewer]
    }
    expect(found).toEqual({})
    expect(await acts()).toEqual([])
  })

  test('other activity, and nothing for a replay that found nothing', async () => {
    await admin('explain-other-activity', '--by', staff.email)
    await admin('explain-other-activity', '--by', staff.email, '--withdraw')
    await admin('replay', '--event', 'evt_unknown')
    await admin('replay', '--outcome', 'failed')
    expect(await acts()).toMatchObject([
      { act: 'other_activity_decided', before: null, after: { isExplained: true } },
      { act: 'other_activity_decided', before: { isExplained: true }, after: { isExplained: false } },
    ])
  })
})
