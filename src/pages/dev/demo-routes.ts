import { Router } from '@koa/router'
import type { NewsroomProfile } from '../../newsroom/profile.ts'
import { giftKind } from '../../newsroom/gift-kind.ts'
import { textFor } from '../../text/text.ts'
import { demoPage } from './demo-view.ts'

/** A small article page with the widget, which shows it as readers see it. It is mounted only outside production. */
export function demoRouter(deps: { readonly newsroom: NewsroomProfile; readonly publicUrl: string }): Router {
  const { newsroom, publicUrl } = deps
  const text = textFor('en')
  return new Router()
    .get('/', (ctx) => ctx.redirect('/demo'))
    .get('/demo', (ctx) => {
      ctx.type = 'html'
      ctx.body = demoPage({
        text,
        newsroomName: newsroom.name,
        invitation: text.reader('gift.invitation', {
          context: giftKind(newsroom.legalStatus),
          newsroom: newsroom.name,
        }),
        articleUrl: `${publicUrl}/demo`,
      })
    })
}
