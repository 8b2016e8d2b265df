import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { runAdmin } from '../../../src/admin/admin.ts'
import { readAttention } from '../../../src/reports/attention/read-attention.ts'
import { readKeptOut, readProtection } from '../../../src/protection/protection-store.ts'
import { adminDeps, written } from '../../kit/admin.ts'
import { answerTo, askAsReader } from '../../kit/challenge.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { startCheckout } from '../../kit/factories.ts'
import { keptLog } from '../../kit/log.ts'
import { startTestService, type TestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

/** Somebody tries stolen cards, honest readers give meanwhile, and finance sees it all. */

const log = keptLog()
let db: TestDatabase
let service: TestService
let aheadMs = 0
const clock = () => new Date(Date.now() + aheadMs)

beforeAll(async () => {
  db = await testDatabase()
  service = await startTestService({ DATABASE_URL: db.url, TRUSTED_PROXIES: '127.0.0.1' }, { log: log.log })
})
afterAll(async () => {
  await service?.stop()
  await db?.drop()
})
afterEach(() => admin('attack-mode', 'automatic'))

const GIFT = { amount: 500, currency: 'usd' }
const admin = (...argv: string[]) => written((output) => runAdmin(argv, adminDeps(db, clock), output))
const state = () => readProtection(db.database.pool)
const forward = (minutes: number) => {
  aheadMs += minutes * 60_000
  service.forwardMs(minutes * 60_000)
}
/** The worker looks every few seconds. */
const untilStep = (step: number) =>
  until(`step ${step}`, async () => (await state()).mode.step === step, 20_000)
/** Every process reads the state once a second. */
const nextSecond = () => forward(1 / 30)
const acts = async () => {
  const { rows } = await db.database.pool.query<{ act: string; actor_kind: string }>(
    `select act, actor_kind from audit_trail where subject = 'settings/protection' order by position`,
  )
  return rows.map(({ act, actor_kind: actor }) => `${act} by ${actor}`)
}
let lastReader = 0
/** Another reader at home. */
const address = () => ({ 'X-Forwarded-For': `203.0.113.${(lastReader += 1)}` })
const challengeOf = async (response: Response) => {
  expect(response.status).toBe(428)
  return ((await response.json()) as { challenge: { token: string } }).challenge
}

const FORM = {
  amount: 'other',
  ownAmount: '7.25',
  frequency: 'once',
  currency: 'usd',
  shownCurrency: 'usd',
  message: 'For the ferry & the “bridge”',
}
const postForm = (fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>>) =>
  fetch(`${service.url}/donate`, {
    method: 'POST',
    body: new URLSearchParams({ ...FORM, ...fields }),
    headers,
    redirect: 'manual',
  })
/** The hidden fields of the page between the form and the payment page, as its button sends them. */
function hiddenFields(page: string): Record<string, string> {
  const found = page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)
  return Object.fromEntries(
    [...found].map(([, name = '', value = '']) => [
      name,
      value.replaceAll('&amp;', '&').replaceAll('&quot;', '"'),
    ]),
  )
}

describe('without an attack', () => {
  it('nobody is asked for a challenge', async () => {
    const before = await state()
    expect(before.mode.step).toBe(0)
    expect((await service.checkout(GIFT, address())).status).toBe(201)
    expect((await postForm({}, address())).status).toBe(303)
  })
})

describe('when ten cards are declined', () => {
  beforeAll(async () => {
    const session = await service.session()
    for (let n = 0; n < 10; n += 1) await service.pay(session, { how: 'declined' })
    await untilStep(1)
    nextSecond()
  })

  it('attack mode arms itself, in the audit trail, the log and the metrics, and finance is pointed to it', async () => {
    expect((await state()).mode.armed).toMatchObject({ cause: 'declines' })
    expect(await acts()).toContain('attack_mode_armed by service')
    expect(log.text()).toContain('somebody seems to try stolen cards: attack mode is on')
    expect(await service.metric('protection_step')).toBe(1)
    const facts = await readAttention(db.database.pool, 'finance', clock(), '2026-03-01')
    expect(facts.protection?.mode.step).toBe(1)
  })

  it('a program is refused, and a reader’s browser answers and gets a payment page that closes soon', async () => {
    const refused = await service.checkout(GIFT, address())
    expect(refused.status).toBe(428)
    expect(await refused.json()).toMatchObject({
      status: 428,
      challenge: { kind: 'proof_of_work', parts: 16 },
    })
    const reader = address()
    const served = await askAsReader((headers) => service.checkout(GIFT, { ...reader, ...headers }))
    expect(served.status).toBe(201)
    const { expiresAt } = (await served.json()) as { expiresAt: string }
    expect(Date.parse(expiresAt) - clock().getTime()).toBeLessThan(36 * 60_000)
  })

  it('an answer serves one request, which may be repeated, and no other', async () => {
    const reader = address()
    const key = { 'Idempotency-Key': randomUUID() }
    const challenge = await challengeOf(await service.checkout(GIFT, { ...reader, ...key }))
    const answer = await answerTo(challenge)
    const first = await service.checkout(GIFT, { ...reader, ...key, ...answer })
    expect(first.status).toBe(201)
    const repeated = await service.checkout(GIFT, { ...reader, ...key, ...answer })
    expect(await repeated.json()).toEqual(await first.json())
    const others = [{ 'Idempotency-Key': randomUUID() }, {}]
    for (const other of others)
      expect((await service.checkout(GIFT, { ...address(), ...other, ...answer })).status).toBe(428)
  })

  it('an answer for another amount, from another site, or of another challenge is worth nothing', async () => {
    const challenge = await challengeOf(await service.checkout(GIFT, address()))
    const answer = await answerTo(challenge)
    expect((await service.checkout({ ...GIFT, amount: 501 }, { ...address(), ...answer })).status).toBe(428)
    const site = { Origin: 'https://courier.example' }
    expect((await service.checkout(GIFT, { ...address(), ...site, ...answer })).status).toBe(428)
    const [, proof = ''] = answer['Challenge-Answer'].split(':')
    const other = await challengeOf(await service.checkout(GIFT, address()))
    const mixed = { 'Challenge-Answer': `${other.token}:${proof}` }
    expect((await service.checkout(GIFT, { ...address(), ...mixed })).status).toBe(428)
    // It was right for what it was made for.
    expect((await service.checkout(GIFT, { ...address(), ...answer })).status).toBe(201)
  })

  it('a reader without scripts waits some seconds, loses nothing, and cannot go sooner', async () => {
    const reader = address()
    const asked = await postForm({ idempotencyKey: randomUUID() }, reader)
    expect(asked.status).toBe(428)
    const page = await asked.text()
    expect(page).toContain('<script type="module" src="/challenge.js">')
    const fields = hiddenFields(page)
    expect(fields).toMatchObject({ ...FORM, proof: '' })

    const tooSoon = await postForm(fields, reader)
    expect(tooSoon.status).toBe(428)
    // The same challenge goes on, so that the wait does not begin again.
    const again = hiddenFields(await tooSoon.text())
    expect(again['challenge']).toBe(fields['challenge'])
    forward(0.11)
    expect((await postForm(again, reader)).status).toBe(303)
    // Another form cannot use it.
    expect((await postForm({ ...again, idempotencyKey: randomUUID() }, reader)).status).toBe(428)
  })

  it('few of one network get through by waiting, and the others still lose nothing', async () => {
    const statuses: number[] = []
    let last = ''
    for (let n = 0; n < 12; n += 1) {
      const bot = { 'X-Forwarded-For': `198.51.100.${n}` }
      const fields = hiddenFields(await (await postForm({ idempotencyKey: randomUUID() }, bot)).text())
      forward(0.11)
      const answer = await postForm(fields, bot)
      statuses.push(answer.status)
      last = await answer.text()
    }
    expect(statuses.filter((status) => status === 303)).toHaveLength(10)
    expect(hiddenFields(last)).toMatchObject(FORM)
    // Another network is not held back.
    const reader = { 'X-Forwarded-For': '192.0.2.9' }
    const fields = hiddenFields(await (await postForm({ idempotencyKey: randomUUID() }, reader)).text())
    forward(0.11)
    expect((await postForm(fields, reader)).status).toBe(303)
  })

  it('finance sees what was kept out, as numbers alone', async () => {
    const kept = await until(
      'the counts',
      async () => {
        const counts = await readKeptOut(db.database.pool, new Date(clock().getTime() - 3_600_000))
        return counts.some(({ outcome }) => outcome === 'waiting_refused') && counts
      },
      20_000,
    )
    const of = (name: string) => kept.find(({ outcome }) => outcome === name)?.count ?? 0
    expect(of('challenged')).toBeGreaterThan(10)
    expect(of('answered')).toBeGreaterThanOrEqual(4)
    expect(of('waited')).toBe(12)
    expect(of('wrong_answer')).toBeGreaterThanOrEqual(5)
    expect(await service.metric('checkout_challenges_total{outcome="waited"}')).toBe(12)
    // What limits and challenges store names nobody.
    for (const table of ['rate_limits', 'spent_challenges', 'protection_counts', 'card_declines']) {
      const { rows } = await db.database.pool.query(`select t::text as row from ${table} t`)
      expect(rows.length).toBeGreaterThan(0)
      expect(JSON.stringify(rows)).not.toMatch(/203\.0\.113|198\.51\.100|192\.0\.2/)
    }
    expect(log.text()).not.toMatch(/203\.0\.113|198\.51\.100|192\.0\.2/)
  })

  it('“Make it monthly” waits like every other gift, and goes on where it was', async () => {
    const reader = address()
    const { id } = await startCheckout(db.database.knex, { status: 'succeeded' })
    const press = (fields: Readonly<Record<string, string>>) =>
      fetch(`${service.url}/donate-monthly`, {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers: reader,
        redirect: 'manual',
      })
    const asked = await press({ of: id, lang: 'en' })
    expect(asked.status).toBe(428)
    const page = await asked.text()
    expect(page).toContain('action="/donate-monthly"')
    const fields = hiddenFields(page)
    expect(fields).toMatchObject({ of: id, proof: '' })
    expect((await press(fields)).status).toBe(428)
    forward(0.6)
    const opened = await press(fields)
    expect([opened.status, opened.headers.get('location')]).toEqual([303, expect.stringContaining('/c/pay/')])
    expect((await press(fields)).headers.get('location')).toBe(opened.headers.get('location'))
  })

  it('attack mode stands down by itself once it is over, and readers are asked for nothing again', async () => {
    for (let minutes = 0; minutes < 60 && (await state()).mode.step > 0; minutes += 11) {
      forward(11)
      const before = (await state()).mode
      await until(
        'the next look',
        async () => JSON.stringify((await state()).mode) !== JSON.stringify(before),
        20_000,
      )
    }
    expect((await state()).mode.step).toBe(0)
    expect(await acts()).toContain('attack_mode_ended by service')
    nextSecond()
    expect((await service.checkout(GIFT, address())).status).toBe(201)
  }, 60_000)
})

describe('an admin', () => {
  it('keeps attack mode on or off, by a command that is in the audit trail', async () => {
    expect(await admin('attack-mode', 'on')).toMatchObject({ code: 0 })
    nextSecond()
    expect((await service.checkout(GIFT, address())).status).toBe(428)
    expect(await service.metric('protection_step')).toBe(2)
    expect((await admin('attack-mode', 'off')).code).toBe(0)
    nextSecond()
    expect((await service.checkout(GIFT, address())).status).toBe(201)
    expect(
      (await acts()).filter((act) => act === 'attack_mode_controlled by operator').length,
    ).toBeGreaterThan(1)
  })

  it('stops all giving at once and leaves the rest up', async () => {
    const paid = await service.session()
    await service.pay(paid)
    expect((await admin('giving', 'off')).err).toContain('Giving is off.')
    expect((await admin('giving', 'off')).err).toContain('Giving was off already.')
    nextSecond()

    const refused = await service.checkout({ ...GIFT, locale: 'en' }, address())
    expect(refused.status).toBe(503)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused.json()).toMatchObject({
      reason: 'giving_is_off',
      detail: 'We cannot take gifts at this moment. Nothing was charged. Please come back a little later.',
    })
    const form = await postForm({}, address())
    expect(form.status).toBe(503)
    const page = await form.text()
    expect(page).toContain('We cannot take gifts at this moment.')
    // What was chosen and typed is still there.
    expect(page).toContain('7.25')
    expect(page).toContain('For the ferry &amp; the “bridge”')
    expect(await (await service.get('/donate')).text()).toContain('We cannot take gifts at this moment.')
    expect(await service.metric('giving_is_on')).toBe(0)

    // The gift of before is booked by its webhook, and everything else answers.
    const thanks = await service.thankYou(paid, /Thank you/)
    expect(thanks).toContain('$5.00')
    for (const path of ['/healthz', '/readyz', '/donate', '/widget.js', '/finance/sign-in'])
      expect([path, (await service.get(path)).status]).toEqual([path, 200])

    expect((await admin('giving', 'on')).code).toBe(0)
    nextSecond()
    expect((await service.checkout(GIFT, address())).status).toBe(201)
    expect((await acts()).slice(-2)).toEqual([
      'giving_switched_off by operator',
      'giving_switched_on by operator',
    ])
  })

  it('has to say on or off, and nothing else', async () => {
    expect(await admin('giving')).toMatchObject({ code: 2, err: expect.stringContaining('say on or off') })
    expect((await admin('giving', 'maybe')).code).toBe(2)
    expect((await admin('giving', 'off', 'now')).code).toBe(2)
    expect((await state()).givingOffSince).toBeNull()
  })
})
