import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freshPlace, runProgram, type Program } from '../../kit/process.ts'
import { query, withDatabase } from '../../kit/test-server.ts'
import { until } from '../../kit/until.ts'
import { ownPostgres, type OwnPostgres } from './postgres.ts'
import type { Way } from './ways.ts'

/** Takes what is to be printed, with its line breaks. */
type Say = (text: string) => void
type Place = Awaited<ReturnType<typeof freshPlace>>

/** What has to be the same after the restore, a line for each gift. */
const booksOf = async (url: string): Promise<string[]> =>
  (
    await query(
      url,
      `select d.payment_intent_id || ' ' || d.gross_minor || ' ' || d.currency || ' ' || r.number as line
       from donations d left join receipts r on r.donation_id = d.id order by 1`,
    )
  ).map(({ line }) => String(line))

const tokensIn = async (url: string): Promise<number> =>
  Number((await query(url, 'select count(*) as n from api_tokens'))[0]?.['n'])

async function give(url: string, gifts: number): Promise<void> {
  for (let number = 0; number < gifts; number += 1) {
    const asked = await fetch(`${url}/checkout-sessions`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ amount: 500 + number, currency: 'usd' }),
    })
    const session = (await asked.json()) as { url: string } // the service's own answer
    const shown = await (await fetch(session.url)).text()
    const attempt = /name="attempt" value="(\d+)"/.exec(shown)?.[1] ?? ''
    const form = { how: 'card', name: 'Ada Reader', email: 'ada@reader.example', attempt }
    await fetch(session.url, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' })
  }
}

async function admin(variables: Record<string, string>, ...command: readonly string[]): Promise<string> {
  const program = runProgram(['admin', ...command], variables)
  const code = await program.ended(120_000)
  if (code !== 0) throw new Error(`admin ${command.join(' ')} ended with ${code}:\n${program.printed()}`)
  return program.printed()
}

/** Rehearses one way. @returns whether everything is there again */
export async function rehearse(way: Way, gifts: number, say: Say): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), 'reader-donations-restore-'))
  const place = await freshPlace()
  const postgres = await ownPostgres(path.join(folder, 'postgres'))
  const variables = { ...place.variables, DATABASE_URL: postgres.url }
  let running: Program | null = null
  const startService = async (): Promise<void> => {
    running = runProgram(['start'], variables)
    await running.says('Ctrl-C stops the service')
  }
  const stopService = async (): Promise<void> => {
    running?.signal('SIGTERM')
    await running?.ended(20_000)
    running = null
  }
  try {
    return await play(way, gifts, { postgres, place, variables, startService, stopService, say })
  } finally {
    await stopService()
    await postgres.stop().catch(() => undefined)
    for (const used of [folder, place.dataDir]) await rm(used, { recursive: true, force: true })
  }
}

async function play(
  way: Way,
  gifts: number,
  parts: {
    readonly postgres: OwnPostgres
    readonly place: Place
    readonly variables: Record<string, string>
    startService(): Promise<void>
    stopService(): Promise<void>
    say: Say
  },
): Promise<boolean> {
  const { postgres, place, variables, startService, stopService, say } = parts
  const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const since = performance.now()
    const result = await work()
    say(`  ${((performance.now() - since) / 1000).toFixed(1).padStart(5)} s  ${what}\n`)
    return result
  }
  const receipts = (count: number) => () =>
    booksOf(postgres.url).then((books) => books.length === count && !books.includes('null') && books)

  say(`${way.name}: ${way.says}\n`)
  await postgres.initialise()
  await postgres.start()
  await query(withDatabase(postgres.url, 'postgres'), 'create database reader_donations')
  await startService()
  await give(place.url, gifts)
  await until('every gift booked', receipts(gifts), 60_000)
  await timed('backup', () => way.take(postgres))
  await give(place.url, gifts)
  await until('every gift booked', receipts(2 * gifts), 60_000)
  await admin(variables, 'create-token', '--name', 'made after the backup', '--role', 'viewer')
  const before = await booksOf(postgres.url)
  await way.beforeTheLoss?.(postgres)

  await postgres.destroy()
  await stopService()
  say('           the database is destroyed\n')
  await timed('restore', () => way.restore(postgres))
  const restored = await booksOf(postgres.url)
  say(`           ${restored.length} of ${before.length} gifts are in the backup\n`)
  await timed('start', startService)
  const caughtUp = await timed('catch up from Stripe (admin backfill)', () => admin(variables, 'backfill'))
  say(`           ${caughtUp.trim().split('\n').at(-1)}\n`)
  await until('every gift booked', async () => (await booksOf(postgres.url)).length === before.length, 60_000)
  await timed('verify (admin verify)', () => admin(variables, 'verify'))
  const after = await booksOf(postgres.url)
  const missing = before.filter((line) => !after.includes(line))
  for (const line of missing) say(`           missing or different: ${line}\n`)
  const keepsActs = (await tokensIn(postgres.url)) > 0
  say(
    `           ${after.length - missing.length} of ${before.length} gifts have their amounts and receipt numbers; `,
  )
  say(`what people did since the backup is ${keepsActs ? 'there' : 'lost'}\n`)
  return missing.length === 0 && after.length === before.length && keepsActs === way.losesNothing
}
