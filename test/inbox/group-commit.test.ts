import fc from 'fast-check'
import { expect, test } from 'vitest'
import { groupCommit, NotWritten } from '../../src/inbox/group-commit.ts'

const options = { isItemsFault: (error: unknown) => error instanceof RangeError, sizeOf: () => 1 }

/** A store whose writes end only when the test ends them. */
function slowStore() {
  const batches: number[][] = []
  const ends: (() => void)[] = []
  const write = async (items: readonly number[]) => {
    batches.push([...items])
    await new Promise<void>((resolve) => ends.push(resolve))
  }
  const endOne = async () => {
    ends.shift()?.()
    await new Promise(setImmediate)
  }
  return { batches, write, endOne, pending: () => ends.length }
}

test('writes an item at once while fewer than two writes run, and what arrives meanwhile together', async () => {
  const store = slowStore()
  const inbox = groupCommit(store.write, options)
  const all = [1, 2, 3, 4, 5].map((item) => inbox.add(item))
  expect(store.batches).toEqual([[1], [2]])
  expect(inbox.depth()).toBe(3)
  await store.endOne()
  expect(store.batches).toEqual([[1], [2], [3, 4, 5]])
  while (store.pending() > 0) await store.endOne()
  await Promise.all(all)
})

test('resolves an item only after its own write has ended', async () => {
  const store = slowStore()
  const inbox = groupCommit(store.write, options)
  let answered = false
  const done = inbox.add(1).then(() => (answered = true))
  await new Promise(setImmediate)
  expect(answered).toBe(false)
  await store.endOne()
  await done
  expect(answered).toBe(true)
})

test('rejects only the items that the store refuses, whatever else shares their batch', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.nat(1000), { minLength: 1, maxLength: 30 }),
      fc.func(fc.boolean()),
      async (items, isRefused) => {
        const written: number[] = []
        const inbox = groupCommit<number>(async (batch) => {
          await Promise.resolve()
          if (batch.some((item) => isRefused(item))) throw new RangeError('refused')
          written.push(...batch)
        }, options)
        const results = await Promise.allSettled(items.map((item) => inbox.add(item)))
        expect(items.map((item) => !isRefused(item))).toEqual(
          results.map(({ status }) => status === 'fulfilled'),
        )
        expect(written.toSorted()).toEqual(items.filter((item) => !isRefused(item)).toSorted())
      },
    ),
  )
})

test('rejects every item of a batch after one try when the store cannot be reached', async () => {
  let tries = 0
  const inbox = groupCommit<number>(async () => {
    tries += 1
    throw new Error('connection refused')
  }, options)
  const results = await Promise.allSettled([1, 2, 3, 4].map((item) => inbox.add(item)))
  expect(results.every(({ status }) => status === 'rejected')).toBe(true)
  expect(tries).toBeLessThanOrEqual(3)
})

test.each([
  ['items', { items: 3, bytes: 1_000, ms: 60_000 }],
  ['bytes', { items: 1_000, bytes: 3, ms: 60_000 }],
])(
  'refuses an item beyond its bound of %s at once, and takes items again when there is room',
  async (_, bounds) => {
    const store = slowStore()
    const inbox = groupCommit(store.write, { ...options, bounds })
    const taken = [1, 2, 3].map((item) => inbox.add(item))
    await expect(inbox.add(4)).rejects.toThrow(NotWritten)
    await store.endOne()
    const later = inbox.add(5)
    while (store.pending() > 0) await store.endOne()
    await Promise.all([...taken, later])
    expect(store.batches.flat()).toEqual([1, 2, 3, 5])
  },
)

test('rejects what is not written in time, does not write it later, and counts it once', async () => {
  const store = slowStore()
  const inbox = groupCommit(store.write, { ...options, bounds: { items: 4, bytes: 1_000, ms: 20 } })
  const late = await Promise.allSettled([1, 2, 3, 4].map((item) => inbox.add(item)))
  expect(late.map((result) => result.status === 'rejected' && result.reason)).toEqual(
    late.map(() => expect.any(NotWritten)),
  )
  // The writes of the first two are under way and may end well: nobody waits for them any more.
  expect(store.batches).toEqual([[1], [2]])
  while (store.pending() > 0) await store.endOne()
  expect(store.batches).toEqual([[1], [2]])
  const again = [5, 6, 7, 8].map((item) => inbox.add(item))
  while (store.pending() > 0) await store.endOne()
  await Promise.all(again)
  expect(store.batches.flat()).toEqual([1, 2, 5, 6, 7, 8])
})
