import { fork } from 'node:child_process'
import { once } from 'node:events'
import { randomUUIDv7 } from 'node:crypto'
import { Stripe } from 'stripe'
import { openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { makeLogger } from '../../src/http/logger.ts'
import { localDate } from '../../src/receipts/receipt-number.ts'
import { monthOf } from '../../src/ledger/month.ts'
import { reconcile } from '../../src/reconciliation/month-facts-store.ts'
import { sweepTransactions } from '../../src/reconciliation/balance-sweep-worker.ts'
import { stripeBooks } from '../../src/stripe/balance-gateway.ts'
import { pacedCalls } from '../../src/stripe/paced-calls-gateway.ts'
import { table } from './figures.ts'
import { temporaryServer } from './temporary-server.ts'

/*
 * How long a first sweep takes: so many balance transactions listed by the offline Stripe (a process of its own), read by the
 * real SDK, kept and posted by a Postgres with its default, durable settings. Once at the pace that Stripe's limits leave
 * us, once as fast as it goes: the difference is the waiting.
 */

const COUNTS = [25_000, 100_000]
const GOAL_S = 60
const AS_FAST_AS_IT_GOES = 1_000_000

export async function benchReconcile(say: (text: string) => void): Promise<void> {
  const rows: string[][] = [
    [
      'balance transactions',
      'calls a second',
      'sweep s',
      'again s',
      'reconcile s',
      'differences',
      'ledger sums to zero',
    ],
  ]
  for (const count of COUNTS) rows.push(await swept(count, AS_FAST_AS_IT_GOES))
  rows.push(await swept(COUNTS.at(-1) ?? 0, 20))
  say(`\nReconcile: the first sweep of Stripe's books; 100,000 within ${GOAL_S} s wanted\n\n${table(rows)}`)
}

async function swept(count: number, callsPerSecond: number): Promise<string[]> {
  const child = fork(new URL('reconcile-stripe.ts', import.meta.url), [String(count)])
  const server = await temporaryServer()
  const log = makeLogger({ level: 'silent' })
  const database = openDatabase({ url: server.urlOf('postgres'), log, applicationName: 'bench' })
  try {
    const [[{ url }]] = (await Promise.all([once(child, 'message'), migrate(database.knex)])) as [
      [{ url: string }],
      unknown,
    ] // what the child sends
    const { hostname, port } = new URL(url)
    const stripe = new Stripe('sk_test_offline', { host: hostname, port, protocol: 'http' })
    const parts = {
      hot: database.hot,
      books: stripeBooks(stripe, pacedCalls({ callsPerSecond })),
      means: {
        now: () => new Date(),
        localDate: (instant: Date) => localDate(instant, 'America/New_York'),
        newId: () => randomUUIDv7(),
      },
    }
    const startedAt = performance.now()
    const fresh = await sweepTransactions(parts)
    const firstMs = performance.now() - startedAt
    if (fresh !== count) throw new Error(`swept ${fresh} of ${count}`)
    await sweepTransactions(parts)
    const againMs = performance.now() - startedAt - firstMs
    const reconcileFrom = performance.now()
    const now = new Date()
    const month = monthOf(localDate(now, 'America/New_York'))
    // Stripe's side alone was read: each movement is a difference, which is the most work that a month can make.
    const { differences } = await reconcile(database.hot, month, now)
    const reconcileMs = performance.now() - reconcileFrom
    const [zero] = await server.run(
      `select count(*) = 0 as yes from (select currency from ledger_entries group by 1 having sum(amount_minor) <> 0) off`,
    )
    const pace = callsPerSecond === AS_FAST_AS_IT_GOES ? 'as fast as it goes' : String(callsPerSecond)
    return [
      String(count),
      pace,
      (firstMs / 1000).toFixed(1),
      (againMs / 1000).toFixed(2),
      (reconcileMs / 1000).toFixed(2),
      String(differences.length),
      zero?.['yes'] === true ? 'yes' : 'NO',
    ]
  } finally {
    child.disconnect()
    await database.close()
    await server.stop()
  }
}
