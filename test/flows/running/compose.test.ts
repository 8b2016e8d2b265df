import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { load, YAML11_SCHEMA } from 'js-yaml'
import { Client } from 'pg'
import { afterAll, expect, inject, test, vi } from 'vitest'
import { z } from 'zod'
import { openCapturedMailer } from '../../../src/mail/captured-mailer.ts'
import { startSandbox } from '../../../src/stripe-sandbox/sandbox.ts'
import { sessionIn } from '../../kit/answers.ts'
import { freePort } from '../../kit/free-port.ts'
import { freshPlace, runProgram, type Program } from '../../kit/process.ts'
import { ARRIVED, payAt } from '../../kit/service.ts'
import { query } from '../../kit/test-server.ts'
import { until } from '../../kit/until.ts'

/**
 * compose.yaml without Docker: its commands, in its order, with its variables and its users of the database. Of what an
 * operator fills in, Stripe, mail and addresses are those of this machine, so it is development instead of production.
 */

vi.setConfig({ testTimeout: 90_000 })

// Users belong to the whole server, so those of the file get names that nobody else has.
const mark = `rd_${randomBytes(6).toString('hex')}`
const text = readFileSync(new URL('../../../compose.yaml', import.meta.url), 'utf8').replaceAll(
  'reader_donations',
  mark,
)
const variables = z.record(z.string(), z.string())
const file = z
  .object({
    services: z.record(
      z.string(),
      z.object({
        command: z.array(z.string()).optional(),
        environment: variables,
        deploy: z.object({ replicas: z.number() }).default({ replicas: 1 }),
        depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
      }),
    ),
  })
  .parse(load(text, { schema: YAML11_SCHEMA }))

/** What stands in `.env` beside compose.yaml, as docs/deploy/README.md says. */
const SECRETS: Readonly<Record<string, string>> = {
  POSTGRES_PASSWORD: randomBytes(32).toString('hex'),
  SERVICE_PASSWORD: randomBytes(32).toString('hex'),
  SITE: 'localhost',
}
const server = new URL(inject('databaseServerUrl'))

function environmentOf(name: string): Record<string, string> {
  const entries = Object.entries(file.services[name]?.environment ?? {})
  return Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      value
        .replaceAll(/\$\{(\w+)(?::[-?][^}]*)?\}/g, (_, secret: string) => SECRETS[secret] ?? '')
        .replace('@postgres:5432', `@${server.host}`),
    ]),
  )
}

const cleanUps: (() => unknown)[] = []
afterAll(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp()
})

test('compose.yaml takes a gift from an empty database to a mailed receipt, as a user with few rights', async () => {
  const place = await freshPlace()
  cleanUps.push(place.remove)
  // What the image of PostgreSQL does at its first start.
  const postgres = environmentOf('postgres')
  const { POSTGRES_USER: owner = '', POSTGRES_DB: db = '', POSTGRES_PASSWORD: password = '' } = postgres
  await query(server.href, `create role ${owner} superuser login password '${password}'`)
  await query(server.href, `create database ${db} owner ${owner}`)
  cleanUps.push(async () => {
    await query(server.href, `drop database ${db} with (force)`)
    for (const user of [owner, `${mark}_app`]) await query(server.href, `drop role if exists ${user}`)
  })

  const ports = [await freePort(), await freePort()]
  const urls = ports.map((port) => `http://127.0.0.1:${port}`)
  const [first = '', second = ''] = urls
  const webhookSecret = 'whsec_known_to_the_tests_only'
  const sandbox = await startSandbox({
    host: '127.0.0.1',
    port: await freePort(),
    webhookSecret,
    webhookUrl: `${second}/webhooks/stripe`,
    journalFile: path.join(place.dataDir, 'stripe-sandbox.jsonl'),
    clock: () => new Date(),
    log: () => undefined,
  })
  cleanUps.push(() => sandbox.close())
  const operators = {
    PUBLIC_URL: first,
    DATA_DIR: place.dataDir,
    LOG_LEVEL: 'warn',
    STRIPE_SECRET_KEY: 'sk_test_offline',
    STRIPE_API_BASE: sandbox.url,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    ALLOWED_ORIGINS: 'https://courier.example',
  }
  const run = (name: string, extra: Record<string, string> = {}, command?: readonly string[]): Program => {
    const given = command ?? file.services[name]?.command ?? []
    const program = runProgram(given, { ...operators, ...environmentOf(name), ...extra })
    cleanUps.push(async () => {
      program.signal('SIGKILL')
      await program.ended()
    })
    return program
  }

  // Each service starts when those that it depends on are as far as the file says.
  const started = new Map<string, Program[]>()
  const start = async (name: string): Promise<Program[]> => {
    const { depends_on: needed = {}, deploy, command } = file.services[name] ?? {}
    for (const [other, { condition }] of Object.entries(needed)) {
      const programs = started.get(other) ?? (await start(other))
      if (condition !== 'service_completed_successfully') continue
      for (const program of programs)
        if ((await program.ended(60_000)) !== 0) throw new Error(program.printed())
    }
    const programs = command
      ? Array.from({ length: deploy?.replicas ?? 1 }, (_, at) => run(name, { PORT: String(ports[at] ?? 0) }))
      : []
    started.set(name, programs)
    return programs
  }
  for (const name of ['caddy', 'worker']) await start(name)
  expect([...started].map(([name, programs]) => [name, programs.length])).toEqual([
    ['postgres', 0],
    ['migrate', 1],
    ['web', 2],
    ['caddy', 0],
    ['worker', 2],
  ])
  // Beside what runs: what the operator does next, and an update, which runs the same command once more.
  const staff = run('web', {}, ['admin', 'create-staff', '--email', 'you@news.example', '--role', 'admin'])
  const again = run('migrate')
  for (const url of urls)
    await until(
      `${url} is ready`,
      () =>
        fetch(`${url}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        ),
      60_000,
    )

  expect([await staff.ended(30_000), staff.printed()]).toEqual([
    0,
    expect.stringContaining('/finance/sign-in/'),
  ])

  const asked = await fetch(`${first}/checkout-sessions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ amount: 500, currency: 'usd' }),
  })
  const session = await sessionIn(asked)
  await payAt(session)
  const page = await until('the thank-you page knows of the money', async () => {
    const shown = await (await fetch(`${second}/thank-you?session_id=${session.id}`)).text()
    return ARRIVED.test(shown) ? shown : null
  })
  const receipt = /href="[^"]*(\/receipts\/[^"]+)"/.exec(page)?.[1] ?? ''
  expect((await fetch(`${first}${receipt}.pdf`)).status).toBe(200)
  const mails = openCapturedMailer(path.join(place.dataDir, 'mail'))
  await until('the receipt is mailed', async () =>
    (await mails.list()).some(({ mail }) => mail.to.includes('ada@reader.example')) ? true : null,
  )

  expect([await again.ended(30_000), again.printed()]).toEqual([0, 'Nothing to migrate.\n'])
  const client = new Client({ connectionString: environmentOf('worker')['DATABASE_URL'] })
  await client.connect()
  cleanUps.push(() => client.end())
  expect((await client.query('select current_user as name')).rows).toEqual([{ name: `${mark}_app` }])
  for (const sql of ['update ledger_entries set account = account', 'drop table donations'])
    await expect(client.query(sql)).rejects.toThrow(/permission denied|must be owner/)
})
