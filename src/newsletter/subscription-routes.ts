import { Router } from '@koa/router'
import type { Context } from 'koa'
import type pg from 'pg'
import { z } from 'zod'
import { articleUrl } from '../checkout/article-url.ts'
import { jsonBody } from '../http/body.ts'
import { articleSites } from '../http/origin.ts'
import { parseOrRefuse } from '../http/parse.ts'
import type { TextFor } from '../text/text.ts'
import { askForNewsletter } from './ask-for-newsletter.ts'
import { typedAddress } from './consent.ts'

const NO_ADDRESS = 'must be an e-mail address'

const subscriptionWish = z.strictObject({
  email: z.string(NO_ADDRESS).transform((typed, context) => {
    const address = typedAddress(typed)
    if (address !== null) return address
    context.issues.push({ code: 'custom', message: NO_ADDRESS, input: typed })
    return z.NEVER
  }),
  agree: z.literal(true, 'must be true: the reader has ticked the box'),
  locale: z.string().nullish().catch(null),
  article: z.string().nullish().catch(null),
})

/**
 * `POST /newsletter/subscriptions`: `<reader-newsletter>` on article pages and programs of the newsroom's sites enter an address.
 * The answer is the same for an address that is subscribed and for one that is not.
 */
export function subscriptionRouter(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly newsroom: { readonly name: string }
  readonly allowedOrigins: readonly string[]
  readonly textFor: TextFor
  /** Counts a request for a subscription. @throws Refusal too_many_requests */
  readonly limitAsking: (ctx: Context, email: string) => Promise<void>
}): Router {
  const sites = articleSites(deps.allowedOrigins, 'This site may not ask for subscriptions here.')
  return new Router()
    .options('/newsletter/subscriptions', sites)
    .post('/newsletter/subscriptions', sites, async (ctx) => {
      const wish = parseOrRefuse(subscriptionWish, await jsonBody(ctx), 'The subscription is not valid.')
      await deps.limitAsking(ctx, wish.email)
      const article = articleUrl(wish.article ?? ctx.get('Referer'), deps.allowedOrigins)
      const asked = { email: wish.email, source: 'element', articleUrl: article } as const
      await askForNewsletter(deps, asked, deps.textFor(wish.locale ?? null))
      ctx.status = 202
      ctx.set('Cache-Control', 'no-store')
      ctx.body = {}
    })
}
