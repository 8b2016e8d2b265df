import { randomBytes } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { openTestServer, query, withDatabase } from '../kit/test-server.ts'
import { rehearsalOptions, USAGE, type Options } from './options.ts'
import { rehearse } from './rehearsal.ts'
import { reportOf } from './report.ts'
import { serve } from './serve.ts'

const say = (text: string): void => void process.stdout.write(text)

/** @returns whether the tables agree with the script */
async function main(options: Options): Promise<boolean> {
  const { seed, donations, months, port } = options
  const server = await openTestServer()
  const name = `rd_rehearsal_${randomBytes(6).toString('hex')}`
  await query(server.url, `create database ${name}`)
  const databaseUrl = withDatabase(server.url, name)
  const database = openDatabase({
    url: databaseUrl,
    log: pino({ level: 'silent' }),
    applicationName: 'rehearsal',
  })
  try {
    await migrate(database.knex)
    say(`Rehearsal of seed ${seed}: at least ${donations} gifts in ${months} months\n`)
    const startedAt = performance.now()
    const visible = options.serve
      ? { port, mailFolder: await mkdtemp(path.join(tmpdir(), 'reader-donations-rehearsal-')) }
      : {}
    const played = await rehearse({
      seed,
      donations,
      months,
      database,
      ...visible,
      onMonth: (month) => say(`  ${month} is closed\n`),
    })
    say(reportOf(played))
    say(`played in ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`)
    if (options.serve) await serve(played.service, databaseUrl, say)
    await played.service.close()
    return played.differences.length === 0
  } finally {
    await database.close()
    await query(server.url, `drop database if exists ${name} with (force)`)
    await server.stop()
  }
}

try {
  if (!(await main(rehearsalOptions(process.argv.slice(2))))) process.exitCode = 1
} catch (error) {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(error instanceof TypeError ? `${error.message}\n${USAGE}` : `${stack}\n`)
  process.exitCode = 1
}
