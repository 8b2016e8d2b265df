import { afterAll, beforeAll, expect, it } from 'vitest'
import { selectAll } from '../../kit/processing.ts'
import { ARRIVED, ARTICLE, type TestService, startTestService } from '../../kit/service.ts'

/** Readers whose card is declined, who leave the payment page, or who come too late. */

let service: TestService

beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service?.stop())

const donationCount = async () =>
  (await selectAll(service.database.pool, 'select count(*) as n from donations'))[0]?.['n']

it('books nothing for a declined card, and a gift for another card on the same page', async () => {
  const session = await service.session()
  const declined = await service.pay(session, { how: 'declined' })
  expect(declined.headers.get('location')).toBe(`/c/pay/${session.id}`)
  expect(await (await fetch(session.url)).text()).toContain('role="alert"')
  await service.thankYou(session, /You have not paid yet/)
  expect(await donationCount()).toBe(0n)

  await service.pay(session, { how: 'card' })
  await service.thankYou(session, ARRIVED)
  expect(await donationCount()).toBe(1n)
})

it('leads a reader who leaves back to the article, and expires the checkout after an hour', async () => {
  const before = await donationCount()
  const session = await service.session({ article: { url: ARTICLE } })
  const page = await (await fetch(session.url)).text()
  expect(page).toContain(`<a href="${ARTICLE}">Go back without paying</a>`)

  service.forwardMs(61 * 60_000)
  expect(await (await fetch(session.url)).text()).toContain('This checkout has timed out')
  expect((await service.pay(session)).status).toBe(410)
  await service.thankYou(session, /The payment page has closed/)
  const [row] = await selectAll(
    service.database.pool,
    'select status from checkouts where stripe_session_id = $1',
    session.id,
  )
  expect(row).toEqual({ status: 'expired' })
  expect(await donationCount()).toBe(before)
})

it('answers 404 to the thank-you page of an unknown session', async () => {
  for (const id of ['cs_test_unknown123', "cs_' or 1=1", ''])
    expect((await service.get(`/thank-you?session_id=${encodeURIComponent(id)}`)).status).toBe(404)
})
