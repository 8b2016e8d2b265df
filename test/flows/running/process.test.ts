import { spawn } from 'node:child_process'
import type { ServerResponse } from 'node:http'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it, vi } from 'vitest'
import { openCapturedMailer } from '../../../src/mail/captured-mailer.ts'
import { sessionIn } from '../../kit/answers.ts'
import { databaseWithoutTables, recordMigrations, testDatabase } from '../../kit/database.ts'
import { listen } from '../../kit/http.ts'
import { freshPlace, isAlive, runProgram, type Program } from '../../kit/process.ts'
import { ARRIVED, payAt } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

/** The service as a process: how it starts, stops, is killed, and runs as two processes. */

// Postgres needs a second to start, and many on a busy machine.
vi.setConfig({ testTimeout: 90_000 })

const cleanUps: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp()
})

async function place() {
  const fresh = await freshPlace()
  cleanUps.push(async () => {
    const postgres = await fresh.postgresPid()
    // The process still runs only when a test has failed. This test started it.
    if (postgres !== null && (await isAlive(postgres))) process.kill(postgres, 'SIGINT')
    await until('Postgres gone', async () => postgres === null || !(await isAlive(postgres)))
    await fresh.remove()
  })
  return fresh
}

function run(...given: Parameters<typeof runProgram>): Program {
  const program = runProgram(...given)
  cleanUps.push(async () => {
    program.signal('SIGKILL')
    await program.ended()
  })
  return program
}

it('ends with npm, which runs it through a shell, when npm gets the signal', async () => {
  const { url, variables } = await place()
  const home = fileURLToPath(new URL('../../..', import.meta.url))
  const npm = spawn('npm', ['run', '--prefix', home, 'web'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      ...variables,
      DATABASE_URL: 'postgres://nobody@127.0.0.1:9/away',
    },
    stdio: 'ignore',
    detached: true,
  })
  // The group still exists only when the test has failed.
  cleanUps.push(async () => {
    try {
      if (npm.pid) process.kill(-npm.pid, 'SIGKILL')
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  })
  const answers = () =>
    fetch(`${url}/healthz`).then(
      () => true,
      () => false,
    )
  await until('an answer', answers, 30_000)
  npm.kill('SIGTERM')
  const isGone = await until('no answer', async () => !(await answers()))
  expect(isGone).toBe(true)
})

const gift = (url: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/checkout-sessions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ amount: 500, currency: 'usd' }),
  })

const thankYou = async (url: string, id: string) => (await fetch(`${url}/thank-you?session_id=${id}`)).text()

it('keeps Postgres when a second process on the same data folder ends; on SIGTERM finishes running requests, accepts no new ones, stops Postgres and exits with 0', async () => {
  const { url, variables, postgresPid } = await place()
  // Holds requests until the test answers them. A client that gives up asks again and is answered then.
  const held: ServerResponse[] = []
  let answer: ((response: ServerResponse) => void) | null = null
  const slowStripe = await listen((request, response) => {
    if (request.method !== 'POST') response.end('{"object":"list","data":[],"has_more":false}') // the background sync
    else if (answer) answer(response)
    else held.push(response)
  })
  cleanUps.push(slowStripe.close)
  const program = run(['start'], {
    ...variables,
    STRIPE_SECRET_KEY: 'sk_test_slow',
    STRIPE_API_BASE: slowStripe.url,
    STRIPE_WEBHOOK_SECRET: 'whsec_for_this_test',
  })
  await program.says('All data is in')
  const postgres = (await postgresPid()) ?? 0
  expect(await isAlive(postgres)).toBe(true)
  const other = run(['migrate'], variables)
  await other.says('Nothing to migrate.')
  expect(await other.ended()).toBe(0)
  expect(await isAlive(postgres)).toBe(true)

  const inHand = gift(url)
  await until('the request at Stripe', () => held.length > 0)
  const signaledAt = Date.now()
  program.signal('SIGTERM')
  await until('no new connection', () =>
    fetch(`${url}/healthz`).then(
      () => false,
      () => true,
    ),
  )
  const expiresAt = Math.floor(Date.now() / 1000) + 3600
  const body = {
    object: 'checkout.session',
    id: 'cs_test_slow',
    url: 'https://checkout.example/',
    expires_at: expiresAt,
  }
  answer = (response) => response.setHeader('Content-Type', 'application/json').end(JSON.stringify(body))
  for (const response of held) answer(response)
  expect((await sessionIn(await inHand)).id).toBe('cs_test_slow')
  expect(await program.ended()).toBe(0)
  expect(Date.now() - signaledAt).toBeLessThan(10_000)
  expect(await isAlive(postgres)).toBe(false)
})

it('after SIGKILL takes over the orphaned Postgres and finds all data again; on a port that is taken says so and leaves no Postgres running', async () => {
  const { url, variables, postgresPid } = await place()
  const first = run(['start'], variables)
  await first.says('All data is in')
  expect(first.printed().split('\n')[0]).toContain(`${url}/demo`)
  const session = await sessionIn(await gift(url, { 'Idempotency-Key': 'before-the-crash' }))
  await payAt(session)
  await until('the money', async () => ARRIVED.test(await thankYou(url, session.id)))
  const postgres = (await postgresPid()) ?? 0
  first.signal('SIGKILL')
  expect(await first.ended()).toBe('SIGKILL')
  expect(await isAlive(postgres)).toBe(true)

  const second = run(['start'], variables)
  await second.says('All data is in')
  expect(await postgresPid()).toBe(postgres)
  expect(await thankYou(url, session.id)).toMatch(ARRIVED)
  const again = await sessionIn(await gift(url, { 'Idempotency-Key': 'before-the-crash' }))
  expect(again).toEqual(session)
  expect(await (await fetch(session.url)).text()).toContain('This payment has been made')
  // Under npm, Ctrl-C comes from the terminal and once more from npm.
  second.signal('SIGINT')
  await new Promise((resolve) => setTimeout(resolve, 20))
  second.signal('SIGINT')
  expect(await second.ended()).toBe(0)
  expect(await isAlive(postgres)).toBe(false)

  const squatter = await listen(() => undefined)
  cleanUps.push(squatter.close)
  const third = run(['start'], { ...variables, PORT: new URL(squatter.url).port })
  expect(await third.ended(20_000)).toBe(1)
  expect(third.printed()).toMatch(
    /^Port \d+ is taken by another program \(EADDRINUSE\).* set PORT to a free port\.\n$/,
  )
  expect(await postgresPid()).toBeNull()
})

it('runs as two processes on one database: the web process stores events and the worker applies them', async () => {
  const { url, variables, dataDir } = await place()
  const own = await testDatabase()
  cleanUps.push(own.drop)
  const shared = { ...variables, DATABASE_URL: own.url }
  const web = run(['web'], shared)
  await web.says('Reader donations is running')
  const session = await sessionIn(await gift(url))
  await payAt(session)
  const inbox = async () => (await (await fetch(`${url}/metrics`)).text()).match(/^inbox_depth (\d+)$/m)?.[1]
  await until('the events of a paid session', async () => Number(await inbox()) >= 3)
  // Nothing is booked without a worker; Stripe itself says that the session is paid.
  const beforeBooking = await thankYou(url, session.id)
  expect(beforeBooking).toContain('Thank you, it has gone through')
  expect(beforeBooking).toContain('We are writing your receipt')
  expect(beforeBooking).not.toMatch(ARRIVED)

  const worker = run(['worker'], { ...shared, LOG_LEVEL: 'info' })
  await worker.says('the worker is running')
  await until('the money', async () => ARRIVED.test(await thankYou(url, session.id)))
  const mails = openCapturedMailer(path.join(dataDir, 'mail'))
  await until('the mail', async () => (await mails.list()).length > 0)
  const admin = run(['admin', 'captured-mail'], shared)
  await admin.ended(30_000)
  expect(admin.printed()).toContain('ada@reader.example')

  // The commit wakes the worker, which would otherwise look again after some seconds.
  const second = await sessionIn(await gift(url))
  await payAt(second)
  await until('the money, soon', async () => ARRIVED.test(await thankYou(url, second.id)), 3_000)
  for (const half of [web, worker]) half.signal('SIGTERM')
  expect([await web.ended(), await worker.ended()]).toEqual([0, 0])
})

it.each([['start'], ['web'], ['worker'], ['migrate'], ['admin', 'create-staff', '--email', 'a@b.example']])(
  '%s refuses a database that an older version made, in one sentence',
  async (...command) => {
    const { variables } = await place()
    const old = await databaseWithoutTables()
    cleanUps.push(old.drop)
    await recordMigrations(old.database, '0001_immutability.ts', '0002_checkouts.ts')
    const program = run(command, { ...variables, DATABASE_URL: old.url })
    expect(await program.ended(30_000)).toBe(1)
    expect(program.printed()).toBe(
      'An older version of this service made the database (0001_immutability.ts), and this version cannot upgrade it: ' +
        'export what you need with the older version, then set DATA_DIR to a new folder or DATABASE_URL to an empty database.\n',
    )
  },
)
