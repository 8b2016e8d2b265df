import fc from 'fast-check'
import { expect, test } from 'vitest'
import { groupCommit } from '../../src/inbox/group-commit.ts'

const itemsFault = (error: unknown) => error instanceof RangeError

/** A store whose writes end when the test says so. */
function slowStore(poison: (item: number) => boolean = () => false) {
  const batches: number[][] = []
  const ends: (() => void)[] = []
  const write = async (items: readonly number[]) => {
    batches.push([...items])
    await new Promise<void>((resolve) => ends.push(resolve))
    if (items.some((item) => poison(item))) throw new RangeError('poison')
  }
  const endOne = async () => {
    ends.shift()?.()
    await new Promise(setImmediate)
  }
  return { batches, write, endOne, pending: () => ends.length }
}

test('alone, an item is written at once; what comes while two writes run shares the next one', async () => {
  const store = slowStore()
  const inbox = groupCommit(store.write, itemsFault)
  const all = [1, 2, 3, 4, 5].map((item) => inbox.add(item))
  expect(store.batches).toEqual([[1], [2]])
  expect(inbox.depth()).toBe(3)
  await store.endOne()
  expect(store.batches).toEqual([[1], [2], [3, 4, 5]])
  while (store.pending() > 0) await store.endOne()
  await Promise.all(all)
})

test('an item is answered only after its own write has ended', async () => {
  const store = slowStore()
  const inbox = groupCommit(store.write, itemsFault)
  let answered = false
  const done = inbox.add(1).then(() => (answered = true))
  await new Promise(setImmediate)
  expect(answered).toBe(false)
  await store.endOne()
  await done
  expect(answered).toBe(true)
})

test('only the poisonous items are rejected, whatever else shares their batch', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.nat(1000), { minLength: 1, maxLength: 30 }),
      fc.func(fc.boolean()),
      async (items, poison) => {
        const written: number[] = []
        const inbox = groupCommit<number>(async (batch) => {
          await Promise.resolve()
          if (batch.some((item) => poison(item))) throw new RangeError('poison')
          written.push(...batch)
        }, itemsFault)
        const results = await Promise.allSettled(items.map((item) => inbox.add(item)))
        expect(items.map((item) => !poison(item))).toEqual(
          results.map(({ status }) => status === 'fulfilled'),
        )
        expect(written.toSorted()).toEqual(items.filter((item) => !poison(item)).toSorted())
      },
    ),
  )
})

test('when the store is away, every item of the batch is rejected after one try', async () => {
  let tries = 0
  const inbox = groupCommit<number>(async () => {
    tries += 1
    throw new Error('connection refused')
  }, itemsFault)
  const results = await Promise.allSettled([1, 2, 3, 4].map((item) => inbox.add(item)))
  expect(results.every(({ status }) => status === 'rejected')).toBe(true)
  expect(tries).toBeLessThanOrEqual(3)
})
