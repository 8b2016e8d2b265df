import { afterAll, beforeAll, expect, it } from 'vitest'
import { inTransaction } from '../../../src/db/database.ts'
import { problemIn } from '../../kit/answers.ts'
import { startTestService, type TestService } from '../../kit/service.ts'
import { SECRET, signed, stripeEvent } from '../../kit/stripe-events.ts'
import { until } from '../../kit/until.ts'

/** The database answers and does not do what it is asked: a table is locked, its disk is full, it takes only reads. */

let service: TestService
beforeAll(async () => {
  service = await startTestService({ STRIPE_WEBHOOK_SECRET: SECRET })
})
afterAll(() => service?.stop())

function post(): Promise<Response> {
  const { payload, header } = signed(stripeEvent('customer.created', { id: 'cus_1', object: 'customer' }))
  const headers = { 'Stripe-Signature': header }
  return fetch(`${service.url}/webhooks/stripe`, { method: 'POST', headers, body: payload })
}
const give = () => service.checkout({ amount: 500, currency: 'usd' })

it.each(['rate_limits', 'checkouts', 'donations'])(
  'takes webhooks while %s is locked and more readers wait than there are connections for them',
  async (table) => {
    const { pool } = service.database
    const { id } = await service.session()
    const read = table === 'donations' ? () => service.get(`/thank-you?session_id=${id}`) : give
    const readers: Promise<Response>[] = []
    await inTransaction(pool, async (tx) => {
      await tx.query(`lock table ${table} in access exclusive mode`)
      for (let n = 0; n < 20; n += 1) readers.push(read())
      await until('every other connection to be taken', () => pool.waitingCount > 5 && pool.idleCount === 0)
      const answers = await Promise.all([post(), post(), post()])
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    })
    await Promise.all(readers)
  },
)

it('serves readers without counting them while the table of the limiter is locked', async () => {
  const { pool } = service.database
  await inTransaction(pool, async (tx) => {
    await tx.query('lock table rate_limits in access exclusive mode')
    expect((await give()).status).toBe(201)
  })
})

it('answers 503 with Retry-After while a table that readers need is locked', async () => {
  const { pool } = service.database
  await inTransaction(pool, async (tx) => {
    await tx.query('lock table checkouts in access exclusive mode')
    const response = await give()
    expect(response.status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})

/** While `work` runs, Postgres refuses every new row of the tables as it does in that state. */
async function refusing(state: string, tables: readonly string[], work: () => Promise<void>): Promise<void> {
  const { pool } = service.owner
  await pool.query(`create function refuse_for_test() returns trigger language plpgsql as
    $$ begin raise exception 'could not extend file "base/1/2": No space left on device' using errcode = '${state}'; end $$`)
  for (const table of tables)
    await pool.query(
      `create trigger refuse_for_test before insert on ${table} execute function refuse_for_test()`,
    )
  await work().finally(() => pool.query('drop function refuse_for_test cascade'))
}

it.each([
  ['its disk is full', '53100'],
  ['its memory is full', '53200'],
  ['it takes only reads', '25006'],
  ['its disk fails', '58030'],
])('answers 503 with Retry-After while %s (%s), and takes the same requests afterwards', async (_, state) => {
  const ask = async (): Promise<Response[]> => [await post(), await give()]
  await refusing(state, ['inbox_events', 'checkouts'], async () => {
    for (const response of await ask()) {
      expect(response.status).toBe(503)
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
      expect((await problemIn(response)).detail).not.toMatch(/space|device|base/)
    }
  })
  expect((await ask()).map(({ status }) => status)).toEqual([200, 201])
})
