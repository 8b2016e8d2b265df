import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Role } from '../../../src/access/role.ts'
import { inTransaction } from '../../../src/db/database.ts'
import { recordTransactions } from '../../../src/settlement/balance/balance-store.ts'
import { completeSync } from '../../../src/sync/sync-state-store.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { giveDonation, hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf, financeService, type FinanceService } from '../../kit/finance-service.ts'
import { dayNamed } from '../../kit/named.ts'
import { withProfile } from '../../kit/processing.ts'
import { feeTransaction } from '../../kit/settlement-samples.ts'
import { depsAt } from '../../reconciliation/kit.ts'

/** The tests of this file follow one newsroom through the end of January: each one builds on those before it. */

let db: TestDatabase
let service: FinanceService
const NOW = new Date('2026-02-10T12:00:00Z')
const REASON = 'Stripe credited it and cannot say why'

beforeAll(async () => {
  db = await testDatabase()
  service = await financeService(db.database, { writeOffApproval: 'second_person' })
  service.now = NOW
  await withProfile(db.database.pool)
  await move('txn_odd', 'moon_tax', -500n)
  await move('txn_other', 'moon_tax', -70n)
  for (let index = 0; index < 60; index += 1) await move(`txn_many_${index}`, 'adjustment', -1n)
  for (const list of ['balance_transactions', 'payouts', 'events', 'objects'] as const)
    await completeSync(db.database.pool, list, NOW, NOW)
})
afterAll(async () => {
  await service.close()
  await db.drop()
})

async function move(id: string, type: string, minor: bigint, at = new Date('2026-01-10T12:00:00Z')) {
  const category = type === 'adjustment' ? { reportingCategory: 'other_adjustment' } : {}
  const over = { type, ...category, amountMinor: minor, netMinor: minor, description: `what ${id} is` }
  await inTransaction(db.database.pool, (tx) =>
    recordTransactions(
      tx,
      [feeTransaction(id, at, over)],
      depsAt(() => service.now),
    ),
  )
}

const jars = new Map<string, Record<string, string>>()
async function cookies(who: string, role: Role = 'finance'): Promise<Record<string, string>> {
  const known = jars.get(who)
  if (known) return known
  const { knex } = db.database
  const token = await signInToken(knex, await hireStaff(knex, role), service.now)
  const jar = cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
  jars.set(who, jar)
  return jar
}

async function page(path: string, who = 'ann', role: Role = 'finance'): Promise<string> {
  const answer = await service.get(path, await cookies(who, role))
  expect([path, answer.status]).toEqual([path, 200])
  return (await answer.text()).replaceAll(/\s+/g, ' ')
}

const post = async (path: string, form: Record<string, string>, who = 'ann', role: Role = 'finance') =>
  service.post(path, form, { ...(await cookies(who, role)), Accept: 'text/html' })

const odd = { object: 'txn_odd', kind: 'unknown_type', currency: 'usd', amount: '500' }
const JANUARY = '/finance/months/2026-01'

test('the list leads to each month, and the former address to its page', async () => {
  const list = await page('/finance/months')
  expect(list).toContain('href="/finance/months/2026-01"')
  expect(list).toContain('62 items')
  const former = await service.get('/finance/reconciliation?month=2026-01', await cookies('ann'))
  expect([former.status, former.headers.get('location')]).toEqual([301, JANUARY])
})

test('a month that has not begun and one before the books say so', async () => {
  expect(await page('/finance/months/2030-01')).toContain('January 2030 has not begun.')
  expect(await page('/finance/months/2030-01')).not.toContain('Every cent')
  expect(await page('/finance/months/2019-05')).toContain('The books begin in January 2026.')
})

test('an auditor reads everything and is led to no form; a viewer is not let in', async () => {
  const month = await page(JANUARY, 'auditor', 'auditor')
  expect(month).toContain('Movements of an unknown type')
  expect(month).not.toMatch(/action="\/finance\/months|\/item\?/)
  expect((await post(`${JANUARY}/sign-offs`, { ...odd, reason: REASON }, 'auditor', 'auditor')).status).toBe(
    403,
  )
  const viewer = await cookies('viewer', 'viewer')
  expect((await service.get(JANUARY, viewer)).status).toBe(403)
  expect(await page('/finance', 'viewer', 'viewer')).not.toContain('/finance/months')
})

test('a group is shown page by page and accepted with one reason', async () => {
  const month = await page(JANUARY)
  expect(month).toContain('Show all 60 items')
  const second = await page(`${JANUARY}/items/adjustment?page=2`)
  expect(second).toContain('items 51 to 60 of 60')
  const refused = await post(`${JANUARY}/items/adjustment`, { seen: '60', reason: 'ok.' })
  expect(refused.status).toBe(400)
  expect(await refused.text()).toContain('at least ten letters')
  const stale = await post(`${JANUARY}/items/adjustment`, { seen: '59', reason: REASON })
  expect(stale.status).toBe(409)
  expect(await stale.text()).toContain(REASON)
  expect((await post(`${JANUARY}/items/adjustment`, { seen: '60', reason: REASON })).status).toBe(303)
  expect(await page(JANUARY)).not.toContain('Show all 60 items')
})

test('what was typed stays in a form that is refused', async () => {
  const answer = await post(`${JANUARY}/write-offs`, { ...odd, toAccount: 'other_income', reason: 'ok <b>.' })
  expect(answer.status).toBe(400)
  const again = await answer.text()
  expect(again).toContain('ok &lt;b&gt;.')
  expect(again).toMatch(/value="other_income" selected/)
})

/** A reason that is none is shown again in its unfolded form. */
async function keepsTyped(act: string): Promise<void> {
  const refused = await post(`${JANUARY}/write-offs/${act}`, { reason: 'ok <i>.' })
  expect(refused.status).toBe(400)
  const again = await refused.text()
  expect(again).toContain('at least ten letters')
  expect(again).toMatch(/<details open="">[^]*aria-invalid="true"[^]*ok &lt;i&gt;\./)
}

test('a write-off waits for a second person, who approves it', async () => {
  const prepared = await post(`${JANUARY}/write-offs`, { ...odd, toAccount: 'other_income', reason: REASON })
  expect(prepared.status).toBe(303)
  const waiting = await page(JANUARY)
  expect(waiting).toContain('You prepared it: somebody else has to approve it.')
  expect(waiting).toContain('2 items need an explanation')
  const id = /write-offs\/([0-9a-f-]{36})\/decline/.exec(waiting)?.[1] ?? ''
  await keepsTyped(`${id}/decline`)
  expect((await post(`${JANUARY}/write-offs/${id}/approve`, {})).status).toBe(403)
  expect(await page(JANUARY, 'ben')).toContain('Approve and post')
  expect((await post(`${JANUARY}/write-offs/${id}/approve`, {}, 'ben')).status).toBe(303)
  expect(await page(JANUARY)).toContain('1 item needs an explanation')
  await keepsTyped(`${id}/reverse`)
})

test('an item that somebody else settled meanwhile keeps the reason that was typed', async () => {
  const other = { object: 'txn_other', kind: 'unknown_type', currency: 'usd', amount: '71' }
  for (const [path, more] of [
    ['sign-offs', {}],
    ['write-offs', { toAccount: 'other_expenses' }],
  ] as const) {
    const answer = await post(`${JANUARY}/${path}`, { ...other, ...more, reason: REASON })
    expect([path, answer.status]).toEqual([path, 409])
    const again = await answer.text()
    expect(again).toContain(REASON)
    expect(again).toContain('since you looked')
  }
  const refused = await post(`${JANUARY}/other-activity`, { explained: 'yes', reason: 'nope <u>' })
  expect(refused.status).toBe(400)
})

test('sign-offs are reviewed by an act of its own, and open again when something is accepted later', async () => {
  const seenIn = (html: string) =>
    /name="seen" value="([^"]*)" \/> <button class="button" type/.exec(html)?.[1] ?? ''
  const before = await page(JANUARY, 'ben')
  expect(before).toContain('Nobody has reviewed them yet.')
  expect(before).toContain('Not reviewed yet.')
  const seen = seenIn(before)
  expect(seen).toMatch(/^62 2026-02-10T/)
  expect((await post(`${JANUARY}/review`, { seen: `${seen}x` }, 'ben')).status).toBe(409)
  expect((await post(`${JANUARY}/review`, { seen }, 'auditor', 'auditor')).status).toBe(403)
  expect((await post('/finance/months/2025-12/review', { seen: '0 ' }, 'ben')).status).toBe(409)
  expect((await post(`${JANUARY}/review`, { seen }, 'ben')).status).toBe(303)
  const reviewed = await page(JANUARY)
  expect(reviewed).toMatch(
    /Sign-offs are reviewed<\/a><\/strong> <p>60 accepted exceptions, 1 write-off\. Reviewed by/,
  )
  expect(seenIn(reviewed)).toBe('')
  const trail = await db.database.pool.query(
    `select subject, after from audit_trail where act = 'sign_offs_reviewed'`,
  )
  expect(trail.rows).toEqual([{ subject: 'month/2026-01', after: { acts: 62 } }])
  await move('txn_small', 'moon_shot', -3n)
  const small = { object: 'txn_small', kind: 'unknown_type', currency: 'usd', amount: '3' }
  service.now = new Date('2026-02-10T12:05:00Z')
  expect((await post(`${JANUARY}/sign-offs`, { ...small, reason: REASON })).status).toBe(303)
  const again = await page(JANUARY)
  expect(again).toContain('something was done since')
  expect((await post(`${JANUARY}/review`, { seen: seenIn(again) })).status).toBe(303)
  expect(await page(JANUARY)).not.toContain('something was done since')
})

test('movements of a type are explained for ever, stay shown, and can be explained no longer', async () => {
  const item = await page(`${JANUARY}/item?kind=unknown_type&object=txn_other&currency=usd`)
  expect(item).toContain('what txn_other is')
  const form = { ...odd, object: 'txn_other', amount: '70', type: 'moon_tax', reason: REASON }
  expect((await post(`${JANUARY}/explanations`, form)).status).toBe(303)
  const month = await page(JANUARY)
  expect(month).toContain('Explained for ever')
  expect(month).toContain('$0.70')
  expect(month).not.toContain('needs an explanation')
  const id = /explanations\/([0-9a-f-]{36})\/end/.exec(month)?.[1] ?? ''
  expect((await post(`${JANUARY}/explanations/${id}/end`, {})).status).toBe(303)
  expect(await page(JANUARY)).toContain('1 item needs an explanation')
  expect((await post(`${JANUARY}/explanations`, form)).status).toBe(303)
})

test('a trial close says what closing would do and changes nothing', async () => {
  const trial = await page(`${JANUARY}/trial-close`)
  expect(trial).toContain('Nothing has been done.')
  expect(trial).toContain('61 accepted exceptions would be carried forward')
  expect(await page(JANUARY)).toContain('Not closed yet.')
  expect((await page('/finance/months/2026-02/trial-close')).includes('is not over yet')).toBe(true)
})

test('a closed month says who closed it, and what was posted for it later by account', async () => {
  expect((await post(`${JANUARY}/close`, {})).status).toBe(303)
  expect(await page(JANUARY)).toContain('Nothing was posted for January 2026 since it was closed.')
  service.now = new Date('2026-02-10T12:10:00Z')
  await move('txn_late', 'stripe_fee', -900n)
  const later = await page(JANUARY)
  expect(later).toContain('See the 1 posting that was made later for January 2026')
  expect(later).toMatch(/What changed, by account.*\$9\.00/)
  expect(later).toContain('posted to February 2026 for January 2026')
  const given = { succeededAt: new Date('2026-01-20T12:00:00Z'), bookedOn: dayNamed('2026-02-10') }
  await giveDonation(db.database.knex, { donorName: 'Bo Late', ...given })
  for (const month of [JANUARY, '/finance/months/2026-02'])
    expect(await page(month)).toMatch(/Gift of <bdi>Bo Late<\/bdi><\/a\s*> <code class="id">pi_/)
  expect(await page('/finance/months/2026-02')).toContain('Accepted in January 2026 by')
})

test('the print view names the newsroom, the month, the time and who printed it, and unfolds everything', async () => {
  const print = await page(`${JANUARY}/print`)
  expect(print).toMatch(/January 2026\. Printed <time/)
  expect(print).not.toMatch(/<details(?! class="[^"]*" open)/)
  expect(print).not.toMatch(/<form method="post" action="\/finance\/months/)
})
