import { afterAll, beforeAll, expect, it } from 'vitest'
import { selectAll } from '../../kit/processing.ts'
import { ARRIVED, type TestService, startTestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

/** The bank pays or refuses a debit days after the reader has completed the checkout. */

let service: TestService

beforeAll(async () => {
  service = await startTestService({}, { asApp: true })
})
afterAll(() => service?.stop())

const donations = () =>
  selectAll(service.database.pool, 'select stripe_session_id, gross_minor, currency from donations')

it('books a bank debit when the bank pays, not when the reader completes the checkout', async () => {
  const session = await service.session({ amount: 2500, currency: 'eur' })
  expect((await service.pay(session, { how: 'bank_debit' })).status).toBe(303)
  const page = await service.thankYou(session, /it is on its way/)
  expect(page).toContain('€25.00')
  expect(page).not.toContain('/receipts/')
  expect(await donations()).toEqual([])
  expect(await service.mails.list()).toEqual([])

  await service.settle(session, 'succeeded')
  expect(await service.thankYou(session, ARRIVED)).toContain('/receipts/')
  expect(await donations()).toEqual([{ stripe_session_id: session.id, gross_minor: 2500n, currency: 'eur' }])
  await until('the receipt by mail', async () => (await service.mails.list()).length === 1)
})

it('books nothing when the bank refuses a debit, and offers the reader another try', async () => {
  const before = await donations()
  const article = { url: 'https://courier.example/pier' }
  const session = await service.session({ amount: 700, article })
  await service.pay(session, { how: 'bank_debit', settles: 'failed' })
  await service.thankYou(session, /it is on its way/)
  await service.settle(session, 'failed')
  const page = await service.thankYou(session, /did not go through/)
  expect(page).toMatch(/href="\/donate\?again=[0-9a-f-]{36}"/)
  expect(await donations()).toEqual(before)
  const [{ status } = {}] = await selectAll(
    service.database.pool,
    'select status from checkouts where stripe_session_id = $1',
    session.id,
  )
  expect(status).toBe('failed')
  // The reversal of the debit waits for ever and needs no attention.
  await until('the reversal is read', async () => {
    const [{ n } = {}] = await selectAll(
      service.database.pool,
      `select count(*)::int as n from inbox_states s join inbox_events e on e.id = s.inbox_event_id
       where e.type = 'charge.failed' and s.outcome = 'waiting'`,
    )
    return n === 1
  })
  expect(await service.metric('inbox_needs_attention{outcome="waiting"}')).toBe(0)
})
