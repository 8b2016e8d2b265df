import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { deadlines, openDatabase, openPool } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { BYTE_ORDER_MARK, csvSql } from '../../src/exports/formats/csv-sql.ts'
import { makeExporter } from '../../src/exports/exporter.ts'
import { donationsFile } from '../../src/exports/files/donations-file.ts'
import { withValues } from '../../src/exports/formats/export-table.ts'
import { makeLogger } from '../../src/http/logger.ts'
import { shown, spreadOf, table } from './figures.ts'
import { cpuSecondsOfServer } from './process-cpu.ts'
import { temporaryServer } from './temporary-server.ts'

/*
 * All donations as CSV over HTTP, in turns with two bare `COPY … TO STDOUT` on one database: of the same rows, byte for byte what
 * the file holds, and of the stored columns behind the same joins, without a guard against formulas and without decimals.
 */

const GOAL = 0.9
const GOAL_MB = 30
const TIMEZONE = 'America/New_York'

export async function benchExports(
  {
    exportedDonations: count,
    exportRounds: rounds,
  }: { readonly exportedDonations: number; readonly exportRounds: number },
  say: (text: string) => void,
): Promise<void> {
  const server = await temporaryServer()
  const log = makeLogger({ level: 'silent' })
  const url = server.urlOf('postgres')
  const database = openDatabase({ url, log, applicationName: 'bench' })
  const exports = openPool({
    url,
    log,
    applicationName: 'bench exports',
    deadlines: deadlines.exports,
    connections: 2,
    pipeline: false,
  })
  const bare = new pg.Client({ connectionString: url })
  try {
    await bare.connect()
    await migrate(database.knex)
    await fill(server.run, count)
    const donations = donationsFile({}, TIMEZONE)
    const exporter = makeExporter({ exports, pool: database.pool, clock: () => new Date() })
    const http = createServer((_request, response) => {
      const request = {
        actor: { kind: 'service' },
        kind: 'donations',
        filters: {},
        holdsDonors: true,
      } as const
      void exporter.open(request, 'csv', () => donations).then((file) => file.pipe(response))
    })
    http.listen(0, '127.0.0.1')
    await once(http, 'listening')
    const { port } = http.address() as AddressInfo // it listens on TCP
    const ours = () => download(port)
    const raw = `copy (select ${RAW.join(', ')} ${withValues(donations.from, donations.values, pg.escapeLiteral)}) to stdout (format csv)`
    const same = withValues(csvSql(donations), donations.values, pg.escapeLiteral)
    await bareCopy(bare, raw)
    const bytes = { file: await ours(), copy: await bareCopy(bare, same) }
    if (bytes.file !== bytes.copy + Buffer.byteLength(BYTE_ORDER_MARK))
      throw new Error(`The file has ${bytes.file} bytes, and the COPY of the same rows ${bytes.copy}`)
    const idle = process.memoryUsage().rss
    const turn = turnsOn(server.postmasterPid)
    const figures = { ours: [] as Turn[], same: [] as Turn[], stored: [] as Turn[] }
    let peak = idle
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20)
    for (let round = 0; round < rounds; round += 1) {
      figures.stored.push(await turn(() => bareCopy(bare, raw)))
      figures.ours.push(await turn(ours))
      figures.same.push(await turn(() => bareCopy(bare, same)))
    }
    clearInterval(watch)
    http.close()
    const row = (name: string, turns: readonly Turn[]) => {
      const seconds = spreadOf(turns.map((one) => one.seconds))
      const perSecond = Math.round(count / seconds.median).toLocaleString('en')
      const cpu = spreadOf(turns.map((one) => one.postgresSeconds))
      return [name, shown(seconds, 2), perSecond, shown(cpu, 2)]
    }
    const ratio = (copies: readonly Turn[], of: (turn: Turn) => number) =>
      `${shown(spreadOf(copies.map((copy, round) => of(copy) / of(figures.ours[round] ?? copy))), 2)} ×`
    const ratios = (copies: readonly Turn[]) =>
      `${ratio(copies, ({ seconds }) => seconds)}, by PostgreSQL's processor time ${ratio(copies, ({ postgresSeconds }) => postgresSeconds)}`
    say(
      `\nExports: ${count.toLocaleString('en')} donations as CSV; the goal is ${GOAL} × the rate of a bare COPY of the same rows, within ${GOAL_MB} MB over idle\n\n${table(
        [
          ['', 's', 'donations/s', 'PostgreSQL CPU s'],
          row('bare COPY of the same rows', figures.same),
          row('bare COPY of stored columns', figures.stored),
          row('CSV over HTTP', figures.ours),
        ],
      )}  rate ${ratios(figures.same)} of the same rows\n  rate ${ratios(figures.stored)} of stored columns\n  ${((peak - idle) / 1_048_576).toFixed(0)} MB over idle\n`,
    )
  } finally {
    await bare.end()
    await exports.end()
    await database.close()
    await server.stop()
  }
}

/** What the list's joins give, as it is stored: a join of which nothing is shown would be left out by Postgres. */
const RAW = [
  'd.*',
  'r.year',
  'r.number',
  'r.voided',
  'b.settlement_currency',
  'b.fee_minor',
  'b.net_minor',
  'i.source',
  'i.external_id',
]

async function bareCopy(client: pg.Client, sql: string): Promise<number> {
  let bytes = 0
  for await (const chunk of client.query(copyTo(sql)) as AsyncIterable<Buffer>) bytes += chunk.length
  return bytes
}

async function download(port: number): Promise<number> {
  const [answer] = (await once(get({ port, host: '127.0.0.1' }), 'response')) as [IncomingMessage] // what Node emits
  let bytes = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) bytes += chunk.length
  return bytes
}

type Turn = { readonly seconds: number; readonly postgresSeconds: number }

/** On a busy machine, processor time says more than the clock. */
function turnsOn(postmasterPid: number) {
  return async (work: () => Promise<unknown>): Promise<Turn> => {
    const [from, cpuFrom] = [performance.now(), cpuSecondsOfServer(postmasterPid)]
    await work()
    return {
      seconds: (performance.now() - from) / 1000,
      postgresSeconds: cpuSecondsOfServer(postmasterPid) - cpuFrom,
    }
  }
}

async function fill(run: (sql: string) => Promise<unknown>, count: number): Promise<void> {
  await run(`insert into newsroom_profiles (in_force_from, name, address, email, timezone, legal_status, statement)
    values ('2020-01-01', 'Bench', 'Street 1', 'a@b.example', '${TIMEZONE}', 'for_profit', 'Thanks')`)
  await run(`insert into donations (id, payment_intent_id, currency, gross_minor, frequency, article_url, article_title, campaign_name,
      donor_name, donor_email, message, succeeded_at, succeeded_on)
    select gen_random_uuid(), 'pi_' || n, case when n % 10 = 0 then 'jpy' else 'usd' end, 100 + n % 5000, 'once',
      'https://courier.example/story-' || n % 300, 'The story number ' || n % 300, case when n % 3 = 0 then 'spring' end,
      'Reader ' || n % 50000, 'reader' || n % 50000 || '@reader.example', case when n % 5 = 0 then 'Keep it up, please' end,
      '2026-01-01'::timestamptz + n * interval '20 seconds', ('2026-01-01'::timestamptz + n * interval '20 seconds')::date
    from generate_series(1, ${count}) as n`)
  await run(`insert into receipts (year, number, token, donation_id, newsroom_profile_id, currency, gross_minor, given_on, issued_at)
    select 2026, row_number() over (order by succeeded_at), md5(id::text), id, 1, currency, gross_minor, succeeded_on, succeeded_at from donations`)
  await run(`insert into balance_transactions (id, type, reporting_category, currency, amount_minor, fee_minor, net_minor, created_at,
      available_on, source, clears, payment_intent_id, read_at)
    select 'txn_' || payment_intent_id, 'charge', 'charge', currency, gross_minor, 45, gross_minor - 45, succeeded_at, succeeded_at,
      'ch_' || payment_intent_id, payment_intent_id, payment_intent_id, succeeded_at from donations`)
  await run('vacuum analyze')
}
