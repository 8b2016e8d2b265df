import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../../src/db/database.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { freePort } from '../../kit/free-port.ts'
import { freshPlace, runProgram, type Program } from '../../kit/process.ts'
import { selectAll } from '../../kit/processing.ts'
import { payAt } from '../../kit/service.ts'
import { askAt } from '../../kit/two-sites.ts'
import { until } from '../../kit/until.ts'

/**
 * Two newsrooms whose web and worker halves are programs of their own, on one PostgreSQL. Each signs in as a user who owns
 * its schema alone, made by what docs/sites.md tells the operator to run.
 */

const guide = readFileSync(new URL('../../../docs/sites.md', import.meta.url), 'utf8')
const [, recipe = ''] = /^## A user of the database for each site\n[^]*?```sql\n([^]*?)```/m.exec(guide) ?? []
// Users belong to the whole server, which may serve another run of the tests.
const mark = randomBytes(6).toString('hex')
const userOf = (site: string) => `${site}_${mark}`

/** Makes a site's user as the guide says. @returns the address of the database for that user */
async function makeUser({ url, database }: TestDatabase, site: string): Promise<string> {
  const ofUser = recipe.replaceAll(/\b(role|authorization) herald\b/g, `$1 ${userOf(site)}`)
  await database.pool.query(ofUser.replaceAll(/\bherald\b/g, site))
  const address = new URL(url)
  address.username = userOf(site)
  address.password = '…'
  return address.href
}

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
    HERALD_DATABASE_URL: await makeUser(db, 'herald'),
    GAZETTE_DATABASE_URL: await makeUser(db, 'gazette'),
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
  const made = await selectAll(
    db.database.pool,
    'select rolname as name from pg_roles where rolname like $1',
    `%${mark}`,
  )
  for (const { name } of made)
    await db.database.pool.query(`drop owned by ${String(name)} cascade; drop role ${String(name)}`)
  await db?.drop()
  await place?.remove()
})

test('each site’s user of the database sees no other site', async () => {
  const herald = openDatabase({
    url: variables['HERALD_DATABASE_URL'] ?? '',
    log: pino({ level: 'silent' }),
    applicationName: 'test',
  })
  onTestFinished(() => herald.close())
  await herald.pool.query('select from herald.donations')
  for (const sql of [
    'select from gazette.donations',
    'select from public.donations',
    'create table public.mine ()',
  ])
    await expect(herald.pool.query(sql)).rejects.toThrow('permission denied')
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
