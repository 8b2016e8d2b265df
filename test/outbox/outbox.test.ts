import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { messageId, nextAttempt } from '../../src/outbox/outbox.ts'

const now = new Date('2026-11-23T22:00:00Z')
const delayMin = (attempts: number) => {
  const next = nextAttempt(attempts, now)
  return next === null ? null : (next.getTime() - now.getTime()) / 60_000
}

describe('the next try', () => {
  it('comes after a minute, then after twice the delay each time, and after six hours at most', () => {
    expect([1, 2, 3, 4, 9, 10, 15].map(delayMin)).toEqual([1, 2, 4, 8, 256, 360, 360])
  })

  it('is the last about three days after the first', () => {
    let tries = 1
    let at: Date | null = now
    let last = now
    for (; (at = nextAttempt(tries, last)) !== null; tries++) last = at
    const days = (last.getTime() - now.getTime()) / 86_400_000
    expect(days).toBeGreaterThan(2.5)
    expect(days).toBeLessThan(3.5)
  })

  it('is the last a day after the first when the address may not exist', () => {
    let tries = 1
    let last = now
    for (let at: Date | null = now; (at = nextAttempt(tries, last, true)) !== null; tries++) last = at
    const hours = (last.getTime() - now.getTime()) / 3_600_000
    expect(hours).toBeGreaterThan(24)
    expect(hours).toBeLessThan(30)
  })

  it('is always later than now, however many tries there were', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), (n) => {
        expect(delayMin(n) ?? 1).toBeGreaterThan(0)
      }),
    )
  })
})

describe('a Message-ID', () => {
  it('is made of the message key and the domain alone', () => {
    expect(messageId('receipt.2026-000123', 'news.example')).toBe('<receipt.2026-000123@news.example>')
  })

  it.each(['', 'a\r\nBcc: x', 'a>b', 'a..b', 'a@b', '.a'])('is not made from the key "%s"', (key) => {
    expect(() => messageId(key, 'news.example')).toThrow('message key')
  })

  it('is not made with a domain that has other characters than names of hosts', () => {
    expect(() => messageId('a', 'news.example>\r\n')).toThrow('domain')
  })
})
