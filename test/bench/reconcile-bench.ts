import { fork } from 'node:child_process'
import { once } from 'node:events'
import { randomUUIDv7 } from 'node:crypto'
import type pg from 'pg'
import { Stripe } from 'stripe'
import { inTransaction, openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { makeLogger } from '../../src/http/logger.ts'
import { donationEntries } from '../../src/ledger/ledger.ts'
import { postToLedger } from '../../src/ledger/ledger-store.ts'
import { localDate } from '../../src/calendar/local-date.ts'
import { monthOf, neighbour } from '../../src/calendar/month.ts'
import { reconcile } from '../../src/reconciliation/months/month-close-store.ts'
import { syncTransactions } from '../../src/sync/balance-sync-worker.ts'
import { stripeLists } from '../../src/stripe/balance-gateway.ts'
import { pacedCalls } from '../../src/stripe/paced-calls-gateway.ts'
import { currencyNamed } from '../kit/named.ts'
import { table } from './figures.ts'
import type { BenchOptions } from './options.ts'
import { temporaryServer } from './temporary-server.ts'
import { ownership } from '../kit/marks.ts'

/*
 * How long a first sync takes. The offline Stripe, a process of its own, lists so many balance transactions; the real SDK
 * reads them; a Postgres with its default, durable settings stores and posts them. It runs once at the pace that Stripe's
 * limits allow and once without pacing: the difference is the waiting. All gifts but one in a thousand are booked before,
 * and reconciling must find exactly those that are missing.
 */

const GOAL_S = 60
const AS_FAST_AS_IT_GOES = 1_000_000
const STRIPES_PACE = 20

export async function benchReconcile(
  { unpacedCounts, pacedCounts }: Pick<BenchOptions, 'unpacedCounts' | 'pacedCounts'>,
  say: (text: string) => void,
): Promise<void> {
  const rows: string[][] = [
    [
      'balance transactions',
      'calls a second',
      'sync s',
      'again s',
      'reconcile s',
      'both s',
      'differences',
      'ledger sums to zero',
    ],
  ]
  for (const count of unpacedCounts) rows.push(await syncAndReconcile(count, AS_FAST_AS_IT_GOES))
  for (const count of pacedCounts) rows.push(await syncAndReconcile(count, STRIPES_PACE))
  say(
    `\nReconcile: the first sync of Stripe's balance; the goal for 100,000 is ${GOAL_S} s\n\n${table(rows)}`,
  )
}

async function syncAndReconcile(count: number, callsPerSecond: number): Promise<string[]> {
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
      pool: database.pool,
      lists: stripeLists(stripe, pacedCalls({ callsPerSecond })),
      processing: {
        now: () => new Date(),
        localDate: (instant: Date) => localDate(instant, 'America/New_York'),
        newId: () => randomUUIDv7(),
        ownership,
      },
    }
    const readers = await bookReaders(database.pool, count)
    const startedAt = performance.now()
    const fresh = await syncTransactions(parts)
    const firstMs = performance.now() - startedAt
    if (fresh !== count) throw new Error(`The sync read ${fresh} of ${count} balance transactions`)
    await syncTransactions(parts)
    const againMs = performance.now() - startedAt - firstMs
    const reconcileFrom = performance.now()
    const now = new Date()
    const month = monthOf(localDate(now, 'America/New_York'))
    // A hundred thousand seconds may have begun in the month before.
    const months = [neighbour(month, -1), month]
    let differences = 0
    for (const own of months) differences += (await reconcile(database.pool, own, now)).differences.length
    const reconcileMs = performance.now() - reconcileFrom
    if (differences !== count - readers)
      throw new Error(`${differences} differences, ${count - readers} made`)
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
      ((firstMs + reconcileMs) / 1000).toFixed(1),
      String(differences),
      zero?.['yes'] === true ? 'yes' : 'NO',
    ]
  } finally {
    child.disconnect()
    await database.close()
    await server.stop()
  }
}

const MISSING_EVERY = 1000
const AT_ONCE = 5000

/** Books the gifts as readers' events would have. @returns how many: one in a thousand was lost */
async function bookReaders(pool: pg.Pool, count: number): Promise<number> {
  const now = new Date()
  const eur = { code: currencyNamed('eur'), minor: 500n }
  const usd = { code: currencyNamed('usd'), minor: 500n }
  const gifts = Array.from({ length: count }, (_, n) => n).filter((n) => n % MISSING_EVERY !== 0)
  for (let from = 0; from < gifts.length; from += AT_ONCE) {
    const posted = gifts.slice(from, from + AT_ONCE).map((n) => {
      const { code, minor } = n % 10 === 0 ? eur : usd
      const occurredAt = new Date(now.getTime() - (count - n) * 1000)
      const of = {
        id: randomUUIDv7(),
        source: `pi_bench${n}`,
        clears: `pi_bench${n}`,
        donationId: null,
        occurredAt,
      }
      const day = { bookedOn: localDate(occurredAt, 'America/New_York'), period: null }
      return {
        ...of,
        effect: 'donation_succeeded' as const,
        day,
        entries: donationEntries({ minor, currency: code }),
      }
    })
    await inTransaction(pool, (tx) => postToLedger(tx, posted, now))
  }
  return gifts.length
}
