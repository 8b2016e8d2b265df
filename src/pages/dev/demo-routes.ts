import { Router } from '@koa/router'
import { suggestedAmounts } from '../../checkout/suggested-amounts.ts'
import type { Offer } from '../../config/config.ts'
import type { NewsroomProfile } from '../../newsroom/profile.ts'
import { giftKind } from '../../newsroom/gift-kind.ts'
import { textFor } from '../../text/text.ts'
import { demoPage } from './demo-view.ts'

/** A small article page with the widget, which shows it as readers see it. It is mounted only outside production. */
export function demoRouter(deps: {
  readonly newsroom: NewsroomProfile
  readonly offer: Offer
  readonly publicUrl: string
}): Router {
  const { newsroom, offer, publicUrl } = deps
  const [currency] = offer.currencies
  if (!currency) throw new Error('the newsroom takes no currency')
  const text = textFor('en')
  return new Router()
    .get('/', (ctx) => ctx.redirect('/demo'))
    .get('/demo', (ctx) => {
      ctx.type = 'html'
      ctx.body = demoPage({
        text,
        newsroomName: newsroom.name,
        verb: text.reader('gift.verb', { context: giftKind(newsroom.legalStatus) }),
        locale: 'en',
        articleUrl: `${publicUrl}/demo`,
        currency,
        suggestedMinor: suggestedAmounts(offer, currency).map(({ minor }) => minor),
      })
    })
}
