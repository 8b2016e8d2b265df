import { afterAll, beforeAll, expect, it } from 'vitest'
import { selectAll } from '../../kit/processing.ts'
import { ARRIVED, startTestService, type TestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

/** Stripe lists the balance transaction of a gift some seconds after the payment. Finance then sees the fee, too. */

let service: TestService

beforeAll(async () => {
  service = await startTestService({}, { asApp: true })
})
afterAll(() => service?.stop())

it('knows a gift’s fee within seconds and leaves nothing unexplained', async () => {
  const session = await service.session()
  await service.pay(session)
  await service.thankYou(session, ARRIVED)
  const { pool } = service.database
  const [booked] = await until(
    'the gift’s balance transaction',
    async () => {
      const rows = await selectAll(
        pool,
        `select amount_minor, fee_minor, net_minor, clears from balance_transactions`,
      )
      return rows.length > 0 && rows
    },
    20_000,
  )
  expect(booked).toMatchObject({ amount_minor: 500n, fee_minor: 45n, net_minor: 455n })
  expect(
    await selectAll(
      pool,
      `select account, sum(amount_minor)::int as sum from ledger_entries group by 1 having sum(amount_minor) <> 0 order by 1`,
    ),
  ).toEqual([
    { account: 'donations', sum: -500 },
    { account: 'stripe_balance', sum: 455 },
    { account: 'stripe_fees', sum: 45 },
  ])
  const settled = `select count(*)::int as n from ledger_transactions t join donations d on d.id = t.donation_id where effect = 'settled'`
  expect(await selectAll(pool, settled)).toEqual([{ n: 1 }])
}, 30_000)
