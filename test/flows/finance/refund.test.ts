import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Role } from '../../../src/access/role.ts'
import { hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf } from '../../kit/finance-service.ts'
import { ARRIVED, startTestService, type TestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

/** Finance refunds a gift on its page. Stripe makes the refund, and Stripe's events book it. */

let service: TestService
beforeAll(async () => void (service = await startTestService({}, { asApp: true })))
afterAll(() => service.stop())

type Donation = {
  readonly id: string
  readonly status: string
  readonly refunded: number
  readonly paymentIntentId: string
}

async function given(amount: number): Promise<Donation> {
  const session = await service.session({ amount })
  await service.pay(session)
  await service.thankYou(session, ARRIVED)
  const answer = await service.get('/api/donations?limit=1', await service.token())
  const { data } = (await answer.json()) as { data: Donation[] } // openapi.test.ts checks the shape
  const [donation] = data
  if (!donation) throw new Error('no donation')
  return donation
}

const donationNow = async (id: string): Promise<Donation> =>
  (await (await service.get(`/api/donations/${id}`, await service.token())).json()) as Donation // openapi.test.ts checks the shape

async function signedIn(role: Role) {
  const staff = await hireStaff(service.database.knex, role)
  const token = await signInToken(service.database.knex, staff, new Date())
  const answer = await post('/finance/sign-in/confirm', { token }, {})
  return { cookies: cookiesOf(answer), email: staff.email }
}

function post(path: string, form: Record<string, string>, headers: Record<string, string>) {
  const body = new URLSearchParams(form)
  return fetch(service.url + path, {
    method: 'POST',
    body,
    headers: { 'Sec-Fetch-Site': 'same-origin', ...headers },
    redirect: 'manual',
  })
}

/** The refund form on the donation's page. */
async function formOf(id: string, cookies: Record<string, string>) {
  const page = await (await service.get(`/finance/donations/${id}`, cookies)).text()
  const field = (name: string) => new RegExp(`name="${name}"[^>]*\\svalue="([^"]+)"`).exec(page)?.[1] ?? ''
  return {
    page,
    form: {
      request: field('request'),
      amount: field('amount'),
      reason: 'requested_by_customer',
      step: 'confirm',
    },
  }
}

const refundsOf = async ({ paymentIntentId }: Donation) =>
  (await service.stripe.refunds.list({ payment_intent: paymentIntentId })).data

test('refunds a part once, however often the form is sent, and then the rest', async () => {
  const donation = await given(2500)
  const { cookies, email } = await signedIn('finance')
  const path = `/finance/donations/${donation.id}/refunds`
  const { form } = await formOf(donation.id, cookies)
  expect(form.amount).toBe('25.00')
  const part = { ...form, amount: '7.50' }
  const answers = await Promise.all([post(path, part, cookies), post(path, part, cookies)])
  expect(answers.map(({ status }) => status)).toEqual([303, 303])
  await until('the refund is booked', async () =>
    (await donationNow(donation.id)).refunded === 750 ? true : null,
  )
  expect((await post(path, part, cookies)).status).toBe(303)
  expect((await refundsOf(donation)).map(({ amount, reason }) => [amount, reason])).toEqual([
    [750, 'requested_by_customer'],
  ])
  expect(await donationNow(donation.id)).toMatchObject({ status: 'partially_refunded', refunded: 750 })
  const [refund] = await refundsOf(donation)
  const found = await service.get(`/finance/donations/${refund?.id}`, cookies)
  expect([found.status, found.headers.get('location')]).toEqual([302, `/finance/donations/${donation.id}`])

  const other = await post(path, { ...part, amount: '8.00' }, cookies)
  expect(other.status).toBe(303) // the form was for 7.50 and has been answered
  expect(await refundsOf(donation)).toHaveLength(1)

  const rest = await formOf(donation.id, cookies)
  expect(rest.form.amount).toBe('17.50')
  expect(rest.page).toContain(`${email} requested a refund (The reader asked for it)`)
  const tooMuch = await post(path, { ...rest.form, amount: '17.51' }, { ...cookies, Accept: 'text/html' })
  expect(tooMuch.status).toBe(409)
  const refusal = await tooMuch.text()
  expect(refusal).toContain('At most $17.50 can be refunded.')
  expect(refusal).not.toContain('in use')
  // The form is there again, with the amount that was typed.
  expect(refusal).toContain(`action="${path}"`)
  expect(refusal).toContain(`value="17.51"`)
  expect((await post(path, rest.form, cookies)).status).toBe(303)
  await until('all is refunded', async () =>
    (await donationNow(donation.id)).status === 'refunded' ? true : null,
  )
  expect((await formOf(donation.id, cookies)).page).not.toContain('Refund this donation')
})

test('finds the refund again by its form when Stripe’s answer was lost, and refuses another reason', async () => {
  const donation = await given(3000)
  const { cookies } = await signedIn('finance')
  const path = `/finance/donations/${donation.id}/refunds`
  const { form } = await formOf(donation.id, cookies)
  expect((await post(path, form, cookies)).status).toBe(303)
  await until('the refund is booked', async () =>
    (await donationNow(donation.id)).status === 'refunded' ? true : null,
  )
  // The process died after Stripe's answer and before it was recorded.
  const { pool } = service.database
  await pool.query(`update refund_requests set stripe_refund_id = null where id = $1`, [form.request])
  const other = await post(path, { ...form, reason: 'duplicate' }, cookies)
  expect([other.status, (await other.text()).includes('used for another refund')]).toEqual([409, true])
  expect((await post(path, form, cookies)).status).toBe(303)
  const [refund, ...more] = await refundsOf(donation)
  expect(more).toEqual([])
  const { rows } = await pool.query(`select stripe_refund_id from refund_requests where id = $1`, [
    form.request,
  ])
  expect(rows).toEqual([{ stripe_refund_id: refund?.id }])
})

test('makes a refund in the background when the process died before it asked Stripe', async () => {
  const donation = await given(1100)
  const { cookies } = await signedIn('finance')
  const { form } = await formOf(donation.id, cookies)
  await service.database.pool.query(
    `insert into refund_requests (id, donation_id, currency, amount_minor, reason, requested_by, requested_at)
     values ($1, $2, 'usd', 400, 'duplicate', 'f@courier.example', now() - interval '2 minutes')`,
    [form.request, donation.id],
  )
  await until('the refund is booked', async () =>
    (await donationNow(donation.id)).refunded === 400 ? true : null,
  )
  expect((await refundsOf(donation)).map(({ amount, metadata }) => [amount, metadata])).toEqual([
    [400, { refund_request: form.request }],
  ])
  expect((await formOf(donation.id, cookies)).form.amount).toBe('7.00')
})

test('refuses refunds by viewers, from other sites, without a session and with an invalid form', async () => {
  const donation = await given(1000)
  const { cookies } = await signedIn('finance')
  const { form } = await formOf(donation.id, cookies)
  const path = `/finance/donations/${donation.id}/refunds`
  expect((await post(path, form, (await signedIn('viewer')).cookies)).status).toBe(403)
  expect((await post(path, form, { ...cookies, 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
  expect((await post(path, form, {})).headers.get('location')).toBe('/finance/sign-in')
  expect((await post(path, { ...form, request: 'x' }, cookies)).status).toBe(400)
  expect((await post(path, { ...form, amount: 'ten' }, cookies)).status).toBe(409)
  expect((await post(path, { ...form, amount: '0' }, cookies)).status).toBe(409)
  expect((await post('/finance/donations/none/refunds', form, cookies)).status).toBe(404)
  expect(await refundsOf(donation)).toEqual([])
})

test('shows why Stripe refuses a refund, and makes no second one', async () => {
  const donation = await given(900)
  const { cookies } = await signedIn('finance')
  const { form } = await formOf(donation.id, cookies)
  // The gift was refunded in Stripe's dashboard, and the event has not arrived yet.
  const { pool } = service.database
  await pool.query(`update donations set refunded_minor = 0, status = 'succeeded' where id = $1`, [
    donation.id,
  ])
  await service.stripe.refunds.create({ payment_intent: donation.paymentIntentId })
  await until('the dashboard’s refund is booked', async () =>
    (await donationNow(donation.id)).refunded > 0 ? true : null,
  )
  await pool.query(`update donations set refunded_minor = 0, status = 'succeeded' where id = $1`, [
    donation.id,
  ])
  const answer = await post(`/finance/donations/${donation.id}/refunds`, form, cookies)
  expect([answer.status, (await answer.text()).includes('charge already refunded')]).toEqual([409, true])
  expect(await refundsOf(donation)).toHaveLength(1)
  const { page } = await formOf(donation.id, cookies)
  expect(page).toContain('Stripe refused: charge already refunded')
})
