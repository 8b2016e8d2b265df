import { readFile } from 'node:fs/promises'
import type { Knex } from 'knex'

/**
 * The schema of the first release, one file of SQL for each room. A table comes after those that it refers to. Released
 * databases were made by these files, so they never change: a later migration does.
 */
const ROOMS = [
  'evidence',
  'newsroom',
  'checkout',
  'inbox',
  'subscriptions',
  'donations',
  'refunds',
  'ledger',
  'receipts',
  'outbox',
  'settlement',
  'sync',
  'reconciliation',
  'access',
] as const

export async function up(knex: Knex): Promise<void> {
  for (const room of ROOMS)
    await knex.raw(await readFile(new URL(`0001_baseline/${room}.sql`, import.meta.url), 'utf8'))
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
