import type { IncomingMessage } from 'node:http'
import type { Callers } from '../../http/client-ip.ts'
import { addressKey, tooManyTries, type RateLimit, type ResettableLimiter } from '../../http/rate-limit.ts'

/** Wrong tokens in a row from one address. */
export const WRONG_TOKENS: RateLimit = { points: 10, seconds: 60 }

/** So many addresses are remembered as blocked; beyond that, the database's count refuses them at their next wrong token. */
const MOST_BLOCKED = 10_000

export type WrongTokens = {
  /** @throws Refusal too_many_requests while the address is blocked, whatever token it shows now */
  refuseBlocked(request: IncomingMessage): void
  /** @throws Refusal too_many_requests when these were too many */
  countWrong(request: IncomingMessage): Promise<void>
  /** A right token ends the row. */
  forgetWrong(request: IncomingMessage): Promise<void>
}

/**
 * Blocks an address that shows one wrong token after the other. A token is too long to be guessed: this keeps a flood from
 * the database and lets a program with an old token be noticed. Callers whom nothing sets apart are not blocked.
 */
export function wrongTokenLimit(deps: {
  /** Makes the limiter of that name. */
  readonly limiter: (name: string, limit: RateLimit) => ResettableLimiter
  readonly callers: Callers
  readonly hashKey: string
}): WrongTokens {
  const { callers, hashKey } = deps
  const limiter = deps.limiter('wrong-token', WRONG_TOKENS)
  const blockedUntilMs = new Map<string, number>()
  /** Who has shown a wrong token to this process, so that a right one costs a query only after a wrong one. */
  const suspects = new Set<string>()

  function keyOf(request: IncomingMessage): string | null {
    const caller = callers.limitedAs(request)
    return caller && `${addressKey(caller.address, hashKey)}${caller.part}`
  }

  return {
    refuseBlocked(request) {
      const key = keyOf(request)
      const untilMs = key === null ? undefined : blockedUntilMs.get(key)
      if (key === null || untilMs === undefined) return
      const waitMs = untilMs - performance.now()
      if (waitMs > 0) throw tooManyTries(waitMs)
      blockedUntilMs.delete(key)
    },
    async countWrong(request) {
      const key = keyOf(request)
      if (key === null) return
      if (suspects.size >= MOST_BLOCKED) suspects.clear()
      suspects.add(key)
      const { waitMs } = await limiter.count(key)
      if (waitMs === null) return
      if (blockedUntilMs.size >= MOST_BLOCKED) blockedUntilMs.clear()
      blockedUntilMs.set(key, performance.now() + waitMs)
      throw tooManyTries(waitMs)
    },
    async forgetWrong(request) {
      const key = keyOf(request)
      if (key === null || !suspects.delete(key)) return
      await limiter.forget(key)
    },
  }
}
