import { z } from 'zod'
import { parseLocalDate } from '../calendar/local-date.ts'
import { roles } from '../access/role.ts'
import { secondFactorSettings } from '../access/second-factor/second-factor.ts'
import { parsedBy } from '../http/parse.ts'
import { isProxyRange, trustStrangers } from './proxy-ranges.ts'
import { languages } from '../text/languages.ts'
import { paymentMethods } from '../newsroom/payment-methods.ts'
import { parseFeeRate, type FeeRate } from '../money/fee-rate.ts'
import { allCurrencies, parseCurrency, parseOfferedCurrency, type CurrencyCode } from '../money/currency.ts'

// Messages never repeat a variable's value: it may be a secret.

export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
)

export const portNumber = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port number')
  .transform(Number)
  .refine((port) => port <= 65_535, 'must be a port number')

export const count = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'must be a whole number above zero')
  .transform(Number)

export const secondFactor = z.enum(secondFactorSettings, 'must be everybody, required or optional')

export const reminderDays = count.refine((days) => days <= 90, 'must be at most 90 days')

export function urlOf(...protocols: string[]) {
  const words = protocols.map((protocol) => `${protocol}//`).join(' or ')
  return z
    .string()
    .refine(
      (text) => protocols.includes(URL.parse(text)?.protocol ?? ''),
      `must be a URL starting with ${words}`,
    )
}

export const baseUrl = urlOf('http:', 'https:')
  .refine(
    (text) => URL.parse(text)?.search === '' && URL.parse(text)?.hash === '',
    'must have no query or fragment',
  )
  .transform((text) => text.replace(/\/+$/, ''))

// The service answers with and without the path of its public address. So below its own addresses it could not tell a
// path from an address.
const OWN_ADDRESSES =
  /^\/(api|assets|checkout-sessions|dev|finance|goals|my|newsletter|receipts|recurring|reminders|supporters|webhooks)(\/|$)/

/** Where readers reach the service: a host of its own, or a plain path below another site's host. */
export const publicUrl = baseUrl.check(({ value, issues }) => {
  const { pathname = '/', username = '', password = '' } = URL.parse(value) ?? {}
  const refuse = (message: string) => issues.push({ code: 'custom', message, input: value })
  if (username !== '' || password !== '') refuse('must have no user and no password')
  if (!/^(\/|(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+)$/.test(pathname))
    refuse('must have a path of plain letters, digits and hyphens, or none')
  if (OWN_ADDRESSES.test(pathname))
    refuse('must have a path that does not begin like an address of the service itself')
})

export const isHttps = (url: string) => url.startsWith('https:')
export const HTTPS_NEEDED = 'must start with https:// in production'
export const HTTPS_ELSEWHERE = 'must start with https://, unless it is on this machine'

export const origins = list.pipe(
  z.array(
    z.string().refine((text) => URL.parse(text)?.origin === text && /^https?:/.test(text), {
      error: 'each must be an origin such as https://news.example, without a path',
    }),
  ),
)

export const stripeSecretKey = z
  .string()
  .regex(/^(sk|rk)_(test|live)_[A-Za-z0-9_]+$/, 'must be a Stripe secret or restricted key (sk_… or rk_…)')

export function isLiveKey(key: string): boolean {
  return /^.k_live_/.test(key)
}

// An accepted empty or literal "undefined" secret let anybody sign events elsewhere (GHSA-xff3-5c9p-2mr4).
export const webhookSecrets = list.pipe(
  z
    .array(
      z.string().regex(/^whsec_[A-Za-z0-9+/=_-]{8,}$/, 'each must be an endpoint secret of Stripe (whsec_…)'),
    )
    .min(1, 'must name at least one secret'),
)

export const productIds = list.pipe(
  z.array(z.string().regex(/^prod_[A-Za-z0-9]+$/, 'each must be the id of a product at Stripe (prod_…)')),
)

const NO_PROXIES = 'none'
/** Addresses and ranges, or `none`. */
export const proxies = list
  .transform((entries) => (entries.length === 1 && entries[0] === NO_PROXIES ? [] : entries))
  .pipe(
    z
      .array(
        z.string().refine(isProxyRange, 'each must be an IP address or a range such as 10.0.0.0/8, or none'),
      )
      .refine((ranges) => !trustStrangers(ranges), {
        error: 'covers addresses of strangers, who could then name any address as theirs',
        when: ({ issues }) => issues.length === 0,
      }),
  )

export const timezone = z.string().refine((zone) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }))
  } catch {
    return false
  }
}, 'must be an IANA time zone such as America/New_York')

/** A picture for mails: plain http would be blocked there, and `data:` is shown by few mail programs. */
export const logoUrl = urlOf('https:').refine((address) => {
  const { username = '', password = '' } = URL.parse(address) ?? {}
  return username === '' && password === ''
}, 'must have no user and no password')

export const followLinks = list.pipe(
  z.array(
    z.string().transform((text, context) => {
      const at = text.indexOf('=')
      const url = URL.parse(text.slice(at + 1).trim())
      if (at < 1 || !url || !/^https?:$/.test(url.protocol)) {
        context.issues.push({ code: 'custom', message: 'each must read Label=https://…', input: text })
        return z.NEVER
      }
      return { label: text.slice(0, at).trim(), url: url.href }
    }),
  ),
)

/** `usd,eur`; the first is the page's default. Unset: every currency of the table, the common ones first. */
export const currencies = list.pipe(
  z
    .array(z.string().transform(parsedBy(parseOfferedCurrency, 'each must be a currency Stripe can charge')))
    .min(1, 'must name at least one currency'),
)

export const currency = z.string().transform(parsedBy(parseCurrency, 'must be a currency such as usd'))

export const monthNumber = z
  .string()
  .regex(/^([1-9]|1[0-2])$/, 'must be the number of a month, 1 to 12')
  .transform(Number)

const COMMON = ['usd', 'eur', 'gbp', 'jpy']
export const everyCurrency: readonly CurrencyCode[] = allCurrencies.toSorted(
  (a, b) => rank(a) - rank(b) || a.localeCompare(b),
)

function rank(code: CurrencyCode): number {
  const at = COMMON.indexOf(code)
  return at === -1 ? COMMON.length : at
}

/** Amounts in minor units: `300,500` for the first currency, or `usd:300,500;jpy:500` each by name. */
export const amountsByCurrency = z.string().transform((text, context) => {
  const found = new Map<CurrencyCode | 'plain', bigint[]>()
  for (const part of text.split(';').filter((piece) => piece.trim() !== '')) {
    const [amounts = '', code] = part.split(':').toReversed()
    const numbers = amounts.split(',').map((amount) => amount.trim())
    const key = code === undefined ? 'plain' : parseCurrency(code.trim())
    if (key === null || !numbers.every((amount) => /^[1-9]\d{0,11}$/.test(amount))) {
      context.issues.push({
        code: 'custom',
        message: 'must read like 300,500 or usd:300,500;jpy:500 (whole minor units)',
        input: text,
      })
      return z.NEVER
    }
    found.set(key, numbers.map(BigInt))
  }
  return found
})

/** How often readers may give; the first is chosen before the reader chooses. */
export const giftFrequencies = list.pipe(
  z
    .array(z.enum(['once', 'monthly', 'yearly'], 'each must be one of once, monthly, yearly'))
    .min(1, 'must name at least one frequency')
    .transform((names) => [...new Set(names)]),
)

/** What the Stripe account offers. Unset: the pages name Stripe alone. */
export const methodsToPay = list.pipe(
  z
    .array(z.enum(paymentMethods, `each must be one of ${paymentMethods.join(', ')}`))
    .transform((names) => [...new Set(names)]),
)

/** The languages that readers may choose from. Unset: all that there are. */
export const offeredLanguages = list.pipe(
  z
    .array(z.enum(languages, `each must be one of ${languages.join(', ')}`))
    .min(1, 'must name at least one language'),
)
/** `usd=2.9%+30,eur=1.5%+25`: what Stripe takes in each currency, a share and a fixed part in minor units. */
export const feeRates = list.transform((entries, context) => {
  const rates = new Map<CurrencyCode, FeeRate>()
  for (const [at, entry] of entries.entries()) {
    const refuse = (message: string) => context.issues.push({ code: 'custom', message, input: entry })
    const [name = '', value = ''] = entry.split('=', 2)
    const code = parseOfferedCurrency(name)
    const rate = parseFeeRate(value)
    if (code === null)
      refuse(`entry ${at + 1} does not begin with a currency Stripe can charge, as usd=2.9%+30 does`)
    else if (rate === null)
      refuse(`the rate in ${code} must read like 2.9%+30, a share of 20 % at most and whole minor units`)
    else if (rates.has(code)) refuse(`has two rates in ${code}`)
    else rates.set(code, rate)
  }
  return rates
})

/** Domains of e-mail addresses, such as `news.example`. */
export const domains = list.pipe(
  z.array(
    z
      .string()
      .toLowerCase()
      .regex(/^([a-z0-9-]+\.)+[a-z0-9-]+$/, 'each must be a domain such as news.example'),
  ),
)

/** `finance-team=finance,owners=admin`: values of the identity provider's claim, and the role that each gives. */
export const rolesByValue = list.pipe(
  z
    .array(
      z.string().transform((entry, context) => {
        const at = entry.lastIndexOf('=')
        const role = roles.find((name) => name === entry.slice(at + 1).trim())
        const value = entry.slice(0, at).trim()
        if (at > 0 && value !== '' && role) return [value, role] as const
        const message = `each must read VALUE=ROLE, where ROLE is one of ${roles.join(', ')}`
        context.issues.push({ code: 'custom', message, input: entry })
        return z.NEVER
      }),
    )
    .min(1, 'must name at least one value')
    .transform((entries) => new Map(entries)),
)

export const day = z.string().transform(parsedBy(parseLocalDate, 'must be a day such as 2026-01-01'))

/** Where the newsletter is sent from. Unset: no newsletter is offered. `NewsletterTool` in `config/config.ts` says what each needs. */
export const newsletterTools = ['export', 'webhook', 'mailchimp', 'buttondown', 'ghost'] as const

export const text = z.string().trim().min(1)
/** One sentence, which has to fit on a phone above the form. */
export const LONGEST_PURPOSE = 160
/** A paragraph of a receipt. */
export const LONGEST_STATEMENT = 1_000
/** One secret or several, comma-separated, while one is replaced: the first is in use, the others still verify. */
export const secret = z.string().min(32, 'each must have at least 32 characters')
export const secrets = list.pipe(z.tuple([secret], secret))
