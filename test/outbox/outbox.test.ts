import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { messageId, nextAttempt } from '../../src/outbox/outbox.ts'

const now = new Date('2026-11-23T22:00:00Z')
const delayMin = (attempts: number) => {
  const next = nextAttempt(attempts, now)
  return next === null ? null : (next.getTime() - now.getTime()) / 60_000
}

describe('trying again', () => {
  it('waits a minute, then twice as long each time, six hours at most', () => {
    expect([1, 2, 3, 4, 9, 10, 15].map(delayMin)).toEqual([1, 2, 4, 8, 256, 360, 360])
  })

  it('gives up after about three days', () => {
    let tries = 1
    let at: Date | null = now
    let last = now
    for (; (at = nextAttempt(tries, last)) !== null; tries++) last = at
    const days = (last.getTime() - now.getTime()) / 86_400_000
    expect(days).toBeGreaterThan(2.5)
    expect(days).toBeLessThan(3.5)
  })

  it('is always later than now, whatever the count', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), (n) => {
        expect(delayMin(n) ?? 1).toBeGreaterThan(0)
      }),
    )
  })
})

describe('Message-IDs', () => {
  it('come from the key alone', () => {
    expect(messageId('receipt.2026-000123', 'news.example')).toBe('<receipt.2026-000123@news.example>')
  })

  it.each(['', 'a\r\nBcc: x', 'a>b', 'a..b', 'a@b', '.a'])('are not made from "%s"', (key) => {
    expect(() => messageId(key, 'news.example')).toThrow('message key')
  })

  it('need a plain domain', () => {
    expect(() => messageId('a', 'news.example>\r\n')).toThrow('domain')
  })
})
