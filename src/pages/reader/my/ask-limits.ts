import type { Context } from 'koa'
import type { Callers } from '../../../http/client-ip.ts'
import { addressKey, type RateLimit, type RateLimiter } from '../../../http/rate-limit.ts'

const SECONDS = 900
/** As staff's sign-in links: one network's requests to one address, and in all. */
const TO_ONE_ADDRESS: RateLimit = { points: 10, seconds: SECONDS }
const OF_ONE_NETWORK: RateLimit = { points: 60, seconds: SECONDS }

/**
 * Counts a request for a mailed link. Only who asks too often is refused: the count is of the network that asks, so nobody uses up
 * somebody else's. How many mails one address gets is decided when they are composed.
 * @throws Refusal too_many_requests
 */
export function askLimits(deps: {
  readonly limiter: (name: string, limit: RateLimit) => RateLimiter
  readonly callers: Callers
  readonly hashKey: string
  /** Separates the counts of one page from those of another. */
  readonly name: string
}): (ctx: Context, email: string) => Promise<void> {
  const { callers, hashKey, name } = deps
  const ofNetwork = deps.limiter(`${name}-network`, OF_ONE_NETWORK)
  const toAddress = deps.limiter(`${name}-address`, TO_ONE_ADDRESS)
  return async (ctx, email) => {
    const network = addressKey(callers.addressOf(ctx.req), hashKey)
    // Behind a proxy that is not trusted everybody would share this count.
    if (callers.limitedAs(ctx.req)) await ofNetwork.take(network)
    await toAddress.take(addressKey(`${network} ${email.toLowerCase()}`, hashKey))
  }
}
