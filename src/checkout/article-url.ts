/** Stripe's limit for a metadata value, in characters (docs.stripe.com/metadata). */
export const LONGEST_ARTICLE_URL = 500

// Newsletters and networks add these. Some identify the reader, and all of them make one article look like many.
const TRACKING = /^(utm_.*|mc_.*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|igshid|twclid|_hsenc|_hsmi)$/i

/**
 * The article's address as it is stored and as the reader returns to it, without fragment and tracking parameters.
 * @param allowedOrigins the newsroom's sites
 * @returns null for an address on any other site: a return address must not lead wherever its sender likes
 */
export function articleUrl(text: string, allowedOrigins: readonly string[]): string | null {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return null
  if (!allowedOrigins.some((origin) => URL.parse(origin)?.host === url.host)) return null
  url.hash = ''
  const tracking = Array.from(url.searchParams.keys()).filter((name) => TRACKING.test(name))
  for (const name of tracking) url.searchParams.delete(name)
  // Stripe replaces {CHECKOUT_SESSION_ID} in return addresses. Only our own page may receive that id.
  const href = url.href.replaceAll('{', '%7B').replaceAll('}', '%7D')
  return href.length > LONGEST_ARTICLE_URL ? null : href
}
