import { namesPerson } from './attribution-text.ts'

/** Stripe's limit for a metadata value, in characters (docs.stripe.com/metadata). */
export const LONGEST_ARTICLE_URL = 500

// Newsletters and networks add these. Some identify the reader, and all of them make one article look like many.
const TRACKING =
  /^(utm_.*|mc_.*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|igshid|twclid|ttclid|yclid|li_fat_id|_ga|_gl|_?_hs.*|hsctatracking)$/i
// Mail programs name the reader by these: Marketo, Salesforce, Eloqua, Dotdigital, Klaviyo, Omeda, Vero, and plain words.
const PERSONAL =
  /^(.*e-?mail.*|mail|mkt_tok|sfmc.*|elq.*|dm_i|_kx|oly_.*_id|vero_.*|bsft_.*|wickedid|.*(subscriber|contact|recipient|customer|member)_?(id|key|hash)?|(first|last|full|user|sur|f|l)_?name|phone|tel)$/i
const ADDRESS_IN_PATH = /[^/]@[^/]*\.[^/]/

/**
 * The article's address as it is stored and as the reader returns to it: without fragment, credentials, tracking and
 * whatever names the reader. An address that differs from one of the sites only by `http:` or `www.` moves to that site.
 * @param allowedOrigins the newsroom's sites
 * @returns null for an address on any other site: a return address must not lead wherever its sender likes
 */
export function articleUrl(text: string, allowedOrigins: readonly string[]): string | null {
  const url = URL.parse(text)
  const site = url && siteOf(url, allowedOrigins)
  if (!url || !site || ADDRESS_IN_PATH.test(decodedAtSigns(url.pathname))) return null
  const unwanted = Array.from(url.searchParams).filter(
    ([name, value]) => TRACKING.test(name) || PERSONAL.test(name) || namesPerson(name) || namesPerson(value),
  )
  for (const [name, value] of unwanted) url.searchParams.delete(name, value)
  const path = withoutBraces(url.pathname)
  const whole = `${site}${path}${withoutBraces(url.search)}`
  if (whole.length <= LONGEST_ARTICLE_URL) return whole
  const short = `${site}${path}`
  return short.length <= LONGEST_ARTICLE_URL ? short : null
}

/** The site that the address is on, or the one that it means: the same host over the other protocol, with or without `www.`. */
function siteOf(url: URL, allowedOrigins: readonly string[]): string | null {
  if (!/^https?:$/.test(url.protocol)) return null
  if (allowedOrigins.includes(url.origin)) return url.origin
  return allowedOrigins.find((origin) => bareHost(URL.parse(origin)?.host) === bareHost(url.host)) ?? null
}

function bareHost(host: string | undefined): string | undefined {
  return host?.replace(/^www\./, '')
}

/** Stripe replaces {CHECKOUT_SESSION_ID} in return addresses. Only our own page may receive that id. */
function withoutBraces(part: string): string {
  return part.replaceAll('{', '%7B').replaceAll('}', '%7D')
}

function decodedAtSigns(path: string): string {
  return path.replace(/%(25)*40/g, '@')
}
