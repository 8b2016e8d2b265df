import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../kit/database.ts'
import { freePort } from '../kit/free-port.ts'
import { freshPlace, runProgram, type Program } from '../kit/process.ts'
import { selectAll } from '../kit/processing.ts'
import { payAt } from '../kit/service.ts'
import { askAt } from '../kit/two-sites.ts'
import { until } from '../kit/until.ts'

/** Two newsrooms whose web and worker halves are programs of their own, on one PostgreSQL. */

let place: Awaited<ReturnType<typeof freshPlace>>
let db: Awaited<ReturnType<typeof testDatabase>>
let variables: Record<string, string>
let programs: Program[] = []

beforeAll(async () => {
  place = await freshPlace()
  db = await testDatabase()
  const { PUBLIC_URL: _, ...others } = place.variables
  variables = {
    ...others,
    DATABASE_URL: db.url,
    SITES: 'herald,gazette',
    LOG_LEVEL: 'info',
    HERALD_PUBLIC_URL: `http://herald.localhost:${others.PORT}`,
    HERALD_NEWSROOM_NAME: 'The Harbour Herald',
    GAZETTE_PUBLIC_URL: `http://gazette.localhost:${others.PORT}`,
    GAZETTE_NEWSROOM_NAME: 'The Forest Gazette',
    GAZETTE_STRIPE_SANDBOX_PORT: String(await freePort()),
  }
  const migrate = runProgram(['migrate'], variables)
  if ((await migrate.ended(60_000)) !== 0) throw new Error(`Not migrated: ${migrate.printed()}`)
  const web = runProgram(['web'], variables)
  programs = [web]
  await until(
    'the web half',
    async () => {
      const answer = await askAt(Number(others.PORT), '127.0.0.1', '/readyz').catch(() => null)
      return answer?.status === 200
    },
    30_000,
  ).catch((error: unknown) => {
    throw new Error(`The web half is not ready: ${web.printed()}`, { cause: error })
  })
  const worker = runProgram(['worker'], variables)
  programs = [web, worker]
  await worker.says('the worker is running')
}, 90_000)
afterAll(async () => {
  for (const program of programs) program.signal('SIGKILL')
  await db?.drop()
  await place?.remove()
})

test('book each site’s gift in its own schema and mail its receipt, and stop in order', async () => {
  for (const site of ['herald', 'gazette']) {
    const asked = await askAt(
      Number(variables['PORT']),
      `${site}.localhost:${variables['PORT']}`,
      '/checkout-sessions',
      {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ amount: 500, currency: 'usd' }),
      },
    )
    expect(asked.status).toBe(201)
    const { url } = JSON.parse(asked.text) as { url: string } // checked by the status
    await payAt({ url }, { email: `${site}@reader.example` })
  }
  for (const site of ['herald', 'gazette']) {
    const [row] = await until(
      `the receipt of ${site}`,
      async () => {
        const found = await selectAll(
          db.database.pool,
          `select d.donor_email as email, r.number from ${site}.donations d join ${site}.receipts r on r.donation_id = d.id
            where exists (select from ${site}.outbox_messages where kind = 'receipt' and sent_at is not null)`,
        )
        return found.length > 0 ? found : null
      },
      20_000,
    )
    expect(row).toEqual({ email: `${site}@reader.example`, number: 1n })
  }
  for (const program of programs) program.signal('SIGTERM')
  expect(await Promise.all(programs.map((program) => program.ended()))).toEqual([0, 0])
}, 60_000)
