import { expect, test } from 'vitest'
import { notifier } from '../../src/db/notify.ts'
import type { Queryable } from '../../src/db/database.ts'

/** Statements that end when the test says so. */
function slowDatabase() {
  const statements: { end: () => void; fail: (error: Error) => void }[] = []
  const query = () =>
    new Promise((resolve, reject) => statements.push({ end: () => resolve({ rows: [] }), fail: reject }))
  return { db: { query } as unknown as Queryable, statements } // the notifier uses nothing else of it
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('sends one more notification for all calls that come while one is under way, and loses none', async () => {
  const { db, statements } = slowDatabase()
  const notify = notifier(db, 'inbox', () => expect.unreachable())
  for (let n = 0; n < 5; n += 1) notify()
  expect(statements).toHaveLength(1)
  notify()
  statements[0]?.end()
  await settled()
  expect(statements).toHaveLength(2)
  statements[1]?.end()
  await settled()
  expect(statements).toHaveLength(2)
  notify()
  expect(statements).toHaveLength(3)
})

test('reports a failed notification and sends the next one', async () => {
  const { db, statements } = slowDatabase()
  const reported: unknown[] = []
  const notify = notifier(db, 'inbox', (error) => reported.push(error))
  notify()
  const error = new Error('connection lost')
  statements[0]?.fail(error)
  await settled()
  expect(reported).toEqual([error])
  notify()
  expect(statements).toHaveLength(2)
})
