import { afterAll, beforeAll, expect, it } from 'vitest'
import { donationsAnswer } from '../../../src/reports/donation-list/donation-search.ts'
import { sessionIn, type Session } from '../../kit/answers.ts'
import { ARRIVED, startTestService, type TestService } from '../../kit/service.ts'

/** A reader in Europe gives ten dollars, and Stripe charges the card in euros. Each test continues the one before it. */

let service: TestService
let session: Session

beforeAll(async () => {
  service = await startTestService({ ADAPTIVE_PRICING: 'on' }, { trial: true })
  session = await sessionIn(await service.checkout({ amount: 1000, currency: 'usd' }))
})
afterAll(() => service?.stop())

it('says on the thank-you page what the card was charged', async () => {
  const paid = await service.pay(session, { presented: 'eur 945' })
  expect(paid.status).toBe(303)
  const page = await service.thankYou(session, ARRIVED)
  expect(page).toContain('<strong>$10.00</strong>')
  expect(page).toContain('You were charged <strong>€9.45</strong>')
})

it('keeps both amounts in the receipt and in finance’s record', async () => {
  const list = await service.get('/api/donations', await service.token())
  const [donation] = donationsAnswer.parse(await list.json()).data
  const receipt = await (await fetch(donation?.receipt?.url ?? '')).text()
  expect(receipt).toContain('$10.00 USD')
  expect(receipt).toContain('Charged to you')
  expect(receipt).toContain('€9.45 EUR')
  expect(donation).toMatchObject({
    currency: 'usd',
    gross: 1000,
    presentment: { currency: 'eur', amount: 945 },
  })
})
