import { Router } from '@koa/router'
import type { Context } from 'koa'
import type pg from 'pg'
import { z } from 'zod'
import { Refusal } from '../../../http/refusal.ts'
import type { NewsroomProfile } from '../../../newsroom/profile.ts'
import type { Goal } from '../../../reports/goals/goal.ts'
import { goalReader } from '../../../reports/goals/read-goal.ts'
import type { TextFor } from '../../../text/text.ts'
import { answerAnySite } from '../answer-any-site.ts'
import { goalData, goalPage, goalPicture, type GoalView } from './goal-view.ts'
import { readerLanguage } from '../reader-language.ts'

/**
 * A goal of the newsroom, for article pages of any site (`.json` for `<reader-goal>`, `.svg` as a picture) and as a page. Each
 * is kept for a minute and then asked for by its ETag: a busy article costs the database one question a minute.
 */
export function goalRouter(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly newsroom: Pick<NewsroomProfile, 'name' | 'timezone'>
  readonly publicUrl: string
  readonly textFor: TextFor
}): Router {
  const { pool, clock, newsroom, publicUrl, textFor } = deps
  const read = goalReader({ pool, clock, timezone: newsroom.timezone })

  /** @throws Refusal not_found */
  async function viewOf(ctx: Context): Promise<GoalView> {
    const id = z.uuid().safeParse(ctx['params']['id']).data
    const lang = typeof ctx.query['lang'] === 'string' ? ctx.query['lang'] : null
    const { text } = readerLanguage(ctx, textFor, lang)
    const shown = id === undefined ? null : await read(id)
    if (!shown) throw new Refusal('not_found', text.reader('goal.unknown'), { language: text.language })
    return { ...shown, text, newsroomName: newsroom.name, giveUrl: giveUrl(publicUrl, shown.goal) }
  }

  return new Router()
    .get('/goals/:id.json', async (ctx) =>
      answerAnySite(ctx, JSON.stringify(goalData(await viewOf(ctx))), 'application/json; charset=utf-8'),
    )
    .get('/goals/:id.svg', async (ctx) => {
      const picture = goalPicture(await viewOf(ctx))
      // Its style is its own: a picture runs nothing, and loads nothing.
      ctx.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'")
      answerAnySite(ctx, picture, 'image/svg+xml; charset=utf-8')
    })
    .get('/goals/:id', async (ctx) =>
      answerAnySite(ctx, goalPage(await viewOf(ctx)), 'text/html; charset=utf-8'),
    )
}

/** A form whose gift counts for the goal. */
function giveUrl(publicUrl: string, { counted, campaignName, currency }: Goal): string {
  const fields = new URLSearchParams({ currency })
  if (campaignName !== null) fields.set('utm_campaign', campaignName)
  if (counted === 'once' || counted === 'monthly') fields.set('frequency', counted)
  return `${publicUrl}/donate?${fields.toString()}`
}
