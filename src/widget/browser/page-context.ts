import type { Intention } from './intention.ts'

/** The service's address, below which this script was loaded, without a slash at its end. Null where it is unknown, as in a module. */
export function serviceAddress(): string | null {
  const running = document.currentScript
  const script =
    running instanceof HTMLScriptElement
      ? running
      : document.querySelector<HTMLScriptElement>('script[src*="/widget.js"]')
  return script?.src ? script.src.replace(/\/widget\.js.*/, '') : null
}

// Parameters that name a reader: an at sign anywhere, and what mail programs add. The service drops more of them.
const PERSONAL = /([?&])(\w*mail=|mkt_tok|sfmc|mc_|_hs|[^&#]*(@|%40))[^&#]*/gi

/** The article as the element's attributes describe it, otherwise as the page does. */
export function articleOf(element: HTMLElement): Intention['article'] {
  const canonical = document.querySelector<HTMLLinkElement>('link[rel~="canonical"]')?.href
  // The title for sharing is the headline alone; the page's title often ends with the site's name.
  const shared = document.querySelector<HTMLMetaElement>('meta[property="og:title"]')?.content
  return {
    url: (element.getAttribute('article-url') ?? (canonical || location.href.replace(/[?#].*/, ''))).replace(
      PERSONAL,
      '$1',
    ),
    title: element.getAttribute('article-title') ?? (shared || document.title),
  }
}

/** The `campaign-…` attributes, otherwise the page's `utm_…` parameters, unless they name a reader; undefined when there are neither. */
export function campaignOf(element: HTMLElement): Intention['campaign'] {
  const query = new URLSearchParams(location.search)
  let found: Intention['campaign']
  for (const name of ['source', 'medium', 'name'] as const) {
    const value =
      element.getAttribute(`campaign-${name}`) ?? query.get(`utm_${name === 'name' ? 'campaign' : name}`)
    if (value && !/@|%40/.test(value)) found = { ...found, [name]: value }
  }
  return found
}

/** The first valid locale of the element, the page and the browser. */
export function localeOf(element: HTMLElement): string {
  const wanted = [element.getAttribute('locale'), document.documentElement.lang, navigator.language]
  for (const locale of wanted) {
    try {
      if (locale) return new Intl.Locale(locale).toString()
    } catch {
      // This is no locale, so the next one is tried.
    }
  }
  return 'en'
}

/** The address of the same gift on the service's own page, for readers whose click failed. */
export function donatePageUrl(
  service: string,
  { amount, currency, frequency, article, campaign }: Intention,
): string {
  const url = new URL(`${service}/donate`)
  const entries = {
    amount: String(amount),
    currency,
    frequency,
    article: article.url,
    utm_source: campaign?.source,
    utm_medium: campaign?.medium,
    utm_campaign: campaign?.name,
  }
  for (const [name, value] of Object.entries(entries)) if (value) url.searchParams.set(name, value)
  return url.href
}
