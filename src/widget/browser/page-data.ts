import { formatTag } from '../../text/languages.ts'
import type { WidgetData } from './data.ts'

/** The service puts it in front of this script. */
declare const WIDGET_DATA: WidgetData

/** The service's address, below which this script was loaded, without a slash at its end. Null where it is unknown, as in a module. */
export function serviceAddress(): string | null {
  const running = document.currentScript
  const script =
    running instanceof HTMLScriptElement
      ? running
      : document.querySelector<HTMLScriptElement>('script[src*="/widget.js"]')
  return script?.src ? script.src.replace(/\/widget\.js.*/, '') : null
}

/** The newsroom's data for an element, and the locale of its amounts. */
export type PageData = { readonly data: WidgetData; readonly locale: string }

/**
 * The data of this script, or, on a page in another language or currency that the newsroom offers, those of its own. The
 * script's address may name both (`/widget.js?lang=fr&currency=eur`), which saves this question.
 */
export async function dataFor(element: HTMLElement, service: string): Promise<PageData> {
  const locale = localeOf(element)
  const lang = primaryOf(locale)
  const isOffered = (WIDGET_DATA.languages as readonly string[]).includes(lang)
  const currency = element.getAttribute('currency')?.toLowerCase() || WIDGET_DATA.currency.code
  let data = WIDGET_DATA
  if ((isOffered && lang !== data.lang) || currency !== data.currency.code) {
    const query = new URLSearchParams({ lang: isOffered ? lang : data.lang, currency })
    try {
      const response = await fetch(`${service}/widget.json?${query}`, { credentials: 'omit' })
      if (response.ok) data = (await response.json()) as WidgetData // the service's own answer
    } catch {
      // The newsroom's own language and currency are better than no widget.
    }
  }
  if (currency !== data.currency.code)
    // oxlint-disable-next-line no-console -- the maintainer of another site has no other place to look
    console.error(`<reader-donation>: ${currency} is not in CURRENCIES.`)
  // The region of the page decides how amounts look, where the words are of its language.
  return { data, locale: formatTag(data.lang === lang ? locale : data.lang) }
}

/** The first valid locale of the element, of what it stands in, and of the browser. */
function localeOf(element: HTMLElement): string {
  const around = element.closest<HTMLElement>('[lang]')?.lang
  for (const locale of [element.getAttribute('locale'), around, navigator.language]) {
    try {
      if (locale) return new Intl.Locale(locale).toString()
    } catch {
      // This is no locale, so the next one is tried.
    }
  }
  return 'en'
}

function primaryOf(locale: string): string {
  return locale.replace(/-.*/, '').toLowerCase()
}
