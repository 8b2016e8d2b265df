import { afterAll, beforeAll, expect, it } from 'vitest'
import { all } from '../kit/books.ts'
import { ARRIVED, type TestService, startTestService } from '../kit/service.ts'
import { until } from '../kit/until.ts'

/** A reader gives every month: one decision, a donation and a receipt each time Stripe collects. */

let service: TestService

beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service?.stop())

const DAY_MS = 24 * 60 * 60 * 1000
const article = { url: 'https://courier.example/ferry-returns', title: 'The ferry returns' }

const rows = (sql: string, ...values: unknown[]) => all(service.database.pool, sql, ...values)
const collections = (subscription: string) =>
  rows(
    `select gross_minor, currency, frequency, article_url from donations where stripe_subscription_id = $1 order by succeeded_at`,
    subscription,
  )

/** A monthly gift, given over HTTP and paid on Stripe's page. */
async function monthly(amount = 700) {
  const session = await service.session({ amount, frequency: 'monthly', article })
  await service.pay(session)
  await service.thankYou(session, ARRIVED)
  const [row] = await until('its subscription', async () => {
    const found = await rows(
      `select s.stripe_subscription_id as id from subscriptions s join checkouts c on c.id = s.checkout_id
       where c.stripe_session_id = $1 and s.status = 'active'`,
      session.id,
    )
    return found.length > 0 ? found : null
  })
  return { session, id: String(row?.['id']) }
}

/** Time passes for Stripe and for us; whatever came due happens when Stripe is next asked anything. */
async function daysPass(days: number): Promise<void> {
  for (let day = 0; day < days; day += 1) {
    service.forwardMs(DAY_MS)
    await fetch(service.sandboxUrl)
  }
}

const collected = (id: string, times: number) =>
  until(`${times} collections`, async () => {
    const found = await collections(id)
    return found.length === times ? found : null
  })

it('collects every month, each with the article it came from, each with a receipt of its own', async () => {
  const { session, id } = await monthly()
  expect(await service.thankYou(session, ARRIVED)).toContain('/receipts/')
  await daysPass(33)
  const given = await collected(id, 2)
  const one = { gross_minor: 700n, currency: 'usd', frequency: 'monthly', article_url: article.url }
  expect(given).toEqual([one, one])
  expect(
    await rows(
      `select count(*) from receipts r join donations d on d.id = r.donation_id where d.stripe_subscription_id = $1`,
      id,
    ),
  ).toEqual([{ count: 2n }])
  const mail = await until('both receipts by mail', async () => (await service.mails.list()).length >= 2)
  expect(mail).toBe(true)
}, 60_000)

it('follows a failed renewal and its recovery, and a cancellation in Stripe’s dashboard', async () => {
  const { id } = await monthly(900)
  await fetch(`${service.sandboxUrl}/subscriptions/${id}/decline`, { method: 'POST' })
  // Not a number of days: after a short month's the next try would have recovered it already.
  await until('the refusal at Stripe', async () => {
    await daysPass(1)
    return (await service.stripe.subscriptions.retrieve(id)).status === 'past_due'
  })
  await until('the failure', async () => {
    const [row] = await rows(
      `select last_failure_at is not null as failed, status from subscriptions where stripe_subscription_id = $1`,
      id,
    )
    return row?.['failed'] === true && row['status'] === 'past_due'
  })
  await daysPass(4)
  await collected(id, 2)
  await until('the recovery', async () => {
    const [row] = await rows(`select status from subscriptions where stripe_subscription_id = $1`, id)
    return row?.['status'] === 'active'
  })
  await fetch(`${service.sandboxUrl}/subscriptions/${id}/cancel-now`, { method: 'POST' })
  const ended = await until('the end', async () => {
    const [row] = await rows(
      `select status, ended_at is not null as ended from subscriptions where stripe_subscription_id = $1`,
      id,
    )
    return row?.['status'] === 'canceled' && row['ended'] === true
  })
  expect(ended).toBe(true)
}, 60_000)
