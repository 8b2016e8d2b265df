import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestService, startTestService } from '../kit/service.ts'

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
