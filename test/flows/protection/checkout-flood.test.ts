import { afterAll, beforeAll, expect, it } from 'vitest'
import { askAsReader } from '../../kit/challenge.ts'
import { forgetfulStripe, type ForgetfulStripe } from '../../kit/forgetful-stripe.ts'
import { keptLog } from '../../kit/log.ts'
import { startTestService, type TestService } from '../../kit/service.ts'

/** A flood of card tests slows itself, not the readers, and Stripe is never called above its rate. */

const log = keptLog()
let stripe: ForgetfulStripe
let service: TestService

beforeAll(async () => {
  stripe = await forgetfulStripe()
  service = await startTestService(
    {
      STRIPE_SECRET_KEY: 'sk_test_flood',
      STRIPE_API_BASE: stripe.url,
      TRUSTED_PROXIES: '127.0.0.1',
      CHECKOUT_LIMIT_PER_ADDRESS: '20',
      CHECKOUT_LIMIT_IN_ALL: '150',
    },
    { half: 'web', log: log.log },
  )
})
afterAll(async () => {
  await service?.stop()
  await stripe?.close()
})

const GIFT = { amount: 500, currency: 'usd' }
const ask = async (address: string) => (await service.checkout(GIFT, { 'X-Forwarded-For': address })).status
const askWithBrowser = async (address: string) =>
  (await askAsReader((headers) => service.checkout(GIFT, { 'X-Forwarded-For': address, ...headers }))).status

it('fifty addresses and a /48 at full speed do not shut out honest readers', async () => {
  const botnet = Array.from({ length: 50 }, (_, n) => `198.51.${n}.7`)
  const network = Array.from({ length: 150 }, (_, n) => `2001:db8:1:${n.toString(16)}::1`)
  const flooding = new AbortController()
  const flood = Promise.all(
    [botnet, botnet, network].map(async (addresses) => {
      const statuses: number[] = []
      for (let round = 0; round < 12 && !flooding.signal.aborted; round += 1)
        statuses.push(...(await Promise.all(addresses.map(ask))))
      return statuses
    }),
  )
  const readers: number[] = []
  for (let n = 1; n <= 12; n += 1) {
    readers.push(await askWithBrowser(`203.0.${n}.5`))
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
  flooding.abort()
  const flooded = (await flood).flat()

  expect(readers).toEqual(readers.map(() => 201))
  const refused = flooded.filter((status) => status === 429 || status === 503).length
  const challenged = flooded.filter((status) => status === 428).length
  expect(refused + challenged).toBeGreaterThan(flooded.length / 2)
  // This process also plays the flood, so calls reach the fake Stripe late: the exact pace is tested by itself.
  for (const start of stripe.times) {
    const within = stripe.times.filter((time) => time >= start && time < start + 3_000)
    expect(within.length).toBeLessThanOrEqual(75)
  }

  let counted = 0
  for (const reason of ['address', 'network', 'all', 'pace'])
    counted += await service.metric(`checkouts_refused_total{reason="${reason}"}`)
  expect(counted).toBe(refused)
  const warnings = log.lines.filter((line) => line.includes('checkouts are refused'))
  expect(warnings.length).toBeGreaterThan(0)
  expect(warnings.length).toBeLessThanOrEqual(2)
  expect(log.text()).not.toMatch(/198\.51\.|2001:db8|203\.0\./)
}, 120_000)
