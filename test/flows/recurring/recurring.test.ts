import { afterAll, beforeAll, expect, it } from 'vitest'
import { selectAll } from '../../kit/processing.ts'
import { ARRIVED, type TestService, startTestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

/** A reader gives every month: each payment of the subscription is a donation with a receipt. */

let service: TestService

beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service?.stop())

const DAY_MS = 24 * 60 * 60 * 1000
const article = { url: 'https://courier.example/ferry-returns', title: 'The ferry returns' }

const rows = (sql: string, ...values: unknown[]) => selectAll(service.database.pool, sql, ...values)
const donationsOf = (subscription: string) =>
  rows(
    `select gross_minor, currency, frequency, article_url from donations where stripe_subscription_id = $1 order by succeeded_at`,
    subscription,
  )

/** Starts a monthly gift over HTTP and pays it on Stripe's page. @returns its session and its subscription's id */
async function startMonthlyGift(amount = 700) {
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

/** Moves the time of Stripe and of the service. The offline Stripe does what has come due at the next request. */
async function daysPass(days: number): Promise<void> {
  for (let day = 0; day < days; day += 1) {
    service.forwardMs(DAY_MS)
    await fetch(service.sandboxUrl)
  }
}

const donationsUntil = (id: string, count: number) =>
  until(`${count} donations`, async () => {
    const found = await donationsOf(id)
    return found.length === count ? found : null
  })

it('books a donation with its article and its own receipt for every monthly payment', async () => {
  const { session, id } = await startMonthlyGift()
  expect(await service.thankYou(session, ARRIVED)).toContain('/receipts/')
  await daysPass(33)
  const given = await donationsUntil(id, 2)
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

it('records a failed renewal, its recovery, and a cancellation in Stripe’s dashboard', async () => {
  const { id } = await startMonthlyGift(900)
  await fetch(`${service.sandboxUrl}/subscriptions/${id}/decline`, { method: 'POST' })
  // The test does not wait for a number of days: after a short month Stripe's next attempt would have succeeded.
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
  await donationsUntil(id, 2)
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
