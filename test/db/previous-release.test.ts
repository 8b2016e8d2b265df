import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrationSettings } from '../../src/db/database.ts'
import { databaseWithoutTables, type TestDatabase } from '../kit/database.ts'
import { readSchemaCatalogue, type SchemaCatalogue } from './schema-catalogue.ts'

/**
 * The code of the last release runs on the schema of this one, because nothing that it reads or writes has changed. Migrations
 * are kept for ever, so the schema of that release is made here from its own ones, in a clone without history, too.
 */

/** The last migration of release 0.2.0. Every release moves it to its own. */
const RELEASED = '0001_baseline.ts'

let db: TestDatabase
let before: SchemaCatalogue
let now: SchemaCatalogue
beforeAll(async () => {
  db = await databaseWithoutTables()
  const { knex, pool } = db.database
  await knex.migrate.up({ ...migrationSettings, name: RELEASED })
  before = await readSchemaCatalogue(pool)
  await knex.migrate.latest(migrationSettings)
  now = await readSchemaCatalogue(pool)
})
afterAll(() => db.drop())

const ofKind = (catalogue: SchemaCatalogue, kind: RegExp) =>
  Object.entries(catalogue).filter(([key]) => kind.test(key))
/** The table of `column receipts.year`. */
const tableIn = (key: string) => /^\w+ (\w+)\./.exec(key)?.[1] ?? ''
/** What this release adds to tables that the last one knew. */
const added = (kind: RegExp) =>
  ofKind(now, kind).filter(([key]) => !(key in before) && `table ${tableIn(key)}` in before)
const isNewColumn = (table: string, column: string) => {
  const key = `column ${table}.${column}`
  return key in now && !(key in before)
}
/** Whether a rule is about a column that the last release does not fill in. */
const concernsNewColumn = ([key, definition]: [string, string]) =>
  Array.from(definition.matchAll(/\b[a-z_]+\b/g)).some(([word]) => isNewColumn(tableIn(key), word))

test('every table and column of the last release is there, as it was', () => {
  const known = ofKind(before, /^(?:table|column) /)
  expect(known.length).toBeGreaterThan(150)
  const changed = known.filter(([key, definition]) => now[key] !== definition && !key.startsWith('table '))
  expect(changed).toEqual([])
  expect(known.filter(([key]) => !(key in now))).toEqual([])
})

test('a new column of a known table may be left out', () => {
  const needed = added(/^column /).filter(
    ([, definition]) => definition.includes('not null') && !/ default | generated /.test(definition),
  )
  expect(needed).toEqual([])
})

test('a closed set allows every word that the last release writes', () => {
  const wordsIn = (definition = '') =>
    new Set(Array.from(definition.matchAll(/'(\w+)'::text/g), ([, word]) => word))
  const sets = ofKind(before, /^constraint \w+\.\w+_is_known$/)
  expect(sets.length).toBeGreaterThan(5)
  const lost = sets.flatMap(([key, definition]) => {
    // A set that is gone allows every word.
    const allowed = key in now ? wordsIn(now[key]) : null
    return [...wordsIn(definition)]
      .filter((word) => allowed !== null && !allowed.has(word))
      .map((word) => `${key} ${word}`)
  })
  expect(lost).toEqual([])
})

test('no other rule of a known table has changed, and a new one is about new columns', () => {
  const changed = ofKind(before, /^constraint /).filter(
    ([key, definition]) => key in now && now[key] !== definition && !key.endsWith('_is_known'),
  )
  expect(changed).toEqual([])
  const stricter = [
    ...added(/^constraint /),
    ...added(/^index /).filter(([, made]) => /create unique/i.test(made)),
  ]
  expect(stricter.length).toBeGreaterThan(5)
  expect(stricter.filter((rule) => !concernsNewColumn(rule))).toEqual([])
})
