import type { Intention } from './intention.ts'

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

/**
 * The address of the same gift on the service's own page, for readers whose click failed. Without an amount the page asks
 * for it.
 */
export function donatePageUrl(
  service: string,
  {
    amount,
    currency,
    frequency,
    article,
    campaign,
  }: Omit<Intention, 'amount' | 'locale'> & { readonly amount?: number },
): string {
  const url = new URL(`${service}/donate`)
  const entries = {
    amount: amount === undefined ? '' : String(amount),
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
