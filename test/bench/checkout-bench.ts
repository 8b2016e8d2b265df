import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import path from 'node:path'
import { Client } from 'pg'
import { attemptAt } from '../../src/checkout/attempt.ts'
import { checkoutRequest } from '../../src/checkout/checkout-request.ts'
import { planCheckout } from '../../src/checkout/checkout.ts'
import { sessionParams } from '../../src/checkout/session-params.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { makeStripe } from '../../src/stripe/stripe-gateway.ts'
import { readerTexts } from '../../src/text/text.ts'
import { freePort } from '../kit/free-port.ts'
import { marks } from '../kit/marks.ts'
import { messageFrom, readyAfterMs, runProgram, runService, stopChild } from './child.ts'
import { median, shown, spreadOf, table } from './figures.ts'
import type { BenchOptions } from './options.ts'
import { temporaryServer } from './temporary-server.ts'

/*
 * What our service adds to Stripe's own time: `POST /checkout-sessions` against the bare SDK call with the same
 * parameters, one after the other, each over a kept connection to the same offline Stripe in its own process. The
 * disk has a part in it: so a durable commit of one row is timed beside them.
 */

const GOAL_MS = 3
const KEY = 'sk_test_offline'
const GIFT = {
  amount: 500,
  currency: 'usd',
  article: { title: 'The bridge' },
  campaign: { source: 'newsletter' },
}

const ORDER = ['ours', 'bare', 'commit'] as const
const noTimes = (): Record<(typeof ORDER)[number], number[]> => ({ ours: [], bare: [], commit: [] })

export async function benchCheckout(
  { rounds, callsPerRound, warmUpCalls }: Pick<BenchOptions, 'rounds' | 'callsPerRound' | 'warmUpCalls'>,
  say: (text: string) => void,
): Promise<void> {
  const server = await temporaryServer()
  await server.run('create database bench_checkout')
  const sandbox = runProgram('sandbox-process.ts', {})
  const { url: apiBase } = await messageFrom<{ url: string }>(sandbox)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const variables = {
    PORT: String(port),
    DATA_DIR: path.join(server.folder, 'service'),
    DATABASE_URL: server.urlOf('bench_checkout'),
    STRIPE_SECRET_KEY: KEY,
    STRIPE_WEBHOOK_SECRET: 'whsec_the_benchmarks_own_secret',
    STRIPE_API_BASE: apiBase,
    // One address asks for all of them.
    CHECKOUT_LIMIT_PER_ADDRESS: '1000000',
    CHECKOUT_LIMIT_IN_ALL: '1000000',
    // The offline Stripe has no rate that must be kept.
    CHECKOUTS_PER_SECOND: '100000',
  }
  const service = runService(variables)
  const client = new Client({ connectionString: server.urlOf('bench_checkout') })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  try {
    await readyAfterMs(url, service, performance.now())
    await client.connect()
    await client.query('create table bench_commits (n integer)')
    const calls = {
      ours: () => post(`${url}/checkout-sessions`, agent),
      bare: bareCall(apiBase),
      commit: () => client.query('insert into bench_commits values (1)'),
    }
    for (let n = 0; n < warmUpCalls; n += 1) for (const name of ORDER) await calls[name]()

    const medians = noTimes()
    for (let round = 0; round < rounds; round += 1) {
      const times = noTimes()
      for (let n = 0; n < callsPerRound; n += 1)
        for (const name of (round + n) % 2 === 0 ? ORDER : ORDER.toReversed())
          times[name].push(await timed(calls[name]))
      for (const name of ORDER) medians[name].push(median(times[name]))
    }
    const differences = medians.ours.map((ms, round) => ms - (medians.bare[round] ?? 0))
    say(
      `\nCheckout: p50 in ms; ${rounds} rounds of ${callsPerRound} calls each, median of the rounds (middle half)\n\n`,
    )
    say(
      table([
        ['POST /checkout-sessions', shown(spreadOf(medians.ours), 2)],
        ['the bare SDK call', shown(spreadOf(medians.bare), 2)],
        ['one durable commit here', shown(spreadOf(medians.commit), 2)],
        [`what we add, at most ${GOAL_MS} wanted`, shown(spreadOf(differences), 2)],
      ]),
    )
  } finally {
    agent.destroy()
    await client.end()
    await stopChild(service)
    sandbox.disconnect()
    await server.stop()
  }
}

/** What the service asks Stripe, asked by the SDK alone. */
function bareCall(apiBase: string): () => Promise<unknown> {
  const config = readConfig({})
  const stripe = makeStripe(KEY, apiBase)
  const textFor = readerTexts(config.languages)
  const terms = { ...config.offer, allowedOrigins: config.allowedOrigins, textFor }
  const asked = checkoutRequest(GIFT, terms)
  return () => {
    const now = new Date()
    const checkout = planCheckout(asked, randomUUID(), now)
    const attempt = attemptAt(checkout, now)
    const params = sessionParams(checkout, attempt, { ...config, marks, textFor })
    return stripe.checkout.sessions.create(params, { idempotencyKey: attempt.stripeIdempotencyKey })
  }
}

function post(url: string, agent: Agent): Promise<void> {
  const body = JSON.stringify(GIFT)
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'Idempotency-Key': randomUUID(),
  }
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume().once('end', resolve)
      if (answer.statusCode !== 201) reject(new Error(`the service answered ${answer.statusCode}`))
    })
    sent.once('error', reject).end(body)
  })
}

async function timed(call: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await call()
  return performance.now() - startedAt
}
