import type { IncomingMessage } from 'node:http'
import type { Logger } from 'pino'
import type { Callers } from '../http/client-ip.ts'
import {
  addressKey,
  networkKey,
  tooManyTries,
  type CountingLimiter,
  type RateLimit,
} from '../http/rate-limit.ts'
import type { ProtectionOutcome } from './protection-state.ts'
import type { Tries } from './protection-terms.ts'

/** Who asks, as far as it can be known, and how often. */
export type Caller = {
  readonly tries: Tries
  /** Others may have the same address: whoever comes through a proxy that is not trusted. */
  readonly isShared: boolean
  /** Those who share the address have asked too often for one reader. */
  readonly isBeyondShared: boolean
  /** A keyed hash of the network; null for a caller whom nothing sets apart. */
  readonly network: string | null
}

export type CallerLimits = {
  /** A keyed hash of the address that asks. */
  callerOf(request: IncomingMessage): string
  /**
   * Counts a request, before its body is read.
   * @param addressShare the share of the usual limit that an address has now
   * @throws Refusal too_many_requests when its address or network has asked too often
   */
  count(request: IncomingMessage, addressShare?: number): Promise<Caller>
  /** Counts a valid request among those of everybody. @returns how long to wait if those are too many, otherwise null */
  countAmongAll(): Promise<number | null>
  /** Whether a caller has asked no more than a tenth of the limits for one address and one network. */
  isModest(tries: Tries): boolean
  /** One figure for how suspicious a caller is: the tries of its address, or its network's share of them if that is more. */
  suspicion(tries: Tries): number
}

/** A gift takes two requests where a challenge is asked for: so three gifts of an address in production. */
const FAIR_SHARE = 1 / 10

/**
 * Limits in three circles, each with its own budget: an address (IPv4, or an IPv6 /64), its network (IPv4 /24, IPv6 /48),
 * and all of them. A budget for all that refused everybody would let fifty addresses shut out every reader. Readers who
 * share an address are never refused for it: beyond the limit each of them has to answer a challenge.
 * @param limiter makes a limiter of that name
 * @param onRefused counts every refusal
 */
export function callerLimits(deps: {
  readonly limiter: (name: string, limit: RateLimit) => CountingLimiter
  readonly limits: { readonly byAddress: RateLimit; readonly byNetwork: RateLimit; readonly inAll: RateLimit }
  readonly callers: Callers
  readonly hashKey: string
  readonly onRefused: (reason: 'address' | 'network') => void
}): CallerLimits {
  const { limiter, limits, callers, hashKey, onRefused } = deps
  const limiters = {
    address: limiter('checkout', limits.byAddress),
    network: limiter('checkout-network', limits.byNetwork),
    all: limiter('checkouts', limits.inAll),
  }
  const shareOf = ({ points }: RateLimit) => Math.max(1, Math.floor(points * FAIR_SHARE))
  const refuse = (reason: 'address' | 'network', waitMs: number): never => {
    onRefused(reason)
    throw tooManyTries(waitMs)
  }

  return {
    callerOf: (request) => addressKey(callers.addressOf(request), hashKey),
    async count(request, addressShare = 1) {
      const caller = callers.limitedAs(request)
      if (!caller) return { tries: null, isShared: true, isBeyondShared: false, network: null }
      const { isShared } = caller
      const ownKey = `${addressKey(caller.address, hashKey)}${caller.part}`
      const key = networkKey(caller.address, hashKey)
      // In quiet times both are counted at once, so that the reader waits once. An address that is refused counts for its
      // network at most once more: then that is known without asking.
      const isOneWait = !isShared && addressShare === 1 && !limiters.address.isRefused(ownKey)
      const [address, together] = await Promise.all([
        limiters.address.count(ownKey),
        isOneWait ? limiters.network.count(key) : null,
      ])
      const most = Math.max(2, Math.floor(limits.byAddress.points * addressShare))
      if (isShared) {
        const isBeyondShared = address.waitMs !== null || address.tries > most
        return { tries: { address: address.tries, network: 0 }, isShared, isBeyondShared, network: null }
      }
      if (address.waitMs !== null) refuse('address', address.waitMs)
      if (address.tries > most) refuse('address', limits.byAddress.seconds * 1000)
      const network = together ?? (await limiters.network.count(key))
      if (network.waitMs !== null) refuse('network', network.waitMs)
      const tries = address.tries === 0 ? null : { address: address.tries, network: network.tries }
      return { tries, isShared, isBeyondShared: false, network: key }
    },
    async countAmongAll() {
      return (await limiters.all.count('all')).waitMs
    },
    isModest: (tries) =>
      tries !== null &&
      tries.address <= shareOf(limits.byAddress) &&
      tries.network <= shareOf(limits.byNetwork),
    suspicion(tries) {
      if (!tries) return 1
      const ofNetwork = (tries.network * limits.byAddress.points) / limits.byNetwork.points
      return Math.max(tries.address, Math.ceil(ofNetwork))
    },
  }
}

const LOGGED_EVERY_MS = 60_000
/** A challenge is no refusal, and a right answer is none either. */
const REFUSALS: ReadonlySet<ProtectionOutcome> = new Set([
  'address',
  'network',
  'all',
  'pace',
  'wrong_answer',
  'waiting_refused',
  'unverifiable',
])

/** Says in the log once a minute at most how many checkouts were refused and why. No address is logged. */
export function refusalNotice(deps: {
  readonly log: Logger
  readonly clock: () => Date
}): (outcome: ProtectionOutcome) => void {
  let loggedMs = -Infinity
  let refused: Partial<Record<ProtectionOutcome, number>> = {}
  return (outcome) => {
    if (!REFUSALS.has(outcome)) return
    refused = { ...refused, [outcome]: (refused[outcome] ?? 0) + 1 }
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
