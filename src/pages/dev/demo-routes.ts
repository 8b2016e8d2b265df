import { Router } from '@koa/router'
import { suggestedAmounts } from '../../checkout/suggested-amounts.ts'
import type { Offer } from '../../config/config.ts'
import type { NewsroomProfile } from '../../newsroom/profile.ts'
import { wordingFor } from '../../newsroom/wording.ts'
import { demoPage } from './demo-view.ts'

/** A small article page with the widget, to see it as readers will. Only mounted outside production. */
export function demoRouter(deps: {
  readonly newsroom: NewsroomProfile
  readonly offer: Offer
  readonly publicUrl: string
}): Router {
  const { newsroom, offer, publicUrl } = deps
  const [currency] = offer.currencies
  if (!currency) throw new Error('the newsroom takes no currency')
  return new Router()
    .get('/', (ctx) => ctx.redirect('/demo'))
    .get('/demo', (ctx) => {
      ctx.type = 'html'
      ctx.body = demoPage({
        newsroomName: newsroom.name,
        wording: wordingFor(newsroom.legalStatus),
        locale: 'en',
        articleUrl: `${publicUrl}/demo`,
        currency,
        suggestedMinor: suggestedAmounts(offer, currency).map(({ minor }) => minor),
      })
    })
}
