import { afterAll, beforeAll, expect, it } from 'vitest'
import { all } from '../kit/books.ts'
import { ARRIVED, ARTICLE, type TestService, startTestService } from '../kit/service.ts'

/** Readers who change their mind, are declined, or come too late. */

let service: TestService

beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service?.stop())

const donationCount = async () =>
  (await all(service.database.pool, 'select count(*) as n from donations'))[0]?.['n']

it('a declined card is no gift; another card on the same page is one', async () => {
  const session = await service.session()
  const declined = await service.pay(session, { how: 'declined' })
  expect(declined.headers.get('location')).toBe(`/c/pay/${session.id}`)
  expect(await (await fetch(session.url)).text()).toContain('role="alert"')
  await service.thankYou(session, /We are waiting/)
  expect(await donationCount()).toBe(0n)

  await service.pay(session, { how: 'card' })
  await service.thankYou(session, ARRIVED)
  expect(await donationCount()).toBe(1n)
})

it('a reader who walks away is led back to the article, and an hour later the page has closed', async () => {
  const before = await donationCount()
  const session = await service.session({ article: { url: ARTICLE } })
  const page = await (await fetch(session.url)).text()
  expect(page).toContain(`<a href="${ARTICLE}">Go back without paying</a>`)

  service.forwardMs(61 * 60_000)
  expect(await (await fetch(session.url)).text()).toContain('This checkout has timed out')
  expect((await service.pay(session)).status).toBe(410)
  await service.thankYou(session, /The payment page has closed/)
  const [row] = await all(
    service.database.pool,
    'select status from checkouts where stripe_session_id = $1',
    session.id,
  )
  expect(row).toEqual({ status: 'expired' })
  expect(await donationCount()).toBe(before)
})

it('an address nobody was given leads to kind words and 404, and asks the database nothing odd', async () => {
  for (const id of ['cs_test_unknown123', "cs_' or 1=1", ''])
    expect((await service.get(`/thank-you?session_id=${encodeURIComponent(id)}`)).status).toBe(404)
})
