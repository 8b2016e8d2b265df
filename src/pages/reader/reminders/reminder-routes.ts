import { Router, type RouterContext } from '@koa/router'
import type pg from 'pg'
import { declineReminders, languageOfReminder } from '../../../checkout/reminder-store.ts'
import type { Config } from '../../../config/config.ts'
import { answerPrivately } from '../../../http/no-store.ts'
import type { NewsletterLinks } from '../../../newsletter/newsletter-link.ts'
import type { TextFor } from '../../../text/text.ts'
import { readerLanguage } from '../reader-language.ts'
import { stopPage } from './reminder-view.ts'

/** The link of a reminder with which a reader asks for no other. */
export function reminderRouter({
  pool,
  newsroom,
  textFor,
  links,
}: {
  readonly pool: pg.Pool
  readonly newsroom: Pick<Config['newsroom'], 'name'>
  readonly textFor: TextFor
  readonly links: NewsletterLinks
}): Router {
  async function answer(ctx: RouterContext, isStop: boolean): Promise<void> {
    const id = links.consentIn('reminder', ctx.params['token'] ?? '')
    const language = id === null ? null : await languageOfReminder(pool, id)
    const { text } = readerLanguage(ctx, textFor, language)
    if (id === null) ctx.status = 404
    if (id !== null && isStop) await declineReminders(pool, id)
    const state = id === null ? 'unknown' : isStop ? 'done' : 'ask'
    answerPrivately(ctx, stopPage({ text, newsroomName: newsroom.name, state }), 'html', 'strict-origin')
  }
  return (
    new Router()
      .get('/reminders/stop/:token', (ctx) => answer(ctx, false))
      // Mail programs post here with one press (RFC 8058): from anywhere, without cookies, in any encoding.
      .post('/reminders/stop/:token', (ctx) => answer(ctx, true))
  )
}
