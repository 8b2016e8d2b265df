import type { Intention } from './intention.ts'

/** Where this script came from is where the service is. Null when that cannot be told, in a module say. */
export function serviceOrigin(): string | null {
  const running = document.currentScript
  const script =
    running instanceof HTMLScriptElement
      ? running
      : document.querySelector<HTMLScriptElement>('script[src*="/widget.js"]')
  return script?.src ? new URL(script.src).origin : null
}

/** The element's own word first, then the page's. */
export function articleOf(element: HTMLElement): Intention['article'] {
  const canonical = document.querySelector<HTMLLinkElement>('link[rel~="canonical"]')?.href
  // What the page says for sharing is the headline alone; its title mostly ends in the site's name.
  const shared = document.querySelector<HTMLMetaElement>('meta[property="og:title"]')?.content
  return {
    url: element.getAttribute('article-url') ?? (canonical || location.href.replace(/[?#].*/, '')),
    title: element.getAttribute('article-title') ?? (shared || document.title),
  }
}

/** `campaign-…` attributes, else the page's `utm_…` parameters; absent when neither says anything. */
export function campaignOf(element: HTMLElement): Intention['campaign'] {
  const query = new URLSearchParams(location.search)
  const found: Record<string, string> = {}
  for (const [name, parameter] of [
    ['source', 'utm_source'],
    ['medium', 'utm_medium'],
    ['name', 'utm_campaign'],
  ] as const) {
    const value = element.getAttribute(`campaign-${name}`) ?? query.get(parameter)
    if (value) found[name] = value
  }
  return Object.keys(found).length > 0 ? found : undefined
}

/** A locale that `Intl` knows: the element's, the page's, the browser's. */
export function localeOf(element: HTMLElement): string {
  const wanted = [element.getAttribute('locale'), document.documentElement.lang, navigator.language]
  for (const locale of wanted) {
    try {
      if (locale) return new Intl.Locale(locale).toString()
    } catch {
      // Not a locale: the next one is asked.
    }
  }
  return 'en'
}

/** The same gift on the service's own page, for when the click could not be carried out. */
export function donatePageUrl(
  origin: string,
  { amount, currency, frequency, article, campaign }: Partial<Intention>,
): string {
  const url = new URL('/donate', origin)
  const entries = {
    amount: amount?.toString(),
    currency,
    frequency,
    article: article?.url,
    utm_source: campaign?.source,
    utm_medium: campaign?.medium,
    utm_campaign: campaign?.name,
  }
  for (const [name, value] of Object.entries(entries)) if (value) url.searchParams.set(name, value)
  return url.href
}
