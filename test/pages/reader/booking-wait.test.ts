import { describe, expect, it, vi } from 'vitest'
import { bookingWait } from '../../../src/pages/reader/thank-you/booking-wait.ts'

const nobodyLeft = new AbortController().signal

/** How long a wait took, in tenths of its longest time, at most ten. */
async function tenths(wait: Promise<void>, longestMs: number): Promise<number> {
  const began = performance.now()
  await wait
  return Math.floor(((performance.now() - began) / longestMs) * 10)
}

describe('waiting for a booking', () => {
  it('ends as soon as the outcome is recorded', async () => {
    const booked = new Set<string>()
    const { until } = bookingWait({ recorded: async () => booked, everyMs: 5, longestMs: 60_000 })
    const waiting = until('cs_1', nobodyLeft)
    booked.add('cs_1')
    await expect(waiting).resolves.toBeUndefined()
  })

  it('ends when the time is over', async () => {
    const { until } = bookingWait({ recorded: async () => new Set(), everyMs: 5, longestMs: 50 })
    expect(await tenths(until('cs_1', nobodyLeft), 50)).toBeGreaterThanOrEqual(9)
  })

  it('asks one question for all who wait, and none while nobody waits', async () => {
    const asked: (readonly string[])[] = []
    const booked = new Set<string>()
    const recorded = async (ids: readonly string[]) => {
      asked.push(ids)
      if (asked.length === 3) for (const id of ids) booked.add(id)
      return booked
    }
    const { until } = bookingWait({ recorded, everyMs: 5, longestMs: 60_000 })
    await Promise.all(['cs_1', 'cs_2', 'cs_1'].map((id) => until(id, nobodyLeft)))
    expect(asked).toEqual([
      ['cs_1', 'cs_2'],
      ['cs_1', 'cs_2'],
      ['cs_1', 'cs_2'],
    ])
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(asked).toHaveLength(3)
  })

  it('turns away whoever comes when the most wait already', async () => {
    const stop = new AbortController()
    const { until } = bookingWait({
      recorded: async () => new Set(),
      stopping: stop.signal,
      mostWaiting: 2,
      longestMs: 60_000,
    })
    const waiting = [until('cs_1', nobodyLeft), until('cs_2', nobodyLeft)]
    await until('cs_3', nobodyLeft)
    stop.abort()
    await expect(Promise.all(waiting)).resolves.toHaveLength(2)
  })

  it('lets a reader who leaves go, and makes room for another', async () => {
    const recorded = vi.fn<(ids: readonly string[]) => Promise<Set<string>>>(async () => new Set())
    const { until } = bookingWait({ recorded, mostWaiting: 1, everyMs: 5, longestMs: 60_000 })
    const reader = new AbortController()
    const waiting = until('cs_1', reader.signal)
    reader.abort()
    await waiting
    const next = new AbortController()
    let isOver = false
    const second = until('cs_2', next.signal).then(() => void (isOver = true))
    await vi.waitFor(() => expect(recorded).toHaveBeenCalledWith(['cs_2']))
    expect(isOver).toBe(false)
    next.abort()
    await second
  })

  it('ends for everybody when the service stops, and never begins afterwards', async () => {
    const stop = new AbortController()
    const { until } = bookingWait({
      recorded: async () => new Set(),
      stopping: stop.signal,
      longestMs: 60_000,
    })
    const waiting = until('cs_1', nobodyLeft)
    stop.abort()
    await expect(waiting).resolves.toBeUndefined()
    await expect(until('cs_2', nobodyLeft)).resolves.toBeUndefined()
  })

  it('ends for everybody when the database cannot be asked', async () => {
    const recorded = () => Promise.reject(new Error('away'))
    const { until } = bookingWait({ recorded, everyMs: 5, longestMs: 60_000 })
    const waiting = [until('cs_1', nobodyLeft), until('cs_2', nobodyLeft)]
    await expect(Promise.all(waiting)).resolves.toHaveLength(2)
  })
})
