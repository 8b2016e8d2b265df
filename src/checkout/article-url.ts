/** Stripe keeps 500 characters of a metadata value. */
export const LONGEST_ARTICLE_URL = 500

// Added by newsletters and networks: some name the reader, and all of them make one article look like many.
const TRACKING = /^(utm_.*|mc_.*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|igshid|twclid|_hsenc|_hsmi)$/i

/**
 * The article's address as it is kept and as readers are led back to it: on one of the newsroom's sites, without
 * fragment and tracking. Null for anything else, since a return address must not lead wherever its sender likes.
 */
export function articleUrl(text: string, allowedOrigins: readonly string[]): string | null {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return null
  if (!allowedOrigins.some((origin) => URL.parse(origin)?.host === url.host)) return null
  url.hash = ''
  const tracking = Array.from(url.searchParams.keys()).filter((name) => TRACKING.test(name))
  for (const name of tracking) url.searchParams.delete(name)
  // Stripe replaces {CHECKOUT_SESSION_ID} in return addresses: that id is for our own page only.
  const href = url.href.replaceAll('{', '%7B').replaceAll('}', '%7D')
  return href.length > LONGEST_ARTICLE_URL ? null : href
}
