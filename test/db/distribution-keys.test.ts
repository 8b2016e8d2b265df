import { readFileSync } from 'node:fs'
import pg from 'pg'
import { pino } from 'pino'
import { expect, vi } from 'vitest'
import { aMail } from '../mail/mail-sample.ts'
import { processingTest as base } from '../kit/fixtures.ts'
import { cardGiftEvents } from '../kit/gift-events.ts'
import { applyAll, openCheckout, receive } from '../kit/processing.ts'
import { sendDue } from '../kit/send-due.ts'

const page = readFileSync(new URL('../../docs/scaling.md', import.meta.url), 'utf8')

/** The rows of the table below a heading of `docs/scaling.md`, without the table's own heading. */
function rowsBelow(heading: string): string[][] {
  const part = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  return part
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}
const codes = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

/** The column that each table would be spread by; null for a reference table, which every node has whole. */
const keys = new Map(
  rowsBelow('Keys of one site').flatMap(([key, tables]) =>
    codes(tables).map((table) => [table, codes(key)[0] ?? null] as const),
  ),
)
/** Statements that name no key, as the page admits. */
const admitted = rowsBelow('Statements that name no key').flatMap(([statement]) => codes(statement))

/** What is run for every gift: stored, applied and mailed, each named statement with its text. */
const test = base.extend('statements', { scope: 'file' }, async ({ pool }) => {
  const seen = new Map<string, string>()
  // The prototype's method is called below with the client that it belongs to.
  // oxlint-disable-next-line unbound-method
  const { query } = pg.Client.prototype
  const spy = vi.spyOn(pg.Client.prototype, 'query')
  spy.mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const [first] = args
    if (typeof first === 'object' && first !== null && 'name' in first && 'text' in first)
      if (typeof first.name === 'string') seen.set(first.name, String(first.text))
    return Reflect.apply(query, this, args)
  })
  try {
    for (const event of cardGiftEvents(await openCheckout(pool), 'lost')) {
      await receive(pool, event)
      await applyAll(pool)
    }
    await sendDue({
      store: pool,
      mailer: { send: () => Promise.resolve({ outcome: 'sent' }), close: () => undefined },
      compose: (_message, messageId) => Promise.resolve(aMail({ messageId })),
      clock: () => new Date(),
      log: pino({ level: 'silent' }),
      domain: 'news.example',
    })
  } finally {
    spy.mockRestore()
  }
  return seen
})

/** The spread tables of a statement of which it does not say on which node its rows are. */
function tablesWithoutKey(text: string): string[] {
  const inserted = new Map(
    [...text.matchAll(/insert into (\w+)(?: as \w+)? \(([^)]*)\)/g)].map(([, table = '', columns = '']) => [
      table,
      columns.split(',').map((column) => column.trim()),
    ]),
  )
  const named = new Set(
    [...text.matchAll(/\b(?:from|join|into|update) (\w+)/g)].map(([, table = '']) => table),
  )
  return [...named].filter((table) => {
    const key = keys.get(table)
    if (!key) return false
    if (inserted.get(table)?.includes(key)) return false
    // Of two conditions only one of which names the key, neither leads to one node.
    if (/\bor\b/.test(text)) return true
    return !new RegExp(`\\b${key}\\s*(=|in\\b)|=\\s*(\\w+\\.)?${key}\\b`).test(text)
  })
}

test('every table has one key or is a reference table, and no key is a column that the table lacks', async ({
  pool,
}) => {
  const { rows } = await pool.query<{ name: string; columns: string[] }>(
    `select t.table_name as name, array_agg(c.column_name::text) as columns
     from information_schema.tables t join information_schema.columns c using (table_schema, table_name)
     where t.table_schema = current_schema() and t.table_name !~ '^knex_' group by 1`,
  )
  const listed = rowsBelow('Keys of one site').flatMap(([, tables]) => codes(tables))
  expect(listed.toSorted()).toEqual(rows.map(({ name }) => name).toSorted())
  const lacking = rows.filter(({ name, columns }) => {
    const key = keys.get(name)
    return typeof key === 'string' && !columns.includes(key)
  })
  expect(lacking).toEqual([])
})

test('every statement of storing, applying and mailing a gift names its key, except those that the page admits', ({
  statements,
}) => {
  expect(statements.size).toBeGreaterThan(25)
  const without = [...statements].filter(([, text]) => tablesWithoutKey(text).length > 0)
  expect(without.map(([name]) => name).toSorted()).toEqual(admitted.toSorted())
})

test('no statement names a schema, so that each stays on the node of its site', ({ statements }) => {
  const schema = /\b(?:from|join|into|update) (?:public|pg_\w+|\w+)\.\w+/
  expect([...statements].filter(([, text]) => schema.test(text)).map(([name]) => name)).toEqual([])
})
