import { describe, expect } from 'vitest'
import { giveDonation, giveReceipt, startCheckout } from '../../kit/factories.ts'
import { financeTest } from '../../kit/fixtures.ts'

const test = financeTest.extend('thankYou', { scope: 'file' }, ({ service }) => async (sessionId: string) => {
  return shownIn(await service.get(`/thank-you?session_id=${encodeURIComponent(sessionId)}`))
})

async function shownIn(answer: Response) {
  expect(answer.headers.get('Cache-Control')).toBe('private, no-store')
  expect(answer.headers.get('Referrer-Policy')).toBe('no-referrer')
  return { status: answer.status, refresh: answer.headers.get('Refresh'), html: await answer.text() }
}

describe('/thank-you', () => {
  test('shows the amount, the receipt and the article of a donation, and nothing about the donor', async ({
    db,
    thankYou,
  }) => {
    const donation = await giveDonation(db.database.knex, { message: 'Keep going' })
    const receipt = await giveReceipt(db.database.knex, donation)
    const { status, refresh, html } = await thankYou(donation.stripe_session_id)
    expect([status, refresh]).toEqual([200, null])
    for (const fact of ['$5.00', `/receipts/${receipt.token}`, 'https://news.example/story'])
      expect(html).toContain(fact)
    for (const hidden of ['Ann Giver', 'ann@reader.example', 'Keep going', donation.payment_intent_id])
      expect(html).not.toContain(hidden)
  })

  test('finds a donation by its session even when the checkout lacks the session’s id', async ({
    db,
    thankYou,
  }) => {
    const donation = await giveDonation(db.database.knex)
    await db.database
      .knex('checkouts')
      .where({ id: donation.checkout_id })
      .update({ stripe_session_id: null })
    expect((await thankYou(donation.stripe_session_id)).html).toMatch(/has\s+arrived/)
  })

  test.for([
    ['processing', 'on its way'],
    ['expired', 'has closed'],
    ['failed', 'did not go through'],
  ] as const)(
    'says of a checkout that is %s that it %s, and does not refresh',
    async ([checkout, words], { db, thankYou }) => {
      const { sessionId } = await startCheckout(db.database.knex, { status: checkout })
      const { status, refresh, html } = await thankYou(sessionId)
      expect([status, refresh]).toEqual([200, null])
      expect(html).toContain(words)
    },
  )

  test('offers another try with the form filled in as it was', async ({ db, thankYou }) => {
    const articleUrl = 'https://news.example/story?a=1&b=2'
    const { sessionId } = await startCheckout(db.database.knex, { status: 'failed', articleUrl })
    expect((await thankYou(sessionId)).html).toMatch(/href="\/donate\?again=[0-9a-f-]{36}"/)
  })

  test('refreshes ten times while Stripe’s event is missing, and then leaves it to the reader', async ({
    db,
    service,
  }) => {
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

  test('does not refresh for an address with a made-up count of looks', async ({ db, service }) => {
    const { sessionId } = await startCheckout(db.database.knex, { status: 'open' })
    for (const look of ['-5', '1e1', 'x', '99', '1&look=2'])
      expect(
        (await service.get(`/thank-you?session_id=${sessionId}&look=${look}`)).headers.get('Refresh'),
      ).toBeNull()
  })

  test('answers 404 in words for an unknown session', async ({ thankYou }) => {
    for (const id of ['', 'x', 'cs_test_unknown00000', "cs_test_'; drop table x", '\0'])
      expect(await thankYou(id)).toMatchObject({
        status: 404,
        html: expect.stringContaining('We do not know this payment'),
      })
  })
})
