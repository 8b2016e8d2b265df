import { expect, onTestFinished, test } from 'vitest'
import { problemIn } from '../../kit/answers.ts'
import { keptLog } from '../../kit/log.ts'
import { startTestService } from '../../kit/service.ts'
import { charge, signed, stripeEvent, stripeId } from '../../kit/stripe-events.ts'

const GIFT = { amount: 500, currency: 'usd' }
const from = (address: string) => ({ 'X-Forwarded-For': address })

async function serviceWith(variables: Record<string, string>) {
  const { log, text } = keptLog()
  const service = await startTestService(variables, { log })
  onTestFinished(() => service.stop())
  return { ...service, logText: text }
}

test('behind a proxy that is not trusted no reader is refused for another one, and the operator is warned', async () => {
  const service = await serviceWith({ CHECKOUT_LIMIT_PER_ADDRESS: '1', CHECKOUT_LIMIT_IN_ALL: '10' })
  expect(await (await service.get('/readyz')).json()).toEqual({ status: 'ready' })

  const statuses: number[] = []
  for (let reader = 1; reader <= 10; reader += 1)
    statuses.push((await service.checkout(GIFT, from(`203.0.113.${reader}`))).status)
  expect(statuses).toEqual(Array.from({ length: 10 }, () => 201))
  // The limit of all readers together holds: the next one is asked for a proof of work.
  expect((await service.checkout(GIFT, from('203.0.113.99'))).status).toBe(428)

  const ready = await service.get('/readyz')
  expect(ready.status).toBe(200)
  expect(await ready.json()).toEqual({
    status: 'ready',
    warnings: [expect.stringContaining('TRUSTED_PROXIES')],
  })
  expect(service.logText().split('TRUSTED_PROXIES does not name')).toHaveLength(2)
  expect(service.logText()).not.toContain('203.0.113')
  expect(await service.metric('operator_warnings_total{kind="proxy_is_not_trusted"}')).toBe(11)
})

test('readers whom a trusted proxy hands on, and readers without a proxy, are limited one by one', async () => {
  const limit = { CHECKOUT_LIMIT_PER_ADDRESS: '3' }
  const behind = await serviceWith({ ...limit, TRUSTED_PROXIES: '127.0.0.1' })
  const direct = await serviceWith(limit)
  for (let tries = 0; tries < 3; tries += 1) {
    expect((await behind.checkout(GIFT, from('203.0.113.7'))).status).toBe(201)
    expect((await direct.checkout(GIFT)).status).toBe(201)
  }
  // A header of two addresses names a further proxy, whose readers may share the address: they are asked for a proof.
  expect((await behind.checkout(GIFT, from('6.6.6.6, 203.0.113.7'))).status).toBe(428)
  expect((await behind.checkout(GIFT, from('203.0.113.8'))).status).toBe(201)
  expect((await direct.checkout(GIFT)).status).toBe(429)
  for (const service of [behind, direct])
    expect(await (await service.get('/readyz')).json()).toEqual({ status: 'ready' })
})

test.each([
  ['behind', 360],
  ['ahead of', -400],
])(
  'a clock that is minutes %s Stripe’s is named as the reason why webhooks are refused',
  async (words, offset) => {
    const service = await serviceWith({})
    const event = stripeEvent('charge.succeeded', charge({ paymentIntentId: stripeId('pi') }))
    const post = ({ payload, header }: { payload: string; header: string }) =>
      fetch(`${service.url}/webhooks/stripe`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Stripe-Signature': header },
        body: payload,
      })
    const timestamp = Math.floor(Date.now() / 1000) + offset
    const forged = await post(signed(event, { timestamp, secret: 'whsec_somebody_elses' }))
    expect(forged.status).toBe(400)
    expect(await (await service.get('/readyz')).json()).toEqual({ status: 'ready' })

    const refused = await post(signed(event, { timestamp, secret: service.webhookSecret }))
    expect((await problemIn(refused)).status).toBe(400)
    const ready = await service.get('/readyz')
    expect(ready.status).toBe(200)
    const { warnings } = (await ready.json()) as { warnings: string[] } // as the expectation below shows
    expect(warnings).toEqual([expect.stringMatching(new RegExp(`clock is \\d+ seconds ${words}`))])
    expect(service.logText()).toContain('The clock is probably wrong')
    expect(await service.metric('operator_warnings_total{kind="clock_is_wrong"}')).toBe(1)
  },
)

test.each([
  ['ahead of', 10],
  ['behind', -10],
])('a clock ten minutes %s the database’s is named by /readyz', async (words, minutes) => {
  const service = await serviceWith({})
  service.forwardMs(minutes * 60_000)
  const ready = await service.get('/readyz')
  expect(ready.status).toBe(200)
  expect(await ready.json()).toEqual({
    status: 'ready',
    warnings: [expect.stringMatching(new RegExp(`clock is (599|600|601) seconds ${words} the database's`))],
  })
  // Readers give all the same: the payment page stays open for an hour.
  expect((await service.checkout(GIFT)).status).toBe(201)
})
