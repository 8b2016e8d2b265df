import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runAdmin } from '../../src/admin/admin.ts'
import type { AdminDeps } from '../../src/admin/command.ts'
import type { Role } from '../../src/access/role.ts'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { putStaff } from '../../src/access/staff-store.ts'
import { adminDeps, written } from '../kit/admin.ts'
import { applyAll, receive, processing, withProfile } from '../kit/processing.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { bearer, hireStaff, signInToken } from '../kit/factories.ts'
import { cookiesOf, financeService, type FinanceService } from '../kit/finance-service.ts'
import { DAY_MS, forward, gift, openSandbox, sdk } from '../kit/sandbox.ts'
import { completeEventSync, syncBalance, syncDepsOf } from './kit.ts'
import { markedFor } from '../kit/marks.ts'

/** The tests of this file follow one newsroom while it closes November: each one builds on those before it. */

let db: TestDatabase
let service: FinanceService
let box: Sandbox
let deps: AdminDeps
/** The events of a gift whose webhooks were lost. */
let lost: readonly object[]

beforeAll(async () => {
  db = await testDatabase()
  service = await financeService(db.database)
  await withProfile(db.database.pool)
  await putStaff(db.database.knex, { email: 'books@courier.example', role: 'finance' })
  box = await openSandbox({ monthlyFeeMinor: 0 })
  deps = adminDeps(db, () => box.now())
  await give(5000)
  await give(2500, 'eur')
  const before = box.events().length
  await give(700)
  lost = box.events().slice(before)
  await box.injectBalanceTransaction({ type: 'adjustment', amount: 55, description: 'goodwill' })
  await forward(box, 35 * DAY_MS) // 7 December
  await catchUp(lost)
})
afterAll(async () => {
  await service.close()
  await box.close()
  await db.drop()
})

async function give(amount: number, currency = 'usd'): Promise<string> {
  const metadata = markedFor(randomUUID())
  const { id } = await sdk(box).checkout.sessions.create(gift({ metadata }, amount, currency))
  await box.pay(id, 'card')
  return box.chargeIdOf(id) ?? ''
}

/** Receives all events but those of `except`, and syncs Stripe's balance. */
async function catchUp(except: readonly object[] = []): Promise<void> {
  const { pool } = db.database
  const ids = new Set(except.map((event) => ('id' in event ? event.id : null)))
  await receive(pool, ...box.events().filter(({ id }) => !ids.has(id)))
  await applyAll(pool, { ...processing, now: () => box.now() })
  await syncBalance(syncDepsOf(pool, box))
  await completeEventSync(pool, box.now())
  service.now = box.now()
}

async function signedIn(role: Role): Promise<Record<string, string>> {
  const token = await signInToken(db.database.knex, await hireStaff(db.database.knex, role), service.now)
  return cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
}

async function api(path: string): Promise<Record<string, unknown>> {
  const answer = await service.get(path, await bearer(db.database.knex, 'finance'))
  expect(answer.status).toBe(200)
  return (await answer.json()) as Record<string, unknown> // what is in it is for each test to check
}

const ofNovember = ['--month', '2026-11']
const byFinance = ['--by', 'books@courier.example']
const november = '/api/reconciliation?month=2026-11'
const figures = '/api/reports/totals?from=2026-11-01&to=2026-11-30&by=day'
const balances = '/api/reports/trial-balance?to=2026-11-30'
const charge = () => [...box.state().balance_transaction.values()].find(({ object }) => object.amount === 700)
const goodwill = () =>
  [...box.state().balance_transaction.values()].find(({ object }) => object.amount === 55)

describe('a month’s closing', () => {
  test('is refused while something is unexplained, and names it', async () => {
    expect(await api(november)).toMatchObject({
      closed: false,
      completeUpTo: box.now().toISOString(),
      unexplained: [{ currency: 'usd', amount: 755 }],
      differences: [
        { kind: 'missing_here', amount: -700, currency: 'usd', explained: false },
        { kind: 'adjustment', object: goodwill()?.object.id, amount: -55, explained: false },
      ],
    })
    const refused = await service.post(
      '/finance/months/2026-11/close',
      {},
      { ...(await signedIn('finance')), Accept: 'text/html' },
    )
    expect(refused.status).toBe(409)
    const page = await refused.text()
    expect(page).toContain('Neither explained nor signed off')
    expect(page).toContain(goodwill()?.object.id)
    expect(page).toContain('<h1>November 2026</h1>')
    expect((await admin('close-month', '--month', '2026-12', ...byFinance)).err).toContain('not over yet')
    const report = await admin('reconcile', '--month', '2026-11')
    expect([report.code, report.err]).toEqual([1, 'unexplained: 2 differences\n'])
    expect(report.out).toMatch(/UNEXPLAINED pi_\w+ {2}missing_here {2}-\$7\.00 USD/)
    // Without a month it is the running one, and what is open from earlier is named.
    const running = await admin('reconcile')
    expect([running.code, running.err]).toEqual([
      1,
      'unexplained: 0; in 2026-11: 2 differences (--month 2026-11)\n',
    ])
  })

  test('accepts a sign-off with a reason from finance on our own page, and from the command line', async () => {
    const form = {
      object: goodwill()?.object.id ?? '',
      kind: 'adjustment',
      currency: 'usd',
      amount: '-55',
      reason: 'Stripe’s gift to us',
    }
    const signOff = async (over: object, role: Role = 'finance', headers: Record<string, string> = {}) =>
      (
        await service.post(
          '/finance/months/2026-11/sign-offs',
          { ...form, ...over },
          { ...(await signedIn(role)), ...headers },
        )
      ).status
    expect(await signOff({}, 'viewer')).toBe(403)
    expect(await signOff({}, 'finance', { 'Sec-Fetch-Site': 'cross-site' })).toBe(403)
    expect(await signOff({ reason: '   ' })).toBe(400)
    expect(await signOff({ object: 'txn_other' })).toBe(404)
    expect(await signOff({ amount: '-54' })).toBe(409) // another amount than the page showed when it was opened
    expect(await signOff({})).toBe(303)
    expect(await api(november)).toMatchObject({
      unexplained: [{ currency: 'usd', amount: 700 }],
      signOffs: [{ object: form.object, reason: form.reason, amount: -55 }],
    })
    const missing = String(charge()?.object.source)
    const intent = (await sdk(box).charges.retrieve(missing)).payment_intent
    const done = await admin(
      'sign-difference',
      ...ofNovember,
      '--object',
      String(intent),
      '--kind',
      'missing_here',
      '--reason',
      'asked Stripe about it',
      ...byFinance,
    )
    expect([done.code, done.err]).toEqual([0, `Signed off: ${String(intent)} (missing_here) in 2026-11.\n`])
  })

  test('succeeds for an empty month long before it, and needs none of the months between', async () => {
    expect((await admin('close-month', '--month', '2020-01', ...byFinance)).code).toBe(0)
  })

  test('keeps the month’s figures whatever becomes known later', async () => {
    const cookies = await signedIn('finance')
    const unreviewed = await (await service.get('/finance/months/2026-11', cookies)).text()
    // What was accepted is reviewed first.
    expect(unreviewed).not.toContain('href="/finance/months/2026-11/trial-close"')
    const seen = /name="seen" value="([^"]+)"/.exec(unreviewed)?.[1] ?? ''
    expect((await service.post('/finance/months/2026-11/review', { seen }, cookies)).status).toBe(303)
    const page = await (await service.get('/finance/months/2026-11', cookies)).text()
    expect(page).toContain('href="/finance/months/2026-11/trial-close"')
    const trial = await (await service.get('/finance/months/2026-11/trial-close', cookies)).text()
    expect(trial).toContain('Close November 2026')
    expect(page).toContain('Our books agree with Stripe’s balance, except for what is accepted below.')
    const closed = await service.post('/finance/months/2026-11/close', {}, cookies)
    expect(closed.status).toBe(303)
    // The button was pressed twice.
    expect((await service.post('/finance/months/2026-11/close', {}, cookies)).status).toBe(303)
    const before = [await api(november), await api(figures), await api(balances)]
    expect(before[0]).toMatchObject({ closed: true, unexplained: [], differences: [] })
    expect(before[0]).toMatchObject({
      exports: [
        { name: 'ledger-2026-11-01-2026-11-30.csv', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
        { name: 'deposits-2026-11-01-2026-11-30.csv' },
      ],
    })
    const closedPage = await (await service.get('/finance/months/2026-11', cookies)).text()
    expect(closedPage).toContain('ledger-2026-11-01-2026-11-30.csv')

    await forward(box, DAY_MS)
    const [refundable] = (await sdk(box).charges.list({ limit: 100 })).data.filter(
      ({ amount }) => amount === 5000,
    )
    await box.refund(refundable?.id ?? '')
    await forward(box, DAY_MS)
    await catchUp()
    const withoutAsOf = (answer: Record<string, unknown> | undefined) => ({ ...answer, asOf: null })
    const after = [await api(november), await api(figures), await api(balances)]
    expect(after.map(withoutAsOf)).toEqual(before.map(withoutAsOf))

    expect(await api('/api/reconciliation?month=2026-12')).toMatchObject({
      unexplained: [],
      priorPeriodAdjustments: [{ period: '2026-11', transactions: 1 }],
    })
    expect(await api('/api/reports/totals?from=2026-12-01&to=2026-12-31&by=month')).toMatchObject({
      rows: [{ donations: 1, gross: 700, refunded: 5000 }],
    })
    const december = await (await service.get('/finance/months/2026-12', await signedIn('finance'))).text()
    expect(december).toMatch(/1 posting of this month is a prior-period adjustment/)
    expect(december).toContain('debit Stripe clearing, credit Gifts')
    expect(december.replaceAll(/\s+/g, ' ')).toMatch(
      /November 2026.*href="\/finance\/donations\/[0-9a-f-]{36}" >Gift of <bdi>[^<]+<\/bdi><\/a > <code class="id">pi_\w+</,
    )
  })

  test('is refused a second time, and so is a sign-off; December reconciles without November', async () => {
    const again = await admin('close-month', '--month', '2026-11', '--by', 'books@courier.example')
    expect([again.code, again.err]).toEqual([1, '2026-11 is closed already.\n'])
    const signOff = [
      'sign-difference',
      '--month',
      '2026-11',
      '--object',
      'x',
      '--kind',
      'adjustment',
      '--reason',
      'asked Stripe about it',
    ]
    expect((await admin(...signOff, ...byFinance)).err).toBe('2026-11 is closed.\n')
    const report = await admin('reconcile')
    expect([report.code, report.err]).toEqual([0, 'unexplained: 0\n'])
    expect(report.out).toContain('prior-period adjustment: 1 ledger transaction for 2026-11')
  })

  test('leaves reports as of an earlier instant as they were then', async () => {
    const asOf = '2026-12-07T12:00:00Z'
    const reportThen = (path: string) => api(`${path}&asOf=${asOf}`)
    const december = await reportThen('/api/reports/totals?from=2026-12-01&to=2026-12-31&by=month')
    expect(december['rows']).toEqual([])
    const ledger = await reportThen('/api/reports/trial-balance?to=2026-12-31')
    expect(ledger['sums']).toEqual([
      { currency: 'eur', balance: 0 },
      { currency: 'usd', balance: 0 },
    ])
  })
})

describe('the page of a payout', () => {
  test('lists gifts with their fees, which add up to the payout, and links to the donations', async () => {
    const { data } = await sdk(box).payouts.list({ limit: 100 })
    const first = data.findLast(({ amount }) => amount > 1000)
    const payout = await api(`/api/payouts/${first?.id}?limit=2`)
    expect(payout).toMatchObject({ amount: first?.amount, unexplained: 0, itemisation: 'complete' })
    expect(payout['parts']).toMatchObject([{ kind: 'gifts', count: 3, amount: 8411, fee: 334 }])
    expect(payout['items']).toHaveLength(2)
    const rest = await api(`/api/payouts/${first?.id}?limit=2&cursor=${String(payout['nextCursor'])}`)
    expect(rest).toMatchObject({ nextCursor: null })
    expect(rest['items']).toHaveLength(1)
    const cookies = await signedIn('finance')
    const page = await (await service.get(`/finance/deposits/${first?.id}`, cookies)).text()
    expect(page).toContain('Its parts add up to the cent.')
    expect(page).toMatch(/Together[\s\S]*\$84\.11[\s\S]*\$3\.34[\s\S]*\$80\.77/)
    const donation = /\/finance\/donations\/[0-9a-f-]{36}/.exec(page)?.[0] ?? ''
    expect(await (await service.get(donation, cookies)).text()).toContain(`/finance/deposits/${first?.id}`)
  })
})

async function admin(...argv: string[]) {
  return written((output) => runAdmin(argv, deps, output))
}
