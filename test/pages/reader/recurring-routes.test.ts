import Koa from 'koa'
import { expect } from 'vitest'
import { errorHandler } from '../../../src/http/error-handler.ts'
import { callersThrough } from '../../../src/http/client-ip.ts'
import { rateLimiter } from '../../../src/http/rate-limit.ts'
import type { SubscriptionId } from '../../../src/ids.ts'
import { recurringRouter } from '../../../src/pages/reader/recurring/recurring-routes.ts'
import { makeStripe } from '../../../src/stripe/stripe-gateway.ts'
import { recurringLinks } from '../../../src/subscriptions/recurring-link.ts'
import { newsroomConfig, terms } from '../../kit/checkout.ts'
import { processingTest } from '../../kit/fixtures.ts'
import { freePort } from '../../kit/free-port.ts'
import { listen } from '../../kit/http.ts'
import { testKeys } from '../../kit/keys.ts'
import { keptLog } from '../../kit/log.ts'

/** The page of a recurring gift while Stripe does not answer. */

const ID = 'sub_away' as SubscriptionId // a cast stands in for the parser
const PATH = `/recurring/${recurringLinks(testKeys.recurringLinks).tokenFor(ID)}`

const test = processingTest
  .extend('failures', () => [] as unknown[])
  .extend('url', async ({ pool, failures }, { onCleanup }) => {
    const { log } = keptLog()
    const router = recurringRouter({
      config: newsroomConfig,
      db: pool,
      keys: testKeys,
      stripe: makeStripe('sk_test_x', `http://127.0.0.1:${await freePort()}`), // where nobody listens
      textFor: terms.textFor,
      clock: () => new Date('2026-02-01T12:00:00Z'),
      noteFailure: (error) => void failures.push(error),
      limiter: (name, limit) => rateLimiter({ queries: pool, name, limit, log }),
      callers: callersThrough(['127.0.0.1']),
    })
    const app = new Koa()
      .use(errorHandler({ log, renderErrorPage: ({ status }) => `<h1>${status}</h1>` }))
      .use(router.routes())
    const server = await listen(app.callback())
    onCleanup(() => server.close())
    return server.url
  })

const state = `select status, cancel_at, ended_at from subscriptions where stripe_subscription_id = $1`

test.for([
  ['stop', 'It could not be stopped just now, because Stripe does not answer.', 'Stop the monthly gift'],
  ['card', 'The page for another card could not be opened just now', 'Use another card'],
] as const)(
  'says after %s that Stripe does not answer, with the button still there, and the gift as it was',
  async ([act, words, button], { pool, url, failures }) => {
    await pool.query(
      `insert into subscriptions (stripe_subscription_id, status, frequency, currency, amount_minor, current_period_end, customer_id)
       values ($1, 'active', 'monthly', 'usd', 500, '2026-02-20T12:00:00Z', 'cus_1') on conflict do nothing`,
      [ID],
    )
    const before = (await pool.query(state, [ID])).rows
    const headers = { Origin: newsroomConfig.publicUrl, 'Accept-Language': 'en' }
    const answer = await fetch(`${url}${PATH}/${act}`, { method: 'POST', headers, redirect: 'manual' })
    expect(answer.status).toBe(503)
    const page = await answer.text()
    expect(page).toContain(words)
    expect(page).toContain(button)
    expect(failures).toHaveLength(1)
    expect((await pool.query(state, [ID])).rows).toEqual(before)
    // Looking needs no Stripe.
    const looked = await fetch(`${url}${PATH}`, { headers })
    expect([looked.status, (await looked.text()).includes('Next payment')]).toEqual([200, true])
  },
)
