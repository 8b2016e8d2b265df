import { z } from 'zod'
import { parseLocalDate } from '../calendar/local-date.ts'
import { challengeKinds } from '../protection/challenge-settings.ts'
import { roles } from '../access/role.ts'
import { secondFactorSettings } from '../access/second-factor/second-factor.ts'
import { isLoopback } from '../http/loopback.ts'
import { parsedBy } from '../http/parse.ts'
import { isProxyRange, trustStrangers } from './proxy-ranges.ts'
import { papers } from '../pdf/paper.ts'
import { languages } from '../text/languages.ts'
import { paymentMethods } from '../newsroom/payment-methods.ts'
import { parseFeeRate, type FeeRate } from '../money/fee-rate.ts'
import { allCurrencies, parseCurrency, parseOfferedCurrency, type CurrencyCode } from '../money/currency.ts'

// Messages never repeat a variable's value: it may be a secret.

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
)

const portNumber = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port number')
  .transform(Number)
  .refine((port) => port <= 65_535, 'must be a port number')

const count = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'must be a whole number above zero')
  .transform(Number)

const secondFactor = z.enum(secondFactorSettings, 'must be everybody, required or optional')

const reminderDays = count.refine((days) => days <= 90, 'must be at most 90 days')

function urlOf(...protocols: string[]) {
  const words = protocols.map((protocol) => `${protocol}//`).join(' or ')
  return z
    .string()
    .refine(
      (text) => protocols.includes(URL.parse(text)?.protocol ?? ''),
      `must be a URL starting with ${words}`,
    )
}

const baseUrl = urlOf('http:', 'https:')
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
const publicUrl = baseUrl.check(({ value, issues }) => {
  const { pathname = '/', username = '', password = '' } = URL.parse(value) ?? {}
  const refuse = (message: string) => issues.push({ code: 'custom', message, input: value })
  if (username !== '' || password !== '') refuse('must have no user and no password')
  if (!/^(\/|(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+)$/.test(pathname))
    refuse('must have a path of plain letters, digits and hyphens, or none')
  if (OWN_ADDRESSES.test(pathname))
    refuse('must have a path that does not begin like an address of the service itself')
})

const isHttps = (url: string) => url.startsWith('https:')
const HTTPS_NEEDED = 'must start with https:// in production'
const HTTPS_ELSEWHERE = 'must start with https://, unless it is on this machine'

const origins = list.pipe(
  z.array(
    z.string().refine((text) => URL.parse(text)?.origin === text && /^https?:/.test(text), {
      error: 'each must be an origin such as https://news.example, without a path',
    }),
  ),
)

const stripeSecretKey = z
  .string()
  .regex(/^(sk|rk)_(test|live)_[A-Za-z0-9_]+$/, 'must be a Stripe secret or restricted key (sk_… or rk_…)')

export function isLiveKey(key: string): boolean {
  return /^.k_live_/.test(key)
}

// An accepted empty or literal "undefined" secret let anybody sign events elsewhere (GHSA-xff3-5c9p-2mr4).
const webhookSecrets = list.pipe(
  z
    .array(
      z.string().regex(/^whsec_[A-Za-z0-9+/=_-]{8,}$/, 'each must be an endpoint secret of Stripe (whsec_…)'),
    )
    .min(1, 'must name at least one secret'),
)

const productIds = list.pipe(
  z.array(z.string().regex(/^prod_[A-Za-z0-9]+$/, 'each must be the id of a product at Stripe (prod_…)')),
)

const NO_PROXIES = 'none'
/** Addresses and ranges, or `none`. */
const proxies = list
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

const timezone = z.string().refine((zone) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }))
  } catch {
    return false
  }
}, 'must be an IANA time zone such as America/New_York')

/** A picture for mails: plain http would be blocked there, and `data:` is shown by few mail programs. */
const logoUrl = urlOf('https:').refine((address) => {
  const { username = '', password = '' } = URL.parse(address) ?? {}
  return username === '' && password === ''
}, 'must have no user and no password')

const followLinks = list.pipe(
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
const currencies = list.pipe(
  z
    .array(z.string().transform(parsedBy(parseOfferedCurrency, 'each must be a currency Stripe can charge')))
    .min(1, 'must name at least one currency'),
)

const currency = z.string().transform(parsedBy(parseCurrency, 'must be a currency such as usd'))

const monthNumber = z
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
const amountsByCurrency = z.string().transform((text, context) => {
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
const giftFrequencies = list.pipe(
  z
    .array(z.enum(['once', 'monthly', 'yearly'], 'each must be one of once, monthly, yearly'))
    .min(1, 'must name at least one frequency')
    .transform((names) => [...new Set(names)]),
)

/** What the Stripe account offers. Unset: the pages name Stripe alone. */
const methodsToPay = list.pipe(
  z
    .array(z.enum(paymentMethods, `each must be one of ${paymentMethods.join(', ')}`))
    .transform((names) => [...new Set(names)]),
)

/** The languages that readers may choose from. Unset: all that there are. */
const offeredLanguages = list.pipe(
  z
    .array(z.enum(languages, `each must be one of ${languages.join(', ')}`))
    .min(1, 'must name at least one language'),
)
/** `usd=2.9%+30,eur=1.5%+25`: what Stripe takes in each currency, a share and a fixed part in minor units. */
const feeRates = list.transform((entries, context) => {
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
const domains = list.pipe(
  z.array(
    z
      .string()
      .toLowerCase()
      .regex(/^([a-z0-9-]+\.)+[a-z0-9-]+$/, 'each must be a domain such as news.example'),
  ),
)

/** `finance-team=finance,owners=admin`: values of the identity provider's claim, and the role that each gives. */
const rolesByValue = list.pipe(
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

const day = z.string().transform(parsedBy(parseLocalDate, 'must be a day such as 2026-01-01'))

/** Where the newsletter is sent from. Unset: no newsletter is offered. `newsletter/newsletter-settings.ts` says what each means. */
const newsletterTools = ['export', 'webhook', 'mailchimp', 'buttondown', 'ghost'] as const

const text = z.string().trim().min(1)
/** One sentence, which has to fit on a phone above the form. */
const LONGEST_PURPOSE = 160
/** A paragraph of a receipt. */
const LONGEST_STATEMENT = 1_000
/** One secret or several, comma-separated, while one is replaced: the first is in use, the others still verify. */
const secret = z.string().min(32, 'each must have at least 32 characters')
const secrets = list.pipe(z.tuple([secret], secret))

// Development makes up what is unset and shows more than production does, so nobody but this machine may reach it.
const ON_THIS_MACHINE =
  'outside production must be on this machine (localhost, 127.0.0.1 or ::1); set NODE_ENV=production to serve others'

/** Every variable, as development reads it: what is unset gets a value that lets a newcomer start. */
export const development = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
  // Read by `sites.ts`, which gives each site its variables.
  SITES: text.optional(),
  PORT: portNumber.default(3000),
  HOST: text.refine(isLoopback, ON_THIS_MACHINE).default('127.0.0.1'),
  PUBLIC_URL: publicUrl
    .refine((url) => isLoopback(URL.parse(url)?.hostname ?? ''), ON_THIS_MACHINE)
    .optional(),
  DATA_DIR: text.default('.data'),
  DATABASE_URL: urlOf('postgres:', 'postgresql:').optional(),
  MIGRATION_DATABASE_URL: urlOf('postgres:', 'postgresql:').optional(),
  DATABASE_DURABILITY: z.enum(['postgres', 'storage'], 'must be postgres or storage').default('postgres'),
  DATABASE_REPLICA_URL: urlOf('postgres:', 'postgresql:').optional(),
  STRIPE_SECRET_KEY: stripeSecretKey
    .refine((key) => !isLiveKey(key), 'is a live key, which only NODE_ENV=production may use')
    .optional(),
  STRIPE_WEBHOOK_SECRET: webhookSecrets.optional(),
  STRIPE_API_BASE: baseUrl.optional(),
  STRIPE_TEST_MODE: z
    .enum(['true', 'false'], 'must be true or false')
    .default('false')
    .transform((value) => value === 'true'),
  STRIPE_SANDBOX_PORT: portNumber.default(12_111),
  STRIPE_DONATION_PRODUCTS: productIds.default([]),
  SMTP_URL: urlOf('smtp:', 'smtps:').optional(),
  ALLOWED_ORIGINS: origins.default([]),
  TRUSTED_PROXIES: proxies.default([]),
  HSTS_SUBDOMAINS: z.enum(['on', 'off'], 'must be on or off').default('off'),
  SESSION_SECRET: secrets.optional(),
  SESSION_COOKIE_SECRET: secrets.optional(),
  ADDRESS_HASH_SECRET: secrets.optional(),
  RECEIPT_LINK_SECRET: secrets.optional(),
  RECEIPT_CODE_SECRET: secrets.optional(),
  CHECKOUT_MARK_SECRET: secrets.optional(),
  SECOND_FACTOR_SECRET: secrets.optional(),
  SECOND_FACTOR: secondFactor.default('optional'),
  SESSION_IDLE_MINUTES: count.default(720),
  SESSION_LONGEST_HOURS: count.default(168),
  OIDC_ISSUER: urlOf('http:', 'https:')
    .refine((url) => isHttps(url) || isLoopback(URL.parse(url)?.hostname ?? ''), HTTPS_ELSEWHERE)
    .optional(),
  OIDC_CLIENT_ID: text.optional(),
  OIDC_CLIENT_SECRET: text.optional(),
  OIDC_NAME: text.optional(),
  OIDC_SCOPES: z
    .string()
    .trim()
    .regex(/^openid( [!-~]+)*$/, 'must begin with openid, its parts separated by blanks')
    .default('openid email profile'),
  OIDC_ALLOWED_DOMAINS: domains.default([]),
  OIDC_ROLE_CLAIM: text.optional(),
  OIDC_ROLES: rolesByValue.optional(),
  NEWSROOM_NAME: text.default('The Willow Creek Courier'),
  NEWSROOM_ADDRESS: text.default('12 Mill Lane, Willow Creek'),
  NEWSROOM_EMAIL: z.email('must be an e-mail address').default('support@courier.example'),
  NEWSROOM_TIMEZONE: timezone.default('America/New_York'),
  NEWSROOM_LEGAL_STATUS: z.enum(['for_profit', 'charity', 'fiscally_sponsored']).default('for_profit'),
  NEWSROOM_TAX_ID: text.optional(),
  NEWSROOM_LEGAL_STATEMENT: text
    .max(LONGEST_STATEMENT, `may have ${LONGEST_STATEMENT} characters at most`)
    .optional(),
  NEWSROOM_COUNTRY: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be a country’s code of two capital letters, as US')
    .optional(),
  NEWSROOM_FISCAL_SPONSOR: text.optional(),
  NEWSROOM_LOGO_URL: logoUrl.optional(),
  NEWSROOM_LOGO_FILE: text.optional(),
  NEWSROOM_FOLLOW_LINKS: followLinks.default([]),
  NEWSROOM_PURPOSE: text.max(LONGEST_PURPOSE, `may have ${LONGEST_PURPOSE} characters at most`).optional(),
  NEWSROOM_NEWSLETTER_URL: urlOf('https:').optional(),
  SOURCE_URL: urlOf('http:', 'https:').optional(),
  LANGUAGES: offeredLanguages.default([...languages]),
  NEWSROOM_LANGUAGE: z.enum(languages, `must be one of ${languages.join(', ')}`).optional(),
  PAPER_SIZE: z.enum(papers, `must be ${papers.join(' or ')}`).optional(),
  BOOKS_OPEN_ON: day.optional(),
  ADAPTIVE_PRICING: z.enum(['off', 'on']).default('off'),
  CURRENCIES: currencies.optional(),
  FREQUENCIES: giftFrequencies.default(['once', 'monthly', 'yearly']),
  PAYMENT_METHODS: methodsToPay.default([]),
  SUGGESTED_AMOUNTS: amountsByCurrency.default(new Map()),
  MINIMUM_AMOUNT: amountsByCurrency.default(new Map()),
  MAXIMUM_AMOUNT: amountsByCurrency.default(new Map()),
  STRIPE_FEE_RATES: feeRates.default(new Map()),
  REPORTING_CURRENCY: currency.optional(),
  FISCAL_YEAR_STARTS: monthNumber.default(1),
  REFUND_LIMIT_FINANCE: amountsByCurrency.default(new Map()),
  WRITE_OFF_APPROVAL: z.enum(['none', 'second_person']).default('none'),
  RETAIN_EVENTS_MONTHS: count.optional(),
  RETAIN_UNPAID_MESSAGES_DAYS: count.optional(),
  RETAIN_DONORS_YEARS: count.optional(),
  RENEWAL_REMINDER_DAYS: reminderDays.optional(),
  RETAIN_WEBHOOKS_DAYS: count.default(30),
  DIGEST_WEBHOOK_URL: urlOf('https:').optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: baseUrl.optional(),
  CHECKOUT_REMINDER: z.enum(['on', 'off'], 'must be on or off').default('off'),
  MESSAGE_MAIL: z.enum(['at_once', 'daily', 'off'], 'must be at_once, daily or off').default('at_once'),
  SUPPORTERS_LIST: z.enum(['on', 'off'], 'must be on or off').default('off'),
  NEWSLETTER_TOOL: z.enum(newsletterTools, `must be one of ${newsletterTools.join(', ')}`).optional(),
  NEWSLETTER_KEY: text.optional(),
  NEWSLETTER_LIST: text.regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be the id of a list or newsletter').optional(),
  NEWSLETTER_URL: baseUrl
    .refine((url) => isHttps(url) || isLoopback(URL.parse(url)?.hostname ?? ''), HTTPS_ELSEWHERE)
    .optional(),
  CHECKOUT_LIMIT_PER_ADDRESS: count.default(2_000),
  CHECKOUT_LIMIT_PER_NETWORK: count.optional(),
  CHECKOUTS_PER_SECOND: count.optional(),
  CHECKOUT_LIMIT_IN_ALL: count.default(20_000),
  CHALLENGE: z.enum(challengeKinds, 'must be proof_of_work, turnstile or hcaptcha').default('proof_of_work'),
  CHALLENGE_SITE_KEY: text.optional(),
  CHALLENGE_SECRET: text.optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
})

/** In production nothing falls back: every variable that development makes up is required. */
export const production = development.extend({
  HOST: text.default('0.0.0.0'),
  PUBLIC_URL: publicUrl.refine(isHttps, HTTPS_NEEDED),
  // Without this word all readers behind a forgotten proxy would share one address and its limit.
  TRUSTED_PROXIES: proxies,
  DATABASE_URL: urlOf('postgres:', 'postgresql:'),
  STRIPE_SECRET_KEY: stripeSecretKey,
  STRIPE_WEBHOOK_SECRET: webhookSecrets,
  STRIPE_API_BASE: baseUrl.refine(isHttps, HTTPS_NEEDED).optional(),
  SMTP_URL: urlOf('smtp:', 'smtps:'),
  ALLOWED_ORIGINS: origins.pipe(z.array(z.string()).min(1, 'must name at least one site')),
  SESSION_SECRET: secrets,
  SECOND_FACTOR: secondFactor.default('required'),
  OIDC_ISSUER: urlOf('https:').optional(),
  NEWSROOM_NAME: text,
  NEWSROOM_ADDRESS: text,
  NEWSROOM_EMAIL: z.email('must be an e-mail address'),
  NEWSROOM_TIMEZONE: timezone,
  NEWSROOM_LEGAL_STATUS: z.enum(['for_profit', 'charity', 'fiscally_sponsored']),
  // Card testers send hundreds of tries from one address and thousands from many; a reader needs a handful, and the
  // readers behind one office's address a few dozen.
  CHECKOUT_LIMIT_PER_ADDRESS: count.default(60),
  CHECKOUT_LIMIT_IN_ALL: count.default(3_000),
})

export const variableNames: readonly string[] = Object.keys(production.shape)

export type Variables = z.infer<typeof development>
