import { readFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import path from 'node:path'
import { freePort } from '../kit/free-port.ts'
import { messageFrom, readyAfterMs, runProgram, runService, stopChild } from './child.ts'
import { median, table } from './figures.ts'
import type { BenchOptions } from './options.ts'
import { temporaryServer } from './temporary-server.ts'

/*
 * Somebody tries stolen cards as fast as the machine lets them, from one address and then from thousands, while honest
 * readers give. The limits are those of production. Readers, flood, Stripe and the service are processes of their own.
 */

const CONNECTIONS = 200
const SAMPLE_MS = 250
const MOST_CALLS_PER_SECOND = 20
const MEMORY_GOAL_MB = 64
const BODY = JSON.stringify({ amount: 100, currency: 'usd' })

type Visits = { readonly visits: readonly { readonly isServed: boolean; readonly waitedMs: number }[] }

export async function benchAttack(
  { attempts, addresses }: Pick<BenchOptions, 'attempts' | 'addresses'>,
  say: (text: string) => void,
): Promise<void> {
  const rows: string[][] = []
  for (const count of addresses) rows.push(...column(await attack(attempts, count), count, rows.length === 0))
  const [first = [], ...rest] = rows
  say(`\nAttack: ${attempts.toLocaleString('en')} attempts over ${CONNECTIONS} connections\n\n`)
  say(table(transposed([first, ...rest])))
}

type Figures = {
  readonly statuses: ReadonlyMap<number, number>
  readonly seconds: number
  readonly visits: Visits['visits']
  readonly calls: number
  readonly mostCalls: number
  readonly idleMb: number
  readonly peakMb: number
  readonly afterMb: number
}

async function attack(attempts: number, addresses: number): Promise<Figures> {
  const server = await temporaryServer()
  await server.run('create database bench_attack')
  const stripe = runProgram('attack-stripe.ts', {})
  const { url: apiBase } = await messageFrom<{ url: string }>(stripe)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const variables = {
    PORT: String(port),
    DATA_DIR: path.join(server.folder, 'service'),
    DATABASE_URL: server.urlOf('bench_attack'),
    STRIPE_SECRET_KEY: 'sk_test_attack',
    STRIPE_WEBHOOK_SECRET: 'whsec_the_benchmarks_own_secret',
    STRIPE_API_BASE: apiBase,
    TRUSTED_PROXIES: '127.0.0.1',
    CHECKOUT_LIMIT_PER_ADDRESS: '60',
    CHECKOUT_LIMIT_IN_ALL: '3000',
  }
  await new Promise((resolve) => runService(variables, { command: ['migrate'] }).once('exit', resolve))
  const service = runService(variables, { command: ['web'] })
  const readers = runProgram('attack-readers.ts', { SERVICE_URL: url })
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  try {
    await messageFrom(readers)
    await readyAfterMs(url, service, performance.now())
    const memory = async () => residentMb(service.pid ?? 0)
    // The readers alone, until the service has warmed up.
    await new Promise((resolve) => setTimeout(resolve, 10_000))
    const idleMb = await memory()
    await timesOf(stripe)
    let peakMb = 0
    const sampler = setInterval(() => void memory().then((mb) => (peakMb = Math.max(peakMb, mb))), SAMPLE_MS)
    const startedAt = performance.now()
    const statuses = await flood(`${url}/checkout-sessions`, attempts, addresses, agent)
    const seconds = (performance.now() - startedAt) / 1000
    clearInterval(sampler)
    readers.send('stop')
    const { visits } = await messageFrom<Visits>(readers)
    const times = await timesOf(stripe)
    const mostCalls = Math.max(
      0,
      ...times.map((start) => times.filter((time) => time >= start && time < start + 1_000).length),
    )
    const afterMb = await memory()
    return { statuses, seconds, visits, calls: times.length, mostCalls, idleMb, peakMb, afterMb }
  } finally {
    agent.destroy()
    await stopChild(service)
    for (const child of [readers, stripe]) child.disconnect()
    await server.stop()
  }
}

async function timesOf(stripe: ReturnType<typeof runProgram>): Promise<readonly number[]> {
  stripe.send('times')
  return (await messageFrom<{ times: number[] }>(stripe)).times
}

/** Each address in a network of its own, as those of a botnet are. */
const addressOf = (number: number) => `${45 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}.9`

async function flood(url: string, attempts: number, addresses: number, agent: Agent) {
  const statuses = new Map<number, number>()
  let next = 0
  const one = async (): Promise<void> => {
    while (next < attempts) {
      next += 1
      const status = await post(url, addressOf(next % addresses), agent)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, one))
  return statuses
}

function post(url: string, address: string, agent: Agent): Promise<number> {
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': BODY.length,
    'X-Forwarded-For': address,
  }
  return new Promise((resolve) => {
    request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0))
    })
      .once('error', () => resolve(0))
      .end(BODY)
  })
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024
}

function column(figures: Figures, addresses: number, hasNames: boolean): string[][] {
  const { statuses, seconds, visits, calls, mostCalls, idleMb, peakMb, afterMb } = figures
  const served = visits.filter(({ isServed }) => isServed)
  const waits = visits.map(({ waitedMs }) => waitedMs)
  const count = (status: number) => (statuses.get(status) ?? 0).toLocaleString('en')
  const values = [
    ['from', `${addresses.toLocaleString('en')} address(es)`],
    ['seconds', seconds.toFixed(1)],
    ['attempts served (201)', count(201)],
    ['attempts asked for a challenge (428)', count(428)],
    ['attempts refused (429)', count(429)],
    ['attempts refused (503)', count(503)],
    ['honest readers served', `${served.length} of ${visits.length}`],
    ['honest readers waited, median ms', median(waits).toFixed(0)],
    ['honest readers waited, longest ms', Math.max(0, ...waits).toFixed(0)],
    ['calls at Stripe', String(calls)],
    [`most calls in any second, below ${MOST_CALLS_PER_SECOND} wanted`, String(mostCalls)],
    ['memory before, MB', idleMb.toFixed(0)],
    [`memory at most, MB, at most ${MEMORY_GOAL_MB} more wanted`, peakMb.toFixed(0)],
    ['memory after, MB', afterMb.toFixed(0)],
  ] as const
  return [...(hasNames ? [values.map(([name]) => name)] : []), values.map(([, value]) => value)]
}

function transposed(columns: readonly (readonly string[])[]): string[][] {
  return (columns[0] ?? []).map((_, row) => columns.map((one) => one[row] ?? ''))
}
