import { Router } from '@koa/router'
import { html } from 'hono/html'
import { page, withMarkup } from '../../html/layout.ts'
import type { NewsroomProfile } from '../../newsroom/profile.ts'
import type { Text, TextFor } from '../../text/text.ts'
import { readerLanguage } from './reader-language.ts'

type Newsroom = Pick<NewsroomProfile, 'name' | 'email'>

/**
 * `GET /source`, to which every page's footer links. Whoever runs a changed version offers its source to those who use it
 * over the network, and the widget's source is due from everybody (section 13 of the AGPL, version 3).
 */
export function sourceRouter(deps: {
  /** Where the source of the running version is; null: whoever asks the newsroom gets it. */
  readonly sourceUrl: string | null
  readonly newsroom: Newsroom
  readonly textFor: TextFor
}): Router {
  const { sourceUrl, newsroom, textFor } = deps
  return new Router().get('/source', (ctx) => {
    if (sourceUrl !== null) {
      ctx.redirect(sourceUrl)
      return
    }
    ctx.type = 'html'
    ctx.body = sourcePage({ text: readerLanguage(ctx, textFor).text, newsroom })
  })
}

export function sourcePage({ text, newsroom }: { readonly text: Text; readonly newsroom: Newsroom }): string {
  const t = text.reader
  return page({
    text,
    title: t('source.title'),
    newsroomName: newsroom.name,
    body: html`<h1>${t('source.title')}</h1>
      <p>${t('source.licence')}</p>
      <p>${withMarkup(t, 'source.ask', { email: html`<bdi>${newsroom.email}</bdi>` })}</p>`,
  })
}
