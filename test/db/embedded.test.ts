import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openEmbeddedPostgres, type EmbeddedPostgres } from '../../src/db/embedded.ts'
import { isAlive } from '../kit/process.ts'
import { query } from '../kit/test-server.ts'

let folder: string
let postgres: EmbeddedPostgres
let pid: number
let client: pg.Client

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'reader-donations-embedded-'))
  await chmod(folder, 0o755) // Postgres runs as another user when the tests run as root
  postgres = await openEmbeddedPostgres(folder)
  const [row] = await query(postgres.url, 'show data_directory')
  pid = Number(
    (await readFile(path.join(String(row?.['data_directory']), 'postmaster.pid'), 'utf8')).split('\n')[0],
  )
  client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
})
afterEach(async () => {
  await client.end()
  if (await isAlive(pid)) await postgres.stop()
  await rm(folder, { recursive: true, force: true })
})

describe('stopping the embedded Postgres', () => {
  test('waits for connections that are closing, and has ended the server when it is done', async () => {
    const stopped = postgres.stop()
    // The server sees this connection first: a pool of ours reports its end before its connections are closed.
    await query(postgres.url, 'select pg_sleep(0.3)')
    await client.end()
    await stopped
    expect(await isAlive(pid)).toBe(false)
  })

  test('leaves the server to another process that stays connected', async () => {
    await postgres.stop()
    expect(await isAlive(pid)).toBe(true)
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })
})
