import type { Router } from '@koa/router'
import { readerSettings } from '../checkout/reader-settings.ts'
import type { Config, Offer } from '../config/config.ts'
import { challengeRouter } from './challenge-routes.ts'
import { goalScriptRouter, supportersScriptRouter } from './goal-script-routes.ts'
import { newsletterScriptRouter } from './newsletter-script-routes.ts'
import { qrRouter } from './qr-routes.ts'
import { buildWidget } from './widget-bundle.ts'
import { widgetRouter } from './widget-routes.ts'

/**
 * What a newsroom puts on its pages and in print: the widget, the challenge that a reader's browser may have to answer, the bar
 * of a goal, the newsletter's form, and QR codes.
 * @param offer with the limits of each moment
 */
export async function scriptRouters({
  offer,
  newsroom,
  languages,
  publicUrl,
  supportersList,
  newsletter,
}: Pick<Config, 'newsroom' | 'languages' | 'publicUrl' | 'supportersList' | 'newsletter'> & {
  readonly offer: Offer
}): Promise<Router[]> {
  const settings = () => readerSettings(offer, newsroom, languages, newsletter !== null)
  const built = await Promise.all([
    buildWidget().then((bundle) => widgetRouter(bundle, settings, newsroom.name)),
    challengeRouter(),
    goalScriptRouter(),
    ...(supportersList ? [supportersScriptRouter()] : []),
    ...(newsletter ? [newsletterScriptRouter(languages, newsroom.name)] : []),
  ])
  return [...built, qrRouter(publicUrl)]
}
