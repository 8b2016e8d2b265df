import { Router } from '@koa/router'
import type { Context } from 'koa'
import type { ReaderSettings } from '../checkout/reader-settings.ts'
import { answerWith, served, type Served } from '../http/precompressed.ts'
import type { WidgetBundle } from './widget-bundle.ts'
import type { WidgetData } from './browser/data.ts'
import { widgetData } from './widget-data.ts'

/** A newsroom has some languages and currencies; more would be somebody who tries combinations. */
const MOST_KEPT = 60

/**
 * For article pages of any site: which of them may ask for a checkout is decided there, by origin.
 *
 * - `GET /widget.js` is the code with the newsroom's amounts in its first currency and its own language.
 * - `GET /widget.json` is the same data without the code, for a page in another language or currency.
 * - `GET /widget-more.js` is the module for own amounts.
 *
 * All take `?lang=fr&currency=eur`. Five minutes of cache, then a question by ETag: a mended widget and changed settings
 * reach every page soon.
 * @param settings of this moment: limits change when Stripe has said the account's currency
 */
export function widgetRouter(
  bundle: WidgetBundle,
  settings: () => ReaderSettings,
  newsroomName: string,
): Router {
  const scripts = kept(bundle.script)
  const texts = kept((data: WidgetData) => served(JSON.stringify(data)))
  const mores = kept(bundle.more)
  const dataFor = (ctx: Context) => {
    const query = new URLSearchParams(ctx.querystring)
    return widgetData(settings(), newsroomName, { lang: query.get('lang'), currency: query.get('currency') })
  }
  const share = (ctx: Context) => {
    ctx.set('Access-Control-Allow-Origin', '*')
    ctx.set('Cross-Origin-Resource-Policy', 'cross-origin')
    ctx.set('Cache-Control', 'public, max-age=300')
  }
  return new Router()
    .get('/widget.js', (ctx) => {
      share(ctx)
      answerWith(ctx, scripts(dataFor(ctx)), 'text/javascript; charset=utf-8')
    })
    .get('/widget-more.js', (ctx) => {
      share(ctx)
      answerWith(ctx, mores(dataFor(ctx).lang), 'text/javascript; charset=utf-8')
    })
    .get('/widget.json', (ctx) => {
      share(ctx)
      answerWith(ctx, texts(dataFor(ctx)), 'application/json; charset=utf-8')
    })
}

/** Compressing takes some ten milliseconds, so each text is made once. */
function kept<Input>(make: (input: Input) => Served): (input: Input) => Served {
  const texts = new Map<string, Served>()
  return (input) => {
    const key = JSON.stringify(input)
    const found = texts.get(key)
    if (found) return found
    const made = make(input)
    if (texts.size >= MOST_KEPT) texts.clear()
    texts.set(key, made)
    return made
  }
}
