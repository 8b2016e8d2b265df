import type { Middleware } from 'koa'
import type { Callers } from './client-ip.ts'
import type { OperatorWarnings } from './operator-warnings.ts'

// One caller may pretend to be a proxy. When this share of the recent requests does, it is one.
const MANY = 0.5
const WEIGHT_OF_ONE = 0.02

/** Warns when readers come through a proxy that is not trusted, so that all of them seem to have one address. */
export function warnOfUntrustedProxies(callers: Callers, { warn }: OperatorWarnings): Middleware {
  let publicShare = 0
  return (ctx, next) => {
    const proxy = callers.untrustedProxy(ctx.req)
    publicShare += WEIGHT_OF_ONE * ((proxy?.network === 'public' ? 1 : 0) - publicShare)
    // A proxy that only asks whether this process is alive names nobody, and rightly so.
    if (ctx.method === 'POST' && callers.readerIsNotNamed(ctx.req))
      warn(
        'proxy_is_not_trusted',
        'A proxy that TRUSTED_PROXIES names sends no X-Forwarded-For, so all readers seem to be one and no limit by address ' +
          'applies. Let it add that header.',
      )
    else if (proxy?.network === 'private')
      warn(
        'proxy_is_not_trusted',
        `Requests come through a proxy at ${proxy.address} that TRUSTED_PROXIES does not name, so all readers seem to be one ` +
          'and no limit by address applies. Add it to TRUSTED_PROXIES.',
      )
    else if (publicShare > MANY)
      warn(
        'proxy_is_not_trusted',
        'Most requests come through proxies that TRUSTED_PROXIES does not name, so readers share the limits of the proxies. ' +
          'Add the ranges of your provider to TRUSTED_PROXIES.',
      )
    return next()
  }
}

/** Warns that the clocks differ, by the seconds that ours is ahead of Stripe's; negative: behind. */
export const warnOfClock =
  ({ warn }: OperatorWarnings) =>
  (secondsAhead: number): void => {
    const direction = secondsAhead > 0 ? 'ahead of' : 'behind'
    warn(
      'clock_is_wrong',
      `A webhook that Stripe signed was refused because this machine's clock is ${Math.abs(secondsAhead)} seconds ` +
        `${direction} the signature. The clock is probably wrong: set it by NTP. Stripe sends the event again.`,
    )
  }

/** A checkout's page closes, a link ends and a mail is due by one clock or the other: a minute does no harm. */
const DATABASE_TOLERANCE_SECONDS = 60

/** Warns when our clock is ahead of the database's by more than a minute; negative: behind. */
export function warnOfDatabaseClock({ warn }: OperatorWarnings, secondsAhead: number): void {
  const seconds = Math.round(secondsAhead)
  if (Math.abs(seconds) <= DATABASE_TOLERANCE_SECONDS) return
  warn(
    'database_clock_differs',
    `This machine's clock is ${Math.abs(seconds)} seconds ${seconds > 0 ? 'ahead of' : 'behind'} the database's. ` +
      'Set both by NTP: webhooks are refused, links end and mails are due at the wrong time when a clock is wrong.',
  )
}
