import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { loopsInTurn } from '../src/worker-loop.ts'

const log = pino({ level: 'silent' })

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Two loops that look in turn, and who has looked. The first finds something as long as it is not released. */
function twoLoops() {
  const looked: string[] = []
  const first = Promise.withResolvers<boolean>()
  const start = loopsInTurn(log)
  const loops = [
    start('first', () => {
      looked.push('first')
      return first.promise
    }),
    start('second', async () => {
      looked.push('second')
      return false
    }),
  ]
  const stop = () => Promise.all(loops.map((loop) => loop.stop()))
  return { looked, first, loops, stop }
}

test('loops look for work one after the other', async () => {
  const { looked, first, stop } = twoLoops()
  await vi.advanceTimersByTimeAsync(499)
  expect(looked).toEqual(['first'])
  first.resolve(false)
  await vi.advanceTimersByTimeAsync(0)
  expect(looked).toEqual(['first', 'second'])
  await stop()
})

test('a loop that fails lets the next one look', async () => {
  const { looked, first, stop } = twoLoops()
  first.reject(new Error('the database is away'))
  await vi.advanceTimersByTimeAsync(0)
  expect(looked).toEqual(['first', 'second'])
  await stop()
})

test('a loop that finds much to do keeps the others waiting for half a second and no longer', async () => {
  const { looked, first, stop } = twoLoops()
  await vi.advanceTimersByTimeAsync(500)
  expect(looked).toEqual(['first', 'second'])
  first.resolve(false)
  await stop()
})

test('a loop that is stopped before its turn never looks', async () => {
  const { looked, first, stop } = twoLoops()
  const stopped = stop()
  first.resolve(false)
  await stopped
  expect(looked).toEqual(['first'])
})
