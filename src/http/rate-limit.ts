import { createHmac } from 'node:crypto'
import { isIP } from 'node:net'
import type { Middleware } from 'koa'
import type { Logger } from 'pino'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import type { Queryable } from '../db/database.ts'
import type { Callers } from './client-ip.ts'
import { isDatabaseAway, sqlState } from '../db/errors.ts'
import { Refusal } from './refusal.ts'

/** At most `points` requests in `seconds` seconds. */
export type RateLimit = { readonly points: number; readonly seconds: number }

export type RateLimiter = {
  /** Counts one request. @throws Refusal too_many_requests with the seconds to wait */
  take(key: string): Promise<void>
}

export type CountingLimiter = RateLimiter & {
  /**
   * Counts one request and refuses nothing.
   * @returns how many there were within the window, with this one, and how long to wait if those are too many; 0 while the
   * database is away
   */
  count(key: string): Promise<{ readonly tries: number; readonly waitMs: number | null }>
  /** Whether `count` would refuse without asking the database. */
  isRefused(key: string): boolean
}

export type ResettableLimiter = CountingLimiter & {
  /** Starts the count from nothing. */
  forget(key: string): Promise<void>
}

// One request passes several limiters, and each would wait for a table that is locked (55P03, 57014). Only that stops the
// counting: a flood that takes every connection must not.
const TABLE_IS_LOCKED = /^(55P03|57014)$/
const REST_MS = 5_000
const restsUntilMs = new WeakMap<Queryable, number>()

/**
 * Counts in the table `rate_limits`, so that several processes share one count. While the database is away it lets
 * every request pass: what it guards needs the database as well and answers with a clearer refusal (503). While the
 * table is locked it asks again only some seconds later.
 */
export function rateLimiter(deps: {
  readonly queries: Queryable
  /** Separates the limiters in the table: `checkout`. */
  readonly name: string
  readonly limit: RateLimit
  readonly log: Logger
}): ResettableLimiter {
  const limiter = new RateLimiterPostgres({
    storeClient: withPlainNumbers(deps.queries),
    storeType: 'client',
    tableName: 'rate_limits',
    tableCreated: true,
    keyPrefix: deps.name,
    points: deps.limit.points,
    duration: deps.limit.seconds,
  })
  // Once refused, a flood is counted in this process and no longer in the database.
  const blocked = blockedKeys()
  const refuse = (key: string, waitMs: number) => {
    blocked.block(key, waitMs)
    // Of a flood that is blocked in this process nobody knows the number.
    return { tries: deps.limit.points + 1, waitMs }
  }
  const count: CountingLimiter['count'] = async (key) => {
    const remainingMs = blocked.remainingMs(key)
    if (remainingMs > 0) return { tries: deps.limit.points + 1, waitMs: remainingMs }
    if (performance.now() < (restsUntilMs.get(deps.queries) ?? 0)) return { tries: 0, waitMs: null }
    try {
      const { consumedPoints, msBeforeNext } = await limiter.consume(key)
      if (consumedPoints >= deps.limit.points) blocked.block(key, msBeforeNext)
      return { tries: consumedPoints, waitMs: null }
    } catch (reason) {
      if (reason instanceof RateLimiterRes) return refuse(key, reason.msBeforeNext)
      if (!isDatabaseAway(reason)) throw reason
      if (TABLE_IS_LOCKED.test(sqlState(reason) ?? ''))
        restsUntilMs.set(deps.queries, performance.now() + REST_MS)
      deps.log.warn(
        { err: reason, limiter: deps.name },
        'a request was not counted because the database could not be asked',
      )
      return { tries: 0, waitMs: null }
    }
  }
  return {
    count,
    isRefused: (key) => blocked.remainingMs(key) > 0,
    async forget(key) {
      blocked.forget(key)
      await limiter.delete(key).catch((reason: unknown) => {
        // The count ends by itself.
        if (!isDatabaseAway(reason)) throw reason
      })
    },
    async take(key) {
      const { waitMs } = await count(key)
      if (waitMs !== null) throw tooManyTries(waitMs)
    },
  }
}

// Each limiter remembers so many refused callers, in about a megabyte. Those that it forgets for newer ones are counted in
// the database again: a flood from a million addresses costs queries, and no memory and no time to look through it.
const MOST_BLOCKED = 10_000

function blockedKeys() {
  const untilMs = new Map<string, number>()
  return {
    block(key: string, forMs: number): void {
      untilMs.delete(key)
      const [oldest] = untilMs.size < MOST_BLOCKED ? [] : untilMs.keys()
      if (oldest !== undefined) untilMs.delete(oldest)
      untilMs.set(key, performance.now() + forMs)
    },
    remainingMs(key: string): number {
      const remainingMs = (untilMs.get(key) ?? 0) - performance.now()
      if (remainingMs <= 0) untilMs.delete(key)
      return Math.max(0, remainingMs)
    },
    forget: (key: string) => void untilMs.delete(key),
  }
}

/** For routes where one address alone is limited; callers whom nothing sets apart are not: see `Callers`. */
export function limitByAddress(limiter: RateLimiter, callers: Callers, hashKey: string): Middleware {
  return async (ctx, next) => {
    const caller = callers.limitedAs(ctx.req)
    if (caller) await limiter.take(`${addressKey(caller.address, hashKey)}${caller.part}`)
    await next()
  }
}

/**
 * One key for each caller: an IPv4 address, or the /64 network that one IPv6 user controls.
 * A keyed hash: without the key, hashing all four billion IPv4 addresses would reveal the stored ones in minutes.
 */
export function addressKey(address: string, hashKey: string): string {
  return keyed(isIP(address) === 6 ? firstGroups(address, 4) : address, hashKey)
}

/** The same of the address's network: /24 of IPv4, /48 of IPv6, which is what one customer of a provider may get. */
export function networkKey(address: string, hashKey: string): string {
  const network = isIP(address) === 6 ? firstGroups(address, 3) : address.split('.').slice(0, 3).join('.')
  return keyed(`network ${network}`, hashKey)
}

function keyed(text: string, hashKey: string): string {
  return createHmac('sha256', hashKey).update(text).digest('base64url').slice(0, 22)
}

function firstGroups(address: string, count: number): string {
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const rest = tail ? tail.split(':') : []
  const zeros = tail === undefined ? 0 : 8 - groups.length - rest.length
  const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...rest]
  return all
    .slice(0, count)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

export function tooManyTries(waitMs: number): Refusal {
  return new Refusal('too_many_requests', 'Too many tries. Please wait a little and try again.', {
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
  })
}

/** The library subtracts `Date.now()` from its bigint column, so its queries read int8 as a number again. */
function withPlainNumbers(queries: Queryable) {
  const types = { getTypeParser: () => (text: string) => (/^\d+$/.test(text) ? Number(text) : text) }
  return {
    query: (query: { text: string; values?: unknown[]; name?: string }) => queries.query({ ...query, types }),
  }
}
