import { pino } from 'pino'
import type { Actor } from '../../src/access/actor.ts'
import type { AdminOutput } from '../../src/admin/admin.ts'
import type { AdminDeps } from '../../src/admin/command.ts'
import { processing, profile } from './processing.ts'
import { testKeys } from './keys.ts'
import type { TestDatabase } from './database.ts'

/** What commands work with, on a test's database and clock. */
export function adminDeps(db: TestDatabase, clock: () => Date): AdminDeps {
  return {
    database: db.database,
    databaseUrl: db.url,
    clock,
    operator: 'root',
    publicUrl: 'https://donations.example',
    newsroom: profile,
    writeOffApproval: 'none',
    expected: processing.expected,
    ownership: processing.ownership,
    keys: testKeys,
    capturedMails: null,
    log: pino({ level: 'silent' }),
    stripe: () => Promise.reject(new Error('this command does not speak to Stripe')),
  }
}

/** The exit code, and what was written where. */
export async function written(run: (output: AdminOutput) => Promise<number>) {
  let [out, err] = ['', '']
  const output = {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
  }
  return { code: await run(output), out, err }
}

/** Somebody who does what finance does, by a command. */
export function operator(name: string): Actor {
  return { kind: 'operator', name }
}
