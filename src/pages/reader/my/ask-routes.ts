import { randomUUID } from 'node:crypto'
import { Router } from '@koa/router'
import type { Context } from 'koa'
import type pg from 'pg'
import { inTransaction } from '../../../db/database.ts'
import { requestDonorLink } from '../../../donors/donor-link-store.ts'
import { formBody } from '../../../http/body.ts'
import { answerPrivately } from '../../../http/no-store.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import type { TextFor } from '../../../text/text.ts'
import { readerLanguage } from '../reader-language.ts'
import { askPage, sentPage } from './ask-view.ts'

/** Wide on purpose: donors typed their addresses at Stripe, and mail goes only to an address that is known. */
const ADDRESS = /^[^\s@]+@[^\s@]+$/
const LONGEST_ADDRESS = 254

/** The page on which a donor asks for the link to their own page. It answers the same for every address. */
export function askRouter(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroomName: string
  readonly textFor: TextFor
  /** Counts a request for a link. @throws Refusal too_many_requests */
  readonly limitAsking: (ctx: Context, email: string) => Promise<void>
}): Router {
  const { pool, clock, newsroomName, textFor } = deps
  return new Router()
    .get('/my', (ctx) => {
      const { text } = readerLanguage(ctx, textFor, langOf(ctx.query['lang']))
      const view = { text, newsroomName, email: '', hasProblem: false, isExpired: false }
      answerPrivately(ctx, askPage(view), 'html', 'strict-origin')
    })
    .post('/my', sameOriginOnly(deps.publicUrl), async (ctx) => {
      const fields = await formBody(ctx)
      const typed = (fields.get('email') ?? '').trim()
      const { text, locale } = readerLanguage(ctx, textFor, fields.get('lang'))
      if (typed.length > LONGEST_ADDRESS || !ADDRESS.test(typed)) {
        ctx.status = 400
        const view = { text, newsroomName, email: typed, hasProblem: true, isExpired: false }
        return answerPrivately(ctx, askPage(view), 'html', 'strict-origin')
      }
      await deps.limitAsking(ctx, typed)
      const request = { id: randomUUID(), email: typed, locale }
      await inTransaction(pool, (tx) => requestDonorLink(tx, request, clock()))
      answerPrivately(ctx, sentPage({ text, newsroomName }), 'html', 'strict-origin')
    })
}

function langOf(asked: unknown): string | null {
  return typeof asked === 'string' ? asked : null
}
