import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Refusal } from '../../src/http/refusal.ts'
import { sessionPace } from '../../src/stripe/session-pace.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A pace whose calls note when they were made and for whom. */
function paced(options: Parameters<typeof sessionPace>[0] = {}) {
  const made: { readonly who: string; readonly atMs: number }[] = []
  const refused: string[] = []
  let counted = 0
  const pace = sessionPace({ ...options, onRefused: () => (counted += 1) })
  const ask = (who: string, tries: number) => {
    void pace(() => Promise.resolve(made.push({ who, atMs: Date.now() })), tries).catch((error: unknown) => {
      if (!(error instanceof Refusal && error.kind === 'overloaded' && error.retryAfterSeconds === 5))
        throw error
      refused.push(who)
    })
  }
  return { ask, made, refused, counted: () => counted }
}

describe('the pace of calls for sessions', () => {
  it('makes a call at once while there are few', async () => {
    const { ask, made } = paced()
    const startMs = Date.now()
    ask('reader', 1)
    await vi.advanceTimersByTimeAsync(0)
    expect(made).toEqual([{ who: 'reader', atMs: startMs }])
  })

  it('never makes more calls within a second than it may, however many ask', async () => {
    const { ask, made } = paced({ callsPerSecond: 20 })
    for (let n = 0; n < 364; n += 1) ask(`flood ${n}`, 1)
    await vi.advanceTimersByTimeAsync(2_500)
    for (let n = 0; n < 364; n += 1) ask(`second flood ${n}`, 1)
    await vi.advanceTimersByTimeAsync(20_000)
    const times = made.map(({ atMs }) => atMs)
    for (const start of times)
      expect(times.filter((time) => time >= start && time < start + 1_000).length).toBeLessThanOrEqual(20)
    expect(made.length).toBeGreaterThan(120)
  })

  it('lets a reader with few tries go before a flood that waits already', async () => {
    const { ask, made } = paced({ callsPerSecond: 10 })
    for (let n = 0; n < 40; n += 1) ask('flood', 30)
    await vi.advanceTimersByTimeAsync(1_050)
    ask('reader', 1)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(made.slice(0, 25).map(({ who }) => who)).toContain('reader')
  })

  it('refuses the one with the most tries when more wait than can have their turn in time', async () => {
    const { ask, made, refused, counted } = paced({ callsPerSecond: 10 })
    for (let n = 0; n < 60; n += 1) ask(`flood ${n}`, 30)
    ask('reader', 1)
    ask('worse', 31)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(made.map(({ who }) => who)).toContain('reader')
    expect(refused).toContain('worse')
    expect(refused).toContain('flood 59')
    expect(made.length + refused.length).toBe(62)
    expect(counted()).toBe(refused.length)
  })

  it('refuses a call whose turn does not come within the longest wait', async () => {
    const { ask, made, refused } = paced({ callsPerSecond: 1 })
    ask('suspect', 9)
    ask('suspect', 9)
    for (let n = 0; n < 10; n += 1) {
      await vi.advanceTimersByTimeAsync(1_000)
      ask('reader', 1)
    }
    expect(made.filter(({ who }) => who === 'suspect')).toHaveLength(2 - refused.length)
    expect(made.filter(({ who }) => who === 'reader').length).toBeGreaterThanOrEqual(8)
  })

  it('goes on after a call that fails', async () => {
    const pace = sessionPace()
    await expect(pace(() => Promise.reject(new Error('no')), 1)).rejects.toThrow('no')
    expect(await pace(() => Promise.resolve('yes'), 1)).toBe('yes')
  })
})
