import Koa from 'koa'
import { beforeEach, describe, expect } from 'vitest'
import { textFor } from '../../../src/text/text.ts'
import { thankYouRouter, type ThankYouDeps } from '../../../src/pages/reader/thank-you/thank-you-routes.ts'
import type { SessionPayment } from '../../../src/stripe/session-payment-gateway.ts'
import { giveDonation, giveReceipt, startCheckout } from '../../kit/factories.ts'
import { processingTest } from '../../kit/fixtures.ts'
import { listen } from '../../kit/http.ts'
import { profile } from '../../kit/processing.ts'

/** What Stripe says when it is asked, and the sessions that it was asked about. */
let atStripe: SessionPayment | null
let asked: string[]
/** What happens while a reader waits for the booking. */
let meanwhile: () => Promise<unknown>
let waited: string[]

beforeEach(() => {
  atStripe = null
  asked = []
  waited = []
  meanwhile = () => Promise.resolve()
})

const test = processingTest
  .extend('show', { scope: 'file' }, async ({ db }, { onCleanup }) => {
    const servers = new Map<string, Awaited<ReturnType<typeof listen>>>()
    onCleanup(async () => {
      for (const server of servers.values()) await server.close()
    })
    const serverWith = async (settings: Partial<ThankYouDeps>) => {
      const name = JSON.stringify(settings)
      const router = thankYouRouter({
        db: db.database.knex,
        newsroom: profile,
        purpose: null,
        newsletterUrl: null,
        followLinks: [],
        textFor: (tag) => textFor(tag ?? 'en'),
        frequencies: ['once', 'monthly', 'yearly'],
        clock: () => new Date('2026-01-31T17:00:00Z'),
        paymentAtStripe: async (id) => {
          asked.push(id)
          return atStripe
        },
        wait: {
          until: async (id) => {
            waited.push(id)
            await meanwhile()
          },
        },
        ...settings,
      })
      const server = servers.get(name) ?? (await listen(new Koa().use(router.routes()).callback()))
      servers.set(name, server)
      return server
    }
    return async (address: string, settings: Partial<ThankYouDeps> = {}) => {
      const answer = await fetch((await serverWith(settings)).url + address)
      const html = (await answer.text()).replaceAll(/\s+/g, ' ')
      const { headers } = answer
      return { status: answer.status, refresh: headers.get('Refresh'), html, headers }
    }
  })
  .extend(
    'thankYou',
    { scope: 'file' },
    ({ show }) =>
      (sessionId: string, settings: Partial<ThankYouDeps> = {}) =>
        show(`/thank-you?session_id=${encodeURIComponent(sessionId)}`, settings),
  )

describe('/thank-you', () => {
  test('shows the amount, the receipt and the article of a donation, and the donor’s address only masked', async ({
    db,
    thankYou,
  }) => {
    const donation = await giveDonation(db.database.knex, { message: 'Keep going' })
    const receipt = await giveReceipt(db.database.knex, donation)
    const { status, refresh, html, headers } = await thankYou(donation.stripe_session_id)
    expect([status, refresh, waited, asked]).toEqual([200, null, [], []])
    expect(headers.get('Cache-Control')).toBe('private, no-store')
    expect(headers.get('Referrer-Policy')).toBe('no-referrer')
    for (const fact of [
      '$5.00',
      `/receipts/${receipt.token}`,
      'https://news.example/story',
      'a…@reader.example',
    ])
      expect(html).toContain(fact)
    for (const hidden of ['Ann Giver', 'ann@reader.example', 'Keep going', donation.payment_intent_id])
      expect(html).not.toContain(hidden)
  })

  test('leads back to the article before it offers anything else', async ({ db, thankYou }) => {
    const donation = await giveDonation(db.database.knex)
    await giveReceipt(db.database.knex, donation)
    const { html } = await thankYou(donation.stripe_session_id, {
      newsletterUrl: 'https://news.example/letter',
      followLinks: [{ label: 'Bluesky', url: 'https://bsky.app/profile/news.example' }],
      purpose: 'It pays two reporters at the county council.',
    })
    const order = [
      'It pays two reporters at the county council.',
      'Back to <cite>The story</cite>',
      '/receipts/',
      'Make it monthly',
      'https://news.example/letter',
      'https://bsky.app/profile/news.example',
      'Share the article',
    ].map((part) => html.indexOf(part))
    expect(order).not.toContain(-1)
    expect(order).toEqual(order.toSorted((a, b) => a - b))
  })

  test('offers neither newsletter nor links where none are configured', async ({ db, thankYou }) => {
    const { html } = await thankYou((await giveDonation(db.database.knex)).stripe_session_id)
    expect(html).not.toContain('Get our newsletter')
    expect(html).not.toContain('Stay in touch')
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
    expect((await thankYou(donation.stripe_session_id)).html).toContain('has arrived')
  })

  test.for([
    ['processing', 'on its way'],
    ['expired', 'has closed'],
    ['failed', 'did not go through'],
  ] as const)(
    'says of a checkout that is %s that it %s, and neither waits nor refreshes',
    async ([checkout, words], { db, thankYou }) => {
      const { sessionId } = await startCheckout(db.database.knex, { status: checkout })
      const { status, refresh, html } = await thankYou(sessionId)
      expect([status, refresh, waited, asked]).toEqual([200, null, [], []])
      expect(html).toContain(words)
    },
  )

  test.for([
    ['refunded', 'has been refunded'],
    ['returned', 'through your bank'],
    ['dispute_lost', 'through your bank'],
  ] as const)('says of a gift that is %s that it %s', async ([gift, words], { db, thankYou }) => {
    const donation = await giveDonation(db.database.knex)
    await db.database.knex('donations').where({ id: donation.id }).update({ status: gift })
    const { html } = await thankYou(donation.stripe_session_id)
    expect(html).toContain(words)
    expect(html).not.toContain('Make it monthly')
  })

  test('says how much of a gift went back', async ({ db, thankYou }) => {
    const donation = await giveDonation(db.database.knex)
    await db.database
      .knex('donations')
      .where({ id: donation.id })
      .update({ status: 'partially_refunded', refunded_minor: 200n })
    expect((await thankYou(donation.stripe_session_id)).html).toMatch(
      /Of that, <strong>\$2\.00<\/strong> has/,
    )
  })

  test('offers another try with the form filled in as it was', async ({ db, thankYou }) => {
    const articleUrl = 'https://news.example/story?a=1&b=2'
    const { sessionId } = await startCheckout(db.database.knex, { status: 'failed', articleUrl })
    expect((await thankYou(sessionId)).html).toMatch(/href="\/donate\?again=[0-9a-f-]{36}"/)
  })

  test('answers 404 in words for an unknown session, and neither waits nor asks Stripe', async ({
    thankYou,
  }) => {
    for (const id of ['', 'x', 'cs_test_unknown00000', "cs_test_'; drop table x", '\0'])
      expect(await thankYou(id)).toMatchObject({
        status: 404,
        html: expect.stringContaining('We do not know this payment'),
      })
    expect([waited, asked]).toEqual([[], []])
  })
})

describe('a recurring gift', () => {
  const agreement = (db: { database: { knex: Parameters<typeof giveDonation>[0] } }, more: object = {}) => {
    const id = `sub_${Math.random().toString(36).slice(2)}`
    return db.database
      .knex('subscriptions')
      .insert({ stripe_subscription_id: id, frequency: 'monthly', ...more })
      .then(() => id)
  }
  const recurring = async (
    db: { database: { knex: Parameters<typeof giveDonation>[0] } },
    frequency: 'monthly' | 'yearly',
    subscription: string,
  ) => {
    const donation = await giveDonation(db.database.knex, {
      frequency,
      succeededAt: new Date('2026-01-31T12:00:00Z'),
    })
    await db.database
      .knex('donations')
      .where({ id: donation.id })
      .update({ stripe_subscription_id: subscription })
    return donation.stripe_session_id
  }

  test('is shown with its rhythm, the next date and how to stop', async ({ db, thankYou }) => {
    const id = await agreement(db, { current_period_end: new Date('2026-03-01T02:00:00Z') })
    const { html } = await thankYou(await recurring(db, 'monthly', id))
    expect(html).toContain('first monthly contribution')
    // The newsroom is in New York, where it is still the day before.
    expect(html).toMatch(/\$5\.00<\/strong> is taken every month\. The next payment is on February 28, 2026/)
    expect(html).toMatch(
      /With the link in it you can stop at any time, without an account, or you write to\s+<a href="mailto:desk@courier\.example">/,
    )
    expect(html).not.toContain('Make it monthly')
  })

  test.for([
    ['monthly', 'February 28, 2026'],
    ['yearly', 'January 31, 2027'],
  ] as const)(
    'every %s is due on %s until Stripe has said its date',
    async ([frequency, date], { db, thankYou }) => {
      const { html } = await thankYou(await recurring(db, frequency, await agreement(db, { frequency })))
      expect(html).toContain(date)
    },
  )

  test.for(['ended_at', 'cancel_at'])(
    'is shown as stopped once it has %s',
    async (column, { db, thankYou }) => {
      const id = await agreement(db, { [column]: new Date() })
      const { html } = await thankYou(await recurring(db, 'monthly', id))
      expect(html).toContain('has been stopped. Nothing more will be charged')
      expect(html).not.toContain('The next payment')
    },
  )
})

describe('“Make it monthly”', () => {
  test('is one press, and a link to the form with the same amount, currency and article, after a single gift', async ({
    db,
    thankYou,
  }) => {
    const donation = await giveDonation(db.database.knex, { currency: 'eur', grossMinor: 1250n })
    const { html } = await thankYou(donation.stripe_session_id)
    expect(html).toContain(
      'href="/donate?amount=1250&amp;currency=eur&amp;frequency=monthly&amp;article=https%3A%2F%2Fnews.example%2Fstory&amp;articleTitle=The+story"',
    )
    expect(html).toContain('Give €12.50 a month')
    expect(html).toContain('in addition to today’s gift')
    expect(html).toContain('Next payment: February 28, 2026. Stop any time with the link in every receipt.')
    const [, form = ''] = /<form method="post" action="\/donate-monthly">(.*?)<\/form>/.exec(html) ?? []
    expect(form).toContain(`name="of" value="${donation.checkout_id}"`)
    expect(form).toContain('Give €12.50 a month')
  })

  test('is not offered where the newsroom takes no monthly gifts', async ({ db, thankYou }) => {
    const { stripe_session_id: id } = await giveDonation(db.database.knex)
    expect((await thankYou(id, { frequencies: ['once', 'yearly'] })).html).not.toContain('Make it monthly')
  })
})

describe('a session of which no event has come', () => {
  test('is shown as given when the booking comes while the reader waits', async ({ db, thankYou }) => {
    const donation = await giveDonation(db.database.knex)
    const { knex } = db.database
    const { sessionId, id } = await startCheckout(knex, { status: 'open' })
    meanwhile = () =>
      knex('donations').where({ id: donation.id }).update({ stripe_session_id: sessionId, checkout_id: id })
    expect((await thankYou(sessionId)).html).toContain('has arrived')
    expect([waited, asked]).toEqual([[sessionId], []])
  })

  test('leads a reader who has not paid back to the payment page, and asks nobody to wait', async ({
    db,
    thankYou,
  }) => {
    atStripe = 'open'
    const { sessionId } = await startCheckout(db.database.knex, { status: 'open' })
    const url = `https://checkout.stripe.com/c/pay/${sessionId}#key`
    await db.database
      .knex('checkouts')
      .where({ stripe_session_id: sessionId })
      .update({ stripe_session_url: url, stripe_session_expires_at: new Date() })
    const { html, refresh } = await thankYou(sessionId)
    expect(refresh).toBeNull()
    expect(html).toContain('Nothing was charged')
    expect(html).toContain(`href="${url}"`)
    expect(html).toMatch(/href="\/donate\?again=[0-9a-f-]{36}"/)
    expect(html).not.toMatch(/wait|seconds|Look again/)
  })

  test.for([
    ['paid', 'has gone through', true],
    ['settling', 'on its way', false],
    ['expired', 'has closed', false],
    [null, 'If you have not, nothing was charged', true],
  ] as const)(
    'that Stripe calls %s is shown as: %s',
    async ([payment, words, refreshes], { db, thankYou }) => {
      atStripe = payment
      const { sessionId } = await startCheckout(db.database.knex, { status: 'open' })
      const { html, refresh } = await thankYou(sessionId)
      expect(asked).toEqual([sessionId])
      expect(html).toContain(words)
      expect(refresh !== null).toBe(refreshes)
    },
  )

  test('refreshes ten times, and then leaves it to the reader', async ({ db, show }) => {
    const { sessionId } = await startCheckout(db.database.knex, { status: 'succeeded' })
    let address: string | undefined = `/thank-you?session_id=${sessionId}`
    let looks = 0
    let html = ''
    while (address !== undefined && looks < 50) {
      const answer = await show(address)
      expect(answer.status).toBe(200)
      ;({ html } = answer)
      address = /^3; url=(.+)$/.exec(answer.refresh ?? '')?.[1]
      if (address !== undefined) looks += 1
    }
    expect(looks).toBe(10)
    expect(html).toContain('You can close this page')
    expect(html).toContain(`href="/thank-you?session_id=${sessionId}"`)
  })

  test('does not refresh for an address with a made-up count of looks', async ({ db, show }) => {
    const { sessionId } = await startCheckout(db.database.knex, { status: 'succeeded' })
    for (const look of ['-5', '1e1', 'x', '99', '1&look=2'])
      expect((await show(`/thank-you?session_id=${sessionId}&look=${look}`)).refresh).toBeNull()
  })
})
