import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { RefundAnswer, RefundRequest } from '../../../src/refunds/refund-request.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { giveDonation, hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf, financeService, type FinanceService } from '../../kit/finance-service.ts'
import { selectAll, withProfile } from '../../kit/processing.ts'

/** Refunds that finance asks for on a donation's page, beside a Stripe that answers as each test says. */

let db: TestDatabase
let service: FinanceService
let cookies: Record<string, string>
/** What Stripe was asked, in order. */
let asked: RefundRequest[]
let answer: (request: RefundRequest) => RefundAnswer | Promise<RefundAnswer>

beforeAll(async () => {
  db = await testDatabase()
  await withProfile(db.database.pool)
  service = await financeService(db.database, {
    createRefund: async (request) => {
      asked.push(request)
      return answer(request)
    },
  })
  const staff = await hireStaff(db.database.knex, 'finance')
  const token = await signInToken(db.database.knex, staff, service.now)
  cookies = cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
})
afterAll(async () => {
  await service.close()
  await db.drop()
})
beforeEach(() => {
  asked = []
  answer = ({ id }) => ({ refundId: `re_${id.slice(0, 8)}` })
})

const html = () => ({ ...cookies, Accept: 'text/html' })

async function gift(): Promise<string> {
  return (await giveDonation(db.database.knex, { grossMinor: 1000n })).id
}

async function pageOf(donation: string): Promise<string> {
  return (await service.get(`/finance/donations/${donation}`, cookies)).text()
}

/** The form of a page that was just opened; its amount is what the page offers. */
async function formOf(donation: string) {
  const page = await pageOf(donation)
  const field = (name: string) => new RegExp(`name="${name}"[^>]*\\svalue="([^"]+)"`).exec(page)?.[1] ?? ''
  return {
    request: field('request'),
    left: field('left'),
    amount: field('amount'),
    reason: 'requested_by_customer',
  }
}

/** Sends a form as the page that asks once more does. @returns the status and the words of the refusal, or of the page that it leads to */
async function send(donation: string, form: Record<string, string>) {
  const confirmed = { step: 'confirm', ...form }
  const sent = await service.post(`/finance/donations/${donation}/refunds`, confirmed, html())
  const next = sent.headers.get('location')
  const page = next === null ? sent : await service.get(next, cookies)
  return { status: sent.status, page: await page.text() }
}

/** Books a refund as Stripe's event would. */
async function book(donation: string, refund: string, minor: number, status = 'succeeded'): Promise<void> {
  const { pool } = db.database
  await pool.query(
    `insert into refunds (id, donation_id, kind, currency, amount_minor, status, created_at)
     values ($1, $2, 'refund', 'usd', $3, $4, now())`,
    [refund, donation, minor, status],
  )
  if (status === 'succeeded')
    await pool.query(
      `update donations set refunded_minor = refunded_minor + $2, status = 'partially_refunded' where id = $1`,
      [donation, minor],
    )
}

const requestsOf = (donation: string) =>
  selectAll(db.database.pool, `select id from refund_requests where donation_id = '${donation}'`)

test('the page offers what is left and shows what is outstanding, before Stripe’s event has arrived', async () => {
  const donation = await gift()
  const form = await formOf(donation)
  expect(form.amount).toBe('10.00')
  const sent = await send(donation, { ...form, amount: '4.00' })
  expect([sent.status, asked.length]).toEqual([303, 1])
  expect(sent.page).toContain('Stripe has accepted the refund of $4.00')
  expect(sent.page).toMatch(/Refund outstanding<\/dt>\s*<dd>\s*\$4\.00/)
  expect(sent.page).toMatch(/Can be refunded<\/dt>\s*<dd>\s*\$6\.00/)
  expect((await formOf(donation)).amount).toBe('6.00')
  await book(donation, `re_${form.request.slice(0, 8)}`, 400)
  const page = await pageOf(donation)
  expect(page).not.toContain('Refund outstanding')
  expect((await formOf(donation)).amount).toBe('6.00')
})

test('a form that was opened before another refund is refused, and says what is left', async () => {
  const donation = await gift()
  const [first, second] = [await formOf(donation), await formOf(donation)]
  expect((await send(donation, { ...first, amount: '4.00' })).status).toBe(303)
  const refused = await send(donation, { ...second, amount: '4.00' })
  expect(refused.status).toBe(409)
  expect(refused.page).toContain(
    'What can be refunded has changed since you opened the form: it is $6.00 now',
  )
  expect(asked).toHaveLength(1)
  expect((await send(donation, { ...(await formOf(donation)), amount: '4.00' })).status).toBe(303)
  expect((await formOf(donation)).amount).toBe('2.00')
})

test('six forms at once never refund more than the gift', async () => {
  const donation = await gift()
  const forms = Array.from({ length: 6 }, () => ({
    request: randomUUID(),
    amount: '4.00',
    reason: 'duplicate',
  }))
  const sent = await Promise.all(forms.map((form) => send(donation, form)))
  expect(sent.map(({ status }) => status).toSorted()).toEqual([303, 303, 409, 409, 409, 409])
  expect(asked).toHaveLength(2)
  const refused = sent.find(({ status }) => status === 409)
  expect(refused?.page).toMatch(/At most \$2\.00 can be refunded/)
})

test('one form sent six times at once is one request', async () => {
  const donation = await gift()
  const form = { ...(await formOf(donation)), amount: '4.00' }
  const sent = await Promise.all(Array.from({ length: 6 }, () => send(donation, form)))
  expect(sent.map(({ status }) => status)).toEqual(Array(6).fill(303))
  expect(await requestsOf(donation)).toEqual([{ id: form.request }])
  expect(new Set(asked.map(({ id }) => id))).toEqual(new Set([form.request]))
})

test('a form sent again leads to its refund and says that it was made', async () => {
  const donation = await gift()
  const form = { ...(await formOf(donation)), amount: '4.00' }
  await send(donation, form)
  const again = await send(donation, { ...form, amount: '6.00' })
  expect(again.status).toBe(303)
  expect(again.page).toMatch(
    /This refund was already made: \$4\.00, <code>re_\w+<\/code>, requested by finance/,
  )
  expect(asked).toHaveLength(1)
})

test('a form of another donation is refused with words', async () => {
  const [donation, other] = [await gift(), await gift()]
  const form = await formOf(donation)
  await send(donation, form)
  const refused = await send(other, form)
  expect([refused.status, asked.length]).toEqual([409, 1])
  expect(refused.page).toContain('This form was used for a refund of another donation. Nothing was refunded.')
  expect(await requestsOf(other)).toEqual([])
})

test('a refund whose answer is lost is called unknown and outstanding, and is asked for with the same id again', async () => {
  const donation = await gift()
  const form = { ...(await formOf(donation)), amount: '4.00' }
  answer = () => 'unknown'
  const sent = await send(donation, form)
  expect(sent.status).toBe(303)
  expect(sent.page).toContain('It is not known yet whether Stripe makes the refund of $4.00')
  expect(sent.page).not.toMatch(/Nothing was/)
  expect(sent.page).toMatch(/Refund outstanding<\/dt>\s*<dd>\s*\$4\.00/)
  expect(sent.page).toContain('Stripe’s answer is not known yet')
  expect((await formOf(donation)).amount).toBe('6.00')

  const other = await send(donation, { ...form, amount: '5.00' })
  expect([other.status, asked.length]).toEqual([409, 1])
  expect(other.page).toContain('This form was used for another refund, whose answer is not known yet.')

  answer = () => ({ refundId: 're_late' })
  const again = await send(donation, form)
  expect(again.page).toContain('Stripe has accepted the refund of $4.00')
  expect(asked.map(({ id, amount }) => [id, amount.minor])).toEqual([
    [form.request, 400n],
    [form.request, 400n],
  ])
})

test('a form sent again after Stripe forgot its key does not ask Stripe', async () => {
  const donation = await gift()
  const form = await formOf(donation)
  answer = () => 'unknown'
  await send(donation, form)
  await db.database.pool.query(`update refund_requests set requested_at = $2 where id = $1`, [
    form.request,
    new Date(service.now.getTime() - 21 * 60 * 60 * 1000),
  ])
  const again = await send(donation, form)
  expect([again.status, asked.length]).toEqual([303, 1])
  expect(again.page).toContain('It is not known yet')
})

test('a refusal frees the amount, and the form sent again is refused with the same words', async () => {
  const donation = await gift()
  const form = await formOf(donation)
  answer = () => ({ refused: 'charge_disputed' })
  for (const sent of [await send(donation, form), await send(donation, form)]) {
    expect(sent.status).toBe(409)
    expect(sent.page).toContain('Stripe did not make the refund of $10.00 (charge disputed).')
  }
  expect(asked).toHaveLength(1)
  expect((await formOf(donation)).amount).toBe('10.00')
})

test('a refund that waits for the reader’s bank details is outstanding, also one of Stripe’s dashboard', async () => {
  const donation = await gift()
  const form = { ...(await formOf(donation)), amount: '4.00' }
  await send(donation, form)
  await book(donation, `re_${form.request.slice(0, 8)}`, 400, 'requires_action')
  await book(donation, 're_dashboard', 300, 'requires_action')
  expect((await formOf(donation)).amount).toBe('3.00')
  expect(await pageOf(donation)).toMatch(/Refund outstanding<\/dt>\s*<dd>\s*\$7\.00/)
})

test('a refund that failed can be asked for again', async () => {
  const donation = await gift()
  const form = await formOf(donation)
  await send(donation, form)
  await book(donation, `re_${form.request.slice(0, 8)}`, 1000, 'failed')
  expect((await formOf(donation)).amount).toBe('10.00')
})

test('an address with another donation’s request shows nothing of it', async () => {
  const [donation, other] = [await gift(), await gift()]
  const form = await formOf(donation)
  await send(donation, form)
  for (const query of [`refund=${form.request}`, 'refund=x', 'refund=a&refund=b']) {
    const page = await service.get(`/finance/donations/${other}?${query}`, cookies)
    expect([query, page.status]).toEqual([query, 200])
    expect(await page.text()).not.toContain('role="status"')
  }
})
