import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withProfile } from '../../kit/books.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { giveDonation, giveReceipt, startCheckout } from '../../kit/factories.ts'
import { financeService, type FinanceService } from '../../kit/finance-service.ts'

let db: TestDatabase
let service: FinanceService

beforeAll(async () => {
  db = await testDatabase()
  service = await financeService(db.database)
  await withProfile(db.database.pool)
})
afterAll(async () => {
  await service.close()
  await db.drop()
})

async function thankYou(sessionId: string) {
  const answer = await service.get(`/thank-you?session_id=${encodeURIComponent(sessionId)}`)
  expect(answer.headers.get('Cache-Control')).toBe('private, no-store')
  expect(answer.headers.get('Referrer-Policy')).toBe('no-referrer')
  return { status: answer.status, refresh: answer.headers.get('Refresh'), html: await answer.text() }
}

describe('/thank-you', () => {
  test('the money has arrived: the amount, the receipt, the way back, and nothing about the donor', async () => {
    const donation = await giveDonation(db.database.knex, { message: 'Keep going' })
    const receipt = await giveReceipt(db.database.knex, donation)
    const { status, refresh, html } = await thankYou(donation.stripe_session_id)
    expect([status, refresh]).toEqual([200, null])
    for (const fact of ['$5.00', `/receipts/${receipt.token}`, 'https://news.example/story'])
      expect(html).toContain(fact)
    for (const secret of ['Ann Giver', 'ann@reader.example', 'Keep going', donation.payment_intent_id])
      expect(html).not.toContain(secret)
  })

  test('a donation is known by its session even when its checkout is not', async () => {
    const donation = await giveDonation(db.database.knex)
    await db.database
      .knex('checkouts')
      .where({ id: donation.checkout_id })
      .update({ stripe_session_id: null })
    expect((await thankYou(donation.stripe_session_id)).html).toMatch(/has\s+arrived/)
  })

  test.each([
    ['processing', 'on its way'],
    ['expired', 'has closed'],
    ['failed', 'did not go through'],
  ] as const)('%s: says so, and does not refresh', async (checkout, words) => {
    const { sessionId } = await startCheckout(db.database.knex, { status: checkout })
    const { status, refresh, html } = await thankYou(sessionId)
    expect([status, refresh]).toEqual([200, null])
    expect(html).toContain(words)
  })

  test('who wants to try again finds the article and the currency filled in', async () => {
    const articleUrl = 'https://news.example/story?a=1&b=2'
    const { sessionId } = await startCheckout(db.database.knex, { status: 'failed', articleUrl })
    expect((await thankYou(sessionId)).html).toContain(
      '/donate?currency=usd&amp;article=https%3A%2F%2Fnews.example%2Fstory%3Fa%3D1%26b%3D2',
    )
  })

  test('still waiting for Stripe’s word: looks again by itself ten times, then leaves it to the reader', async () => {
    const { sessionId } = await startCheckout(db.database.knex, { status: 'open' })
    let address: string | undefined = `/thank-you?session_id=${sessionId}`
    let looks = 0
    let html = ''
    while (address !== undefined && looks < 50) {
      const answer = await service.get(address)
      expect(answer.status).toBe(200)
      html = await answer.text()
      address = /^3; url=(.+)$/.exec(answer.headers.get('Refresh') ?? '')?.[1]
      if (address !== undefined) looks += 1
    }
    expect(looks).toBe(10)
    expect(html).toContain('You can close this page')
    expect(html).toContain(`href="/thank-you?session_id=${sessionId}"`)
  })

  test('a made-up counter does not make the page refresh for ever', async () => {
    const { sessionId } = await startCheckout(db.database.knex, { status: 'open' })
    for (const look of ['-5', '1e1', 'x', '99', '1&look=2'])
      expect(
        (await service.get(`/thank-you?session_id=${sessionId}&look=${look}`)).headers.get('Refresh'),
      ).toBeNull()
  })

  test('404 in words for a session nobody knows', async () => {
    for (const id of ['', 'x', 'cs_test_unknown00000', "cs_test_'; drop table x", '\0'])
      expect(await thankYou(id)).toMatchObject({
        status: 404,
        html: expect.stringContaining('We do not know this payment'),
      })
  })
})
