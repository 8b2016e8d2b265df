import type { Middleware } from 'koa'
import { Router } from '@koa/router'
import type pg from 'pg'
import type { Config } from '../../../config/config.ts'
import { inTransaction } from '../../../db/database.ts'
import { donorAccess } from '../../../donors/donor-link-store.ts'
import { formBody } from '../../../http/body.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { consentTextIn } from '../../../newsletter/consent.ts'
import { subscribeOwner, unsubscribe } from '../../../newsletter/manage-subscription.ts'
import type { TextFor } from '../../../text/text.ts'
import { readerLanguage } from '../reader-language.ts'

/** A donor changes on their own page whether the newsletter comes. The mailed link that opened it is the confirmation. */
export function myNewsletterRouter(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: { readonly name: string }
  readonly newsletter: NonNullable<Config['newsletter']>
  readonly textFor: TextFor
  readonly limitActs: Middleware
}): Router {
  const { pool, clock, newsroom, textFor } = deps
  return new Router().post(
    '/my/:token/newsletter',
    sameOriginOnly(deps.publicUrl),
    deps.limitActs,
    async (ctx) => {
      const token = ctx.params['token'] ?? ''
      const access = await donorAccess(pool, token, clock())
      const fields = await formBody(ctx)
      const at = clock()
      const wish = fields.get('wish')
      // What the page showed: its language is a field of the form.
      const { text } = readerLanguage(ctx, textFor, fields.get('lang'), access?.locale ?? null)
      const email = access?.email ?? null
      let done = ''
      if (email !== null && wish === 'unsubscribe') {
        await inTransaction(pool, (tx) => unsubscribe(tx, email, { because: 'my', at }))
        done = '?done=unsubscribed'
      }
      if (email !== null && wish === 'subscribe' && fields.get('agree') === 'yes') {
        const asked = { ...consentTextIn(text, newsroom.name), email }
        const hasTool = 'key' in deps.newsletter.tool
        await inTransaction(pool, (tx) => subscribeOwner(tx, asked, { at, hasTool }))
        done = '?done=subscribed'
      }
      // A link that opens nothing any more is answered there.
      ctx.status = 303
      ctx.set('Cache-Control', 'private, no-store')
      ctx.redirect(`/my/${token}${done}`)
    },
  )
}
