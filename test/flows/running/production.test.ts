import { request } from 'node:http'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { freePort } from '../../kit/free-port.ts'
import { freshPlace, runProgram } from '../../kit/process.ts'
import { startTestService } from '../../kit/service.ts'

/**
 * In production nothing falls back, and nothing of the stand-ins is even loaded. Only a trial, on the embedded database,
 * lets everybody in.
 */

const HOOK = fileURLToPath(new URL('../../kit/record-modules.ts', import.meta.url))
const DEMANDED =
  `PUBLIC_URL DATABASE_URL STRIPE_SECRET_KEY STRIPE_WEBHOOK_SECRET SMTP_URL ALLOWED_ORIGINS TRUSTED_PROXIES SESSION_SECRET
  NEWSROOM_NAME NEWSROOM_ADDRESS NEWSROOM_EMAIL NEWSROOM_TIMEZONE NEWSROOM_LEGAL_STATUS`.split(/\s+/)

// Whole processes are started here, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 60_000 })

let folder: string
let own: TestDatabase

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'reader-donations-production-'))
  own = await testDatabase()
})
afterAll(async () => {
  await own?.drop()
  await rm(folder, { recursive: true, force: true })
})

it.each([['start'], ['web'], ['worker'], ['migrate']])(
  '%s with nothing set names everything that is missing',
  async (command) => {
    const program = runProgram([command], { NODE_ENV: 'production', DATA_DIR: folder })
    expect(await program.ended()).toBe(1)
    const named = [...program.printed().matchAll(/^ {2}([A-Z_]+): is missing$/gm)].map(([, name]) => name)
    expect(named.toSorted()).toEqual(DEMANDED.toSorted())
  },
)

it('lists every malformed variable at once and repeats no value', async () => {
  const wrong = {
    PUBLIC_URL: 'http://plain.example',
    DATABASE_URL: 'mysql://admin:hunter2@db.example/x',
    STRIPE_SECRET_KEY: 'pk_live_hunter2',
    STRIPE_WEBHOOK_SECRET: 'undefined',
    SMTP_URL: 'hunter2',
    ALLOWED_ORIGINS: 'https://news.example/path',
    SESSION_SECRET: 'hunter2',
    NEWSROOM_EMAIL: 'hunter2',
    NEWSROOM_TIMEZONE: 'Mars/Base',
    NEWSROOM_LEGAL_STATUS: 'charity',
    TRUSTED_PROXIES: 'everyone',
    PORT: 'hunter2',
  }
  const program = runProgram(['start'], { NODE_ENV: 'production', ...wrong })
  expect(await program.ended()).toBe(1)
  const lines = program.printed()
  for (const name of Object.keys(wrong).filter((one) => one !== 'NEWSROOM_LEGAL_STATUS'))
    expect(lines).toContain(`${name}: `)
  expect(lines).toContain('NEWSROOM_TAX_ID: is missing')
  expect(lines).toContain('NEWSROOM_NAME: is missing')
  expect(lines).not.toMatch(/hunter2|Mars|plain\.example/)
})

async function loadedBy(name: string, variables: Record<string, string>, says: string) {
  const record = path.join(folder, `${name}.txt`)
  const port = await freePort()
  const program = runProgram(
    ['start'],
    {
      PORT: String(port),
      HOST: '127.0.0.1',
      DATA_DIR: folder,
      RECORD_MODULES: record,
      ...variables,
    },
    ['--import', HOOK],
  )
  await program.says(says)
  const answers = await Promise.all(
    ['/healthz', '/demo', '/dev/mail', '/'].map((at) =>
      fetch(`http://127.0.0.1:${port}${at}`, { redirect: 'manual' }),
    ),
  )
  program.signal('SIGTERM')
  expect(await program.ended()).toBe(0)
  const modules = await readFile(record, 'utf8')
  expect(modules).toMatch(/\/src\/app\.ts$/m)
  return { modules, statuses: answers.map(({ status }) => status), printed: program.printed() }
}

const STAND_INS = /\/(stripe-sandbox\/|db\/embedded)/

it('never loads the offline Stripe or the embedded Postgres in production, and has no demo pages', async () => {
  const { modules, statuses, printed } = await loadedBy(
    'production',
    {
      NODE_ENV: 'production',
      DATABASE_URL: own.url,
      PUBLIC_URL: 'https://give.courier.example',
      STRIPE_SECRET_KEY: 'sk_test_hunter2',
      STRIPE_TEST_MODE: 'true',
      STRIPE_WEBHOOK_SECRET: 'whsec_hunter2Jd7fQ0xWm2Kp9sLe',
      SMTP_URL: 'smtp://user:hunter2@127.0.0.1:9',
      ALLOWED_ORIGINS: 'https://courier.example',
      TRUSTED_PROXIES: 'none',
      SESSION_SECRET: 'hunter2kT3vQ9xLw0Rz7mNc5Yb1Hf8Js2Pd6Ga4',
      NEWSROOM_NAME: 'The Test Courier',
      NEWSROOM_ADDRESS: '1 Test Lane',
      NEWSROOM_EMAIL: 'desk@courier.example',
      NEWSROOM_TIMEZONE: 'Europe/Berlin',
      NEWSROOM_LEGAL_STATUS: 'for_profit',
    },
    'Reader donations at https://give.courier.example',
  )
  expect(modules).not.toMatch(STAND_INS)
  expect(statuses).toEqual([200, 404, 404, 404])
  expect(printed).not.toContain('hunter2')
  expect(printed).toContain('THIS IS A TEST')
})

it('has no demo, no administrator and no page of captured mail in development on a database of its own', async () => {
  const sandboxPort = String(await freePort())
  const { modules, statuses, printed } = await loadedBy(
    'development',
    { STRIPE_SANDBOX_PORT: sandboxPort, DATABASE_URL: own.url },
    'Ctrl-C',
  )
  expect(modules).toMatch(/\/src\/stripe-sandbox\/sandbox\.ts$/m)
  expect(modules).not.toMatch(/\/db\/embedded\.ts$/m)
  expect(statuses).toEqual([200, 404, 404, 404])
  expect(printed).not.toContain('/finance/sign-in/')
  expect(printed).toContain('captured-mail')
  const { rows } = await own.database.pool.query('select email from staff')
  expect(rows).toEqual([])
})

it('has them all in a trial, which shows that the tests above can see them', async () => {
  const place = await freshPlace()
  const { PORT: _, ...variables } = place.variables
  const { modules, statuses, printed } = await loadedBy('trial', variables, 'Ctrl-C')
  await place.remove()
  expect(modules).toMatch(/\/src\/stripe-sandbox\/sandbox\.ts$/m)
  expect(modules).toMatch(/\/src\/db\/embedded\.ts$/m)
  expect(statuses).toEqual([200, 200, 200, 302])
  expect(printed).toContain('/finance/sign-in/')
})

it('shows the pages of a trial only to this machine', async () => {
  const trial = await startTestService({}, { trial: true })
  onTestFinished(() => trial.stop())
  // A tunnel, and a site that points its own name at 127.0.0.1, send that name.
  const statusFor = (at: string, host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      request(`${trial.url}${at}`, { headers: { Host: host } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })
  for (const at of ['/demo', '/dev/mail']) {
    expect([at, await statusFor(at, 'evil.example')]).toEqual([at, 404])
    expect([at, await statusFor(at, '127.0.0.1.evil.example:80')]).toEqual([at, 404])
    for (const host of ['localhost:3000', '127.0.0.1', '[::1]:3000'])
      expect([at, host, await statusFor(at, host)]).toEqual([at, host, 200])
  }
  expect(await statusFor('/healthz', 'evil.example')).toBe(200)
})
