import { afterAll, beforeAll, expect, it } from 'vitest'
import { coveredFees } from '../../../src/reports/books/covered-fees-store.ts'
import { ARRIVED, type TestService, startTestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

/** A reader covers Stripe's fee, and the newsroom nets the whole gift. */

let service: TestService

beforeAll(async () => {
  service = await startTestService({ CURRENCIES: 'usd,eur', STRIPE_FEE_RATES: 'usd=2.9%+30' })
})
afterAll(() => service?.stop())

it('charges gift and fee together, and says both on Stripe’s page', async () => {
  const session = await service.session({ amount: 1000, coverFees: true, frequency: 'monthly' })
  const { amount_total, custom_text } = await service.stripe.checkout.sessions.retrieve(session.id)
  expect(amount_total).toBe(1061)
  expect(custom_text.submit?.message).toContain('You give $10.61 now and every month until you stop.')
  const page = await (await fetch(session.url)).text()
  expect(page).toContain('$10.00, and $0.61 to cover the payment fees')
  expect(page).toContain('$10.61 per month')
})

it('shows the reader and finance what covers the fee, and compares it with what Stripe took', async () => {
  const session = await service.session({ amount: 1000, coverFees: true })
  await service.pay(session)
  const page = await service.thankYou(session, ARRIVED)
  expect(page).toContain('<strong>$10.61</strong>')
  expect(page).toContain('<strong>$0.61</strong> of it covers the payment fees')
  // The same gift every month: the form adds the fee again.
  expect(page).toContain('/donate?amount=1000&amp;currency=usd&amp;frequency=monthly&amp;coverFees=true')
  service.forwardMs(60_000)
  await fetch(service.sandboxUrl)
  const days = { from: '2000-01-01', to: '2100-01-01' }
  const [covered] = await until('Stripe’s fee', async () => {
    const found = await coveredFees(service.database.pool, days)
    return found[0]?.settledGifts === 1n ? found : null
  })
  expect(covered).toEqual({
    currency: 'usd',
    gifts: 1n,
    coveredMinor: 61n,
    settledGifts: 1n,
    settledCoveredMinor: 61n,
    feeMinor: 61n,
  })
  const headers = await service.token('finance')
  const list = await (await service.get('/api/donations', headers)).json()
  expect(list).toMatchObject({ data: [{ gross: 1061, coveredFee: 61, fee: 61, net: 1000 }] })
  const csv = await (await service.get('/api/donations.csv', headers)).text()
  expect(csv).toContain('Covers the fee')
  expect(csv).toMatch(/10\.61.*0\.61/)
})

it('answers a repeated request with the same session, and refuses the key for one that covers no fees', async () => {
  const key = { 'Idempotency-Key': 'a-reader-who-taps-twice' }
  const wish = { amount: 700, currency: 'usd', coverFees: true }
  const first = await (await service.checkout(wish, key)).json()
  expect(await (await service.checkout(wish, key)).json()).toEqual(first)
  expect((await service.checkout({ ...wish, coverFees: false }, key)).status).toBe(409)
})

it('refuses to cover fees in a currency without a rate, by the field’s name', async () => {
  const response = await service.checkout({ amount: 500, currency: 'eur', coverFees: true })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    errors: [{ pointer: '/coverFees', message: 'must be false: the newsroom has set no fee rate for eur' }],
  })
})
