import { afterAll, beforeAll, expect, it } from 'vitest'
import { simpleParser } from 'mailparser'
import { sessionIn, type Session } from '../../kit/answers.ts'
import { ARRIVED, ARTICLE, startTestService, type TestService } from '../../kit/service.ts'
import { donationWithHistory } from '../../../src/reports/donation-timeline/donation-history.ts'
import { donationsAnswer } from '../../../src/reports/donation-list/donation-search.ts'
import { totalsAnswer } from '../../../src/reports/totals.ts'
import { selectAll } from '../../kit/processing.ts'
import { otherThan } from '../../kit/other-than.ts'
import { until } from '../../kit/until.ts'

/** A reader gives $5 by card. Each test continues where the one before it ended. */

let service: TestService
let session: Session
let receiptPath: string

beforeAll(async () => {
  service = await startTestService({}, { trial: true })
})
afterAll(() => service?.stop())

it('opens a payment page at Stripe', async () => {
  const response = await service.checkout(
    {
      amount: 500,
      currency: 'usd',
      article: { url: `${ARTICLE}?utm_source=letter#end`, title: 'Ferry returns' },
      campaign: { source: 'letter', name: 'winter' },
      message: 'Keep going',
      locale: 'en-US',
    },
    { Origin: new URL(ARTICLE).origin, 'Idempotency-Key': 'one-intention' },
  )
  expect(response.headers.get('cache-control')).toBe('no-store')
  session = await sessionIn(response)
  expect(session.url).toBe(`${service.sandboxUrl}/c/pay/${session.id}`)
  const minutes = (Date.parse(session.expiresAt) - Date.now()) / 60_000
  expect(minutes).toBeGreaterThan(30)
  expect(minutes).toBeLessThanOrEqual(60)
})

it('leads from the thank-you page back to the payment page as long as nothing is paid', async () => {
  const response = await service.get(`/thank-you?session_id=${session.id}`)
  expect(response.status).toBe(200)
  expect(response.headers.get('refresh')).toBeNull()
  const page = await response.text()
  expect(page).toContain('You have not paid yet')
  expect(page).toContain(`href="${session.url}"`)
})

it('leads from the paid page to a thank-you page with the amount and the receipt', async () => {
  const paid = await service.pay(session)
  expect(paid.status).toBe(303)
  expect(paid.headers.get('location')).toBe(`${service.url}/thank-you?session_id=${session.id}`)
  const page = await service.thankYou(session, ARRIVED)
  expect(page).toContain('<strong>$5.00</strong>')
  expect(page).toContain(ARTICLE)
  const link = /href="(\/receipts\/[\w-]{22,})"/.exec(page)?.[1]
  expect(link).toBeDefined()
  receiptPath = link ?? ''
})

it('shows the receipt as a page and as a PDF, under an address that cannot be guessed', async () => {
  const page = await service.get(receiptPath)
  expect(page.status).toBe(200)
  expect(page.headers.get('referrer-policy')).toBe('no-referrer')
  expect(page.headers.get('cache-control')).toContain('no-store')
  const words = await page.text()
  expect(words).toMatch(/Receipt 20\d\d-000001/)
  expect(words).toContain('$5.00')
  expect(words).toContain('not tax-deductible')
  const pdf = await service.get(`${receiptPath}.pdf`)
  expect(pdf.headers.get('content-type')).toBe('application/pdf')
  const bytes = Buffer.from(await pdf.arrayBuffer())
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-')
  expect((await service.get(otherThan(receiptPath))).status).toBe(404)
})

it('mails the receipt once, with a Message-ID that does not change', async () => {
  const mails = await until('a captured mail', async () => {
    // The newsroom gets the donor's message besides, whenever it is its worker's turn.
    const found = (await service.mails.list()).filter(({ mail }) => mail.to === 'ada@reader.example')
    return found.length > 0 && found
  })
  expect(mails).toHaveLength(1)
  const name = mails[0]?.name ?? ''
  const mail = await simpleParser((await service.mails.readEml(name)) ?? Buffer.alloc(0))
  expect(mail.messageId).toMatch(/^<receipt\.20\d\d-000001@127\.0\.0\.1>$/)
  expect(mail.to).toMatchObject({ value: [{ address: 'ada@reader.example' }] })
  expect(mail.text).toContain(`${service.url}${receiptPath}`)
  expect(mail.text).toContain('$5.00')
  expect((await service.get('/dev/mail')).status).toBe(200)
})

it('shows finance the donation, its history and the totals', async () => {
  const headers = await service.token('finance')
  const donations = await service.get('/api/donations', headers)
  const { data, nextCursor } = donationsAnswer.parse(await donations.json())
  expect(nextCursor).toBeNull()
  expect(data).toHaveLength(1)
  const [line] = data
  expect(line).toMatchObject({
    status: 'succeeded',
    currency: 'usd',
    gross: 500,
    frequency: 'once',
    article: { url: ARTICLE, title: 'Ferry returns' },
    campaign: { source: 'letter', medium: null, name: 'winter' },
    donor: { name: 'Ada Reader', email: 'ada@reader.example' },
    receipt: { url: `${service.url}${receiptPath}` },
    paymentIntentId: expect.stringMatching(/^pi_/),
  })
  const one = donationWithHistory.parse(
    await (await service.get(`/api/donations/${line?.id}`, headers)).json(),
  )
  expect(one.history.length).toBeGreaterThan(0)
  const dayAt = (offset: number) =>
    new Date(Date.parse(line?.succeededAt ?? '') + offset * 86_400_000).toISOString().slice(0, 10)
  const month = `from=${dayAt(-1)}&to=${dayAt(1)}&by=month`
  const totals = totalsAnswer.parse(await (await service.get(`/api/reports/totals?${month}`, headers)).json())
  expect(totals.rows).toEqual([expect.objectContaining({ currency: 'usd', donations: 1, gross: 500 })])
})

it('balances the ledger and counts the gift in the metrics', async () => {
  const { pool } = service.database
  const entries = await selectAll(
    pool,
    `select account, currency, amount_minor from ledger_entries e
     join ledger_transactions t on t.id = e.ledger_transaction_id and t.effect = 'donation_succeeded' order by amount_minor`,
  )
  expect(entries).toEqual([
    { account: 'donations', currency: 'usd', amount_minor: -500n },
    { account: 'stripe_clearing', currency: 'usd', amount_minor: 500n },
  ])
  expect(await service.metric('webhook_requests_total{outcome="stored"}')).toBeGreaterThanOrEqual(1)
  expect(await service.metric('inbox_depth')).toBe(0)
  expect(await service.metric('outbox_depth')).toBe(0)
  const route = 'http_request_duration_seconds_count{method="POST",route="/checkout-sessions",status="201"}'
  expect(await service.metric(route)).toBe(1)
})

it('books nothing twice when Stripe sends every event again', async () => {
  // Stripe settles the charge two seconds later, announces it by an event of its own, and the sync posts it.
  const settled = `select 1 from ledger_transactions where effect = 'settled'`
  await until(
    'the settled charge',
    async () => (await selectAll(service.database.pool, settled)).length === 1,
  )
  const { data: events } = await service.stripe.events.list()
  expect(events.map(({ type }) => type)).toContain('checkout.session.completed')
  const storedCount = () => service.metric('webhook_requests_total{outcome="stored"}')
  await until('every event delivered', async () => (await storedCount()) >= events.length)
  const before = await storedCount()
  for (const { id } of events)
    await fetch(`${service.sandboxUrl}/events/${id}/resend`, { method: 'POST', redirect: 'manual' })
  expect(await storedCount()).toBe(before + events.length)
  await until('an empty inbox', async () => (await service.metric('inbox_depth')) === 0)
  const [counts] = await selectAll(
    service.database.pool,
    `select (select count(*) from donations) as donations, (select count(*) from receipts) as receipts,
            (select count(*) from outbox_messages where kind = 'receipt') as mails, (select count(*) from ledger_entries) as entries`,
  )
  expect(counts).toEqual({ donations: 1n, receipts: 1n, mails: 1n, entries: 5n })
})
