import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrationSettings } from '../../src/db/database.ts'
import { databaseWithoutTables, type TestDatabase } from '../kit/database.ts'
import { ADDED, CHANGED, REMOVED, RENAMED, RENAMED_IN } from './baseline-differences.ts'
import { readSchemaCatalogue, type SchemaCatalogue } from './schema-catalogue.ts'

/** The baseline makes the schema that the first twenty migrations made, but for the differences that are listed. */
let db: TestDatabase
let before: SchemaCatalogue
let now: SchemaCatalogue
beforeAll(async () => {
  db = await databaseWithoutTables()
  await db.database.knex.migrate.up({ ...migrationSettings, name: '0001_baseline.ts' })
  const fixture = await readFile(new URL('fixtures/schema-before-baseline.json', import.meta.url), 'utf8')
  before = JSON.parse(fixture) as SchemaCatalogue // written by readSchemaCatalogue
  now = await readSchemaCatalogue(db.database.pool)
})
afterAll(() => db.drop())

const used = new Set<string>()

function rename(text: string, renames: Readonly<Record<string, string>> = {}): string {
  return Object.entries(renames).reduce((result, [old, word]) => {
    const pattern = new RegExp(`\\b${old}\\b`, 'g')
    if (pattern.test(result)) used.add(`${old} → ${word}`)
    return result.replace(pattern, word)
  }, text)
}

/** An entry under its new names. `column receipts.year` and `table receipts` are entries of receipts. */
function renamed([key, value]: readonly [string, string]): readonly [string, string] {
  const entry = rename(`${key}\n${value}`, RENAMED)
  const [, owner = ''] = entry.replace(/^comment on /, '').split(/[ .\n]/, 2)
  const [newKey = '', newValue = ''] = rename(entry, RENAMED_IN[owner]).split('\n')
  return [newKey, newValue]
}

const isComment = (key: string) => key.startsWith('comment on ')
const withoutComments = (entries: readonly (readonly [string, string])[]) =>
  Object.fromEntries(entries.filter(([key]) => !isComment(key)))

test('the schema is the one of the first twenty migrations, but for the listed differences', () => {
  const kept = Object.entries(before)
    .map(renamed)
    .filter(([key]) => !REMOVED.includes(key))
  expect(withoutComments(Object.entries(now))).toEqual({ ...withoutComments(kept), ...ADDED, ...CHANGED })
})

test('what had a comment has one still', () => {
  const commented = Object.entries(before)
    .map(([key, value]) => renamed([key, value])[0])
    .filter((key) => isComment(key) && !REMOVED.includes(key))
  expect(commented.length).toBeGreaterThan(20)
  expect(commented.filter((key) => !(key in now))).toEqual([])
})

test('every listed difference is one', () => {
  const old = Object.fromEntries(Object.entries(before).map(renamed))
  const listed = [RENAMED, ...Object.values(RENAMED_IN)]
  const renames = listed.flatMap((words) => Object.entries(words).map(([from, to]) => `${from} → ${to}`))
  expect(renames.filter((one) => !used.has(one))).toEqual([])
  expect(Object.keys(ADDED).filter((key) => key in old)).toEqual([])
  expect(Object.entries(CHANGED).filter(([key, value]) => !(key in old) || old[key] === value)).toEqual([])
  expect(REMOVED.filter((key) => !(key in old) || key in now)).toEqual([])
})
