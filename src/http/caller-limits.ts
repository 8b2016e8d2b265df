import type { IncomingMessage } from 'node:http'
import type { Logger } from 'pino'
import type { Callers } from './client-ip.ts'
import { addressKey, networkKey, tooManyTries, type RateLimit, type CountingLimiter } from './rate-limit.ts'

/** Why a checkout was refused: too many from one address, one network or everywhere, or too many at this moment. */
export type RefusalReason = 'address' | 'network' | 'all' | 'pace'

/**
 * How often a caller has asked within the window, with this request; null for a caller whom nothing sets apart from others
 * (behind a proxy that is not trusted, or while the database is away).
 */
export type Tries = { readonly address: number; readonly network: number } | null

export type CallerLimits = {
  /** A keyed hash of the address that asks. */
  callerOf(request: IncomingMessage): string
  /** Counts a request, before its body is read. @throws Refusal too_many_requests when its address or network has asked too often */
  count(request: IncomingMessage): Promise<Tries>
  /**
   * Counts a valid request among those of everybody. When everybody together asks too often, those who asked most are
   * refused, and a caller within a twentieth of the limits for one address and one network is served still.
   * @throws Refusal too_many_requests
   */
  admit(tries: Tries): Promise<void>
  /** One figure for how suspicious a caller is: the tries of its address, or its network's share of them if that is more. */
  suspicion(tries: Tries): number
}

const FAIR_SHARE = 1 / 20

/**
 * Limits in three circles, each with its own budget: an address (IPv4, or an IPv6 /64), its network (IPv4 /24, IPv6 /48),
 * and all of them. A budget for all that refused everybody would let fifty addresses shut out every reader.
 * @param limiter makes a limiter of that name
 * @param onRefused counts every refusal
 */
export function callerLimits(deps: {
  readonly limiter: (name: string, limit: RateLimit) => CountingLimiter
  readonly limits: { readonly byAddress: RateLimit; readonly byNetwork: RateLimit; readonly inAll: RateLimit }
  readonly callers: Callers
  readonly hashKey: string
  readonly onRefused: (reason: RefusalReason) => void
}): CallerLimits {
  const { limiter, limits, callers, hashKey, onRefused } = deps
  const limiters = {
    address: limiter('checkout', limits.byAddress),
    network: limiter('checkout-network', limits.byNetwork),
    all: limiter('checkouts', limits.inAll),
  }
  const shareOf = ({ points }: RateLimit) => Math.max(1, Math.floor(points * FAIR_SHARE))

  const take = async (reason: 'address' | 'network', key: string): Promise<number> => {
    const { tries, waitMs } = await limiters[reason].count(key)
    if (waitMs === null) return tries
    onRefused(reason)
    throw tooManyTries(waitMs)
  }

  return {
    callerOf: (request) => addressKey(callers.addressOf(request), hashKey),
    async count(request) {
      const caller = callers.limitedAs(request)
      if (!caller) return null
      const address = await take('address', `${addressKey(caller.address, hashKey)}${caller.part}`)
      // A proxy's network says nothing of those who come through it.
      const network = caller.part === '' ? await take('network', networkKey(caller.address, hashKey)) : 0
      return address === 0 ? null : { address, network }
    },
    async admit(tries) {
      const { waitMs } = await limiters.all.count('all')
      if (waitMs === null) return
      const isModest =
        tries !== null &&
        tries.address <= shareOf(limits.byAddress) &&
        tries.network <= shareOf(limits.byNetwork)
      if (isModest) return
      onRefused('all')
      throw tooManyTries(waitMs)
    },
    suspicion(tries) {
      if (!tries) return 1
      const ofNetwork = (tries.network * limits.byAddress.points) / limits.byNetwork.points
      return Math.max(tries.address, Math.ceil(ofNetwork))
    },
  }
}

const LOGGED_EVERY_MS = 60_000

/** Counts refusals in a metric, and says in the log once a minute at most how many there were. No address is logged. */
export function refusalNotice(deps: {
  readonly log: Logger
  readonly clock: () => Date
  readonly count: (reason: RefusalReason) => void
}): (reason: RefusalReason) => void {
  let loggedMs = -Infinity
  let refused: Partial<Record<RefusalReason, number>> = {}
  return (reason) => {
    deps.count(reason)
    refused = { ...refused, [reason]: (refused[reason] ?? 0) + 1 }
    const nowMs = deps.clock().getTime()
    if (nowMs - loggedMs < LOGGED_EVERY_MS) return
    loggedMs = nowMs
    deps.log.warn(
      { refused },
      'checkouts are refused because there are too many; this line comes once a minute at most',
    )
    refused = {}
  }
}
