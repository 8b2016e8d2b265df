import type { Context } from 'koa'
import type { NoteRefusal } from '../../../access/audit/authentication-log.ts'
import type { LinkRequest } from '../../../access/sign-in/sign-in-link-store.ts'
import type { StaffId } from '../../../access/staff.ts'
import type { Callers } from '../../../http/client-ip.ts'
import { addressKey, networkKey, type RateLimit, type RateLimiter } from '../../../http/rate-limit.ts'
import { Refusal } from '../../../http/refusal.ts'

const SECONDS = 900

const LIMITS = {
  /** One address's requests for links: to one e-mail address, and in all. Many people of a newsroom share one address. */
  'sign-in': { points: 10, seconds: SECONDS },
  'sign-in-network': { points: 60, seconds: SECONDS },
  /** Links that are opened with the button. A link is too long to be guessed: this keeps a flood from the database. */
  'sign-in-link': { points: 30, seconds: SECONDS },
  'sign-in-link-network': { points: 120, seconds: SECONDS },
  /**
   * Codes for one account: at any time three of a million are right, so ten tries in a quarter of an hour find one in some
   * three hundred days. Only who has used a link can try at all, and passkeys are not counted, so that nobody shuts out
   * their owner.
   */
  'second-factor': { points: 10, seconds: SECONDS },
  'second-factor-address': { points: 40, seconds: SECONDS },
  /** Ways to the identity provider and back. */
  'sign-in-provider': { points: 60, seconds: SECONDS },
} as const satisfies Readonly<Record<string, RateLimit>>

export type LimitName = keyof typeof LIMITS

/** Each counts one try. @throws Refusal too_many_requests, which the authentication log records */
export type SignInLimits = {
  askForLink(ctx: Context, request: LinkRequest): Promise<void>
  openLink(ctx: Context): Promise<void>
  /** A code of an app, or a recovery code. */
  enterCode(ctx: Context, staffId: StaffId): Promise<void>
  answerWithPasskey(ctx: Context): Promise<void>
  useProvider(ctx: Context): Promise<void>
}

export function signInLimits(deps: {
  /** Makes the limiter of that name. */
  readonly limiter: (name: string, limit: RateLimit) => RateLimiter
  readonly callers: Callers
  readonly hashKey: string
  readonly noteRefusal: NoteRefusal
}): SignInLimits {
  const { limiter, callers, hashKey, noteRefusal } = deps
  // `Object.keys` loses the names of the limits.
  const names = Object.keys(LIMITS) as LimitName[]
  const limiters = new Map(names.map((name) => [name, limiter(name, LIMITS[name])]))

  async function take(name: LimitName, key: string, staffId: StaffId | null = null): Promise<void> {
    await limiters
      .get(name)
      ?.take(key)
      .catch((error: unknown) => {
        if (error instanceof Refusal) noteRefusal({ kind: 'refused_too_many_tries', staffId })
        throw error
      })
  }

  /** Behind a proxy that is not trusted everybody would share these counts. */
  async function takeByAddress(
    ctx: Context,
    { address, network }: { readonly address: LimitName; readonly network?: LimitName },
    staffId: StaffId | null = null,
  ): Promise<void> {
    const caller = callers.limitedAs(ctx.req)
    if (!caller) return
    await take(address, `address.${addressKey(caller.address, hashKey)}${caller.part}`, staffId)
    // A proxy's network says nothing of those who come through it.
    if (network && caller.part === '')
      await take(network, `network.${networkKey(caller.address, hashKey)}`, staffId)
  }

  return {
    async askForLink(ctx, { email, askedFrom }) {
      if (askedFrom === 'known_browser') return take('sign-in', `known.${addressKey(email, hashKey)}`)
      const network = addressKey(callers.addressOf(ctx.req), hashKey)
      if (callers.limitedAs(ctx.req)) await take('sign-in-network', `network.${network}`)
      await take('sign-in', `asked.${addressKey(`${network} ${email}`, hashKey)}`)
    },
    openLink: (ctx) => takeByAddress(ctx, { address: 'sign-in-link', network: 'sign-in-link-network' }),
    async enterCode(ctx, staffId) {
      await takeByAddress(ctx, { address: 'second-factor-address' }, staffId)
      await take('second-factor', `account.${staffId}`, staffId)
    },
    answerWithPasskey: (ctx) => takeByAddress(ctx, { address: 'second-factor-address' }),
    useProvider: (ctx) => takeByAddress(ctx, { address: 'sign-in-provider' }),
  }
}
