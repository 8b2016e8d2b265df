import { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressKey, rateLimiter } from '../../src/http/rate-limit.ts'
import { Refusal } from '../../src/http/refusal.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { keptLog } from '../kit/log.ts'

let test: TestDatabase

beforeAll(async () => {
  test = await testDatabase()
})

afterAll(() => test.drop())

const limit = { points: 3, seconds: 60 }
const limiterNamed = (name: string, log = keptLog().log) =>
  rateLimiter({ queries: test.database.pool, name, limit, log })

describe('rate limits', () => {
  it('refuse a caller beyond the limit, say how long to wait, and leave other callers alone', async () => {
    const limiter = limiterNamed('one')
    for (let n = 0; n < limit.points; n++) await limiter.take('a')
    const refusal = await limiter.take('a').catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(Refusal)
    expect(refusal).toMatchObject({ kind: 'too_many_requests' })
    const wait = refusal instanceof Refusal ? refusal.retryAfterSeconds : null
    expect(wait).toBeGreaterThan(50)
    expect(wait).toBeLessThanOrEqual(60)
    await limiter.take('b')
  })

  it('are shared by all processes', async () => {
    const processes = [limiterNamed('shared'), limiterNamed('shared')]
    const takes = Array.from({ length: 10 }, (_, n) => processes[n % 2]?.take('a'))
    const results = await Promise.allSettled(takes)
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(limit.points)
  })

  it('start again when their time is over', async () => {
    const limiter = limiterNamed('over')
    await limiter.take('a')
    await test.database
      .knex('rate_limits')
      .where('key', 'over:a')
      .update({ points: 3, expire: Date.now() - 1 })
    await expect(limiter.take('a')).resolves.toBeUndefined()
  })

  it('ask the database no more for a caller that is refused, and remember a bounded number of them', async () => {
    let asked = 0
    const query = async () => {
      asked += 1
      return { rows: [{ points: limit.points + 1, expire: Date.now() + 60_000 }] }
    }
    const queries = { query } as unknown as Pool // the limiter uses nothing else of it
    const limiter = rateLimiter({ queries, name: 'many', limit, log: keptLog().log })
    const waits = async (key: string) => ((await limiter.count(key)).waitMs ?? 0) > 0
    const callers = Array.from({ length: 10_001 }, (_, n) => `caller ${n}`)
    for (const caller of callers) expect(await waits(caller)).toBe(true)
    expect(asked).toBe(10_001)
    // The newest are remembered, the oldest is not.
    expect([await waits('caller 10000'), await waits('caller 1'), asked]).toEqual([true, true, 10_001])
    expect([await waits('caller 0'), asked]).toEqual([true, 10_002])
    await limiter.forget('caller 10000')
    expect([await waits('caller 10000'), asked]).toEqual([true, 10_004])
  })

  it('let requests pass while the database is away, and log a warning', async () => {
    const away = new Pool({ connectionString: 'postgres://x@127.0.0.1:1/x' })
    const kept = keptLog()
    await rateLimiter({ queries: away, name: 'away', limit, log: kept.log }).take('a')
    expect(kept.text()).toContain('not counted')
    await away.end()
  })

  it.each([
    ['do not wait one after the other while their table is locked', { code: '55P03' }, 1],
    ['go on counting while every connection is taken', {}, 3],
  ])('%s', async (_, fields, times) => {
    let asked = 0
    const query = async () => {
      asked += 1
      throw Object.assign(new Error('timeout exceeded when trying to connect'), fields)
    }
    const queries = { query } as unknown as Pool // the limiters use nothing else of it
    const limiters = ['one', 'two', 'three'].map((name) =>
      rateLimiter({ queries, name, limit, log: keptLog().log }),
    )
    for (const limiter of limiters) await limiter.take('a')
    expect(asked).toBe(times)
  })
})

describe('address keys', () => {
  it('hide the address and cannot be computed without the key', () => {
    expect(addressKey('203.0.113.9', 'k1')).not.toContain('203')
    expect(addressKey('203.0.113.9', 'k1')).not.toBe(addressKey('203.0.113.9', 'k2'))
    expect(addressKey('203.0.113.9', 'k1')).not.toBe(addressKey('203.0.113.8', 'k1'))
  })

  it('count an IPv6 /64 network as one caller', () => {
    const keys = ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:0db8:0001:0002::'].map(
      (address) => addressKey(address, 'k'),
    )
    expect(new Set(keys).size).toBe(1)
    expect(addressKey('2001:db8:1:3::1', 'k')).not.toBe(keys[0])
    expect(addressKey('::1', 'k')).toBe(addressKey('0:0:0:0::2', 'k'))
  })
})
