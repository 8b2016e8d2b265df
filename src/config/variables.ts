import { z } from 'zod'
import { challengeKinds } from '../protection/challenge-settings.ts'
import { isLoopback } from '../http/loopback.ts'
import { papers } from '../pdf/paper.ts'
import { languages } from '../text/languages.ts'
import {
  portNumber,
  count,
  secondFactor,
  reminderDays,
  urlOf,
  baseUrl,
  publicUrl,
  isHttps,
  HTTPS_NEEDED,
  HTTPS_ELSEWHERE,
  origins,
  stripeSecretKey,
  isLiveKey,
  webhookSecrets,
  productIds,
  proxies,
  timezone,
  logoUrl,
  followLinks,
  currencies,
  currency,
  monthNumber,
  amountsByCurrency,
  giftFrequencies,
  methodsToPay,
  offeredLanguages,
  feeRates,
  domains,
  rolesByValue,
  day,
  newsletterTools,
  text,
  LONGEST_PURPOSE,
  LONGEST_STATEMENT,
  secrets,
} from './variable-schemas.ts'

// Messages never repeat a variable's value: it may be a secret.

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
