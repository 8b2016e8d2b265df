import type { z } from 'zod'
import { unknownNames, type UnknownName } from './variable-names.ts'
import { variableProblems } from './variable-problems.ts'
import { everyCurrency } from './variable-schemas.ts'
import { development, production, variableNames, type Variables } from './variables.ts'
import type { SignInSettings } from '../access/sign-in/sign-in-settings.ts'
import { isLoopback } from '../http/loopback.ts'
import { testName } from '../html/test-name.ts'
import { defaultLimits, type AmountLimits } from '../money/money.ts'
import type { CurrencyCode } from '../money/currency.ts'
import type { ReaderLanguages } from '../text/languages.ts'
import { statementFor, taxLawOf, type NewsroomProfile } from '../newsroom/profile.ts'
import { paperIn } from '../pdf/paper.ts'
import { ConfigProblems, type Config, type Offer, type Reporting } from './config.ts'

const LIMIT_SECONDS = 600
/** Stripe allows 25 a second for one endpoint, and in a sandbox for all together (docs.stripe.com/rate-limits). */
const PER_SECOND_AT_STRIPE = 18
const PER_SECOND_OFFLINE = 1_000
/** A network may ask as often as five busy addresses of it, unless CHECKOUT_LIMIT_PER_NETWORK says otherwise. */
const ADDRESSES_OF_A_NETWORK = 5

/**
 * The whole configuration from the environment; an empty variable counts as missing.
 * @throws ConfigProblems naming every problem at once, never a value.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()))
  const parsed = (given['NODE_ENV'] === 'production' ? production : development).safeParse(given)
  const malformed = parsed.success ? offerProblems(parsed.data) : schemaProblems(parsed.error, given)
  const unknown = unknownNames(Object.keys(given), variableNames)
  const named = new Set(malformed.map(nameIn))
  const others = variableProblems(given, variableNames, unknown).filter((line) => !named.has(nameIn(line)))
  const problems = [...new Set([...malformed, ...others])]
  if (!parsed.success || problems.length > 0) throw new ConfigProblems(problems)
  return configFrom(parsed.data, warningsOf(parsed.data, unknown))
}

const nameIn = (line: string): string => line.split(':')[0] ?? ''

/** What a start says aloud although it does not prevent it; names only, never a value. */
function warningsOf(vars: Variables, unknown: readonly UnknownName[]): string[] {
  const names = unknown.map(({ name, meant }) =>
    meant === null
      ? `${name} is not a variable of this service and has no effect`
      : `${name} is not a variable of this service and has no effect: is ${meant} meant?`,
  )
  return [
    ...(isTestMode(vars) ? ['STRIPE_TEST_MODE is set: payments are tests and no money moves'] : []),
    ...(isForeignDatabase(vars) ? [FOREIGN_DATABASE] : []),
    ...(namesNoLaw(vars) ? [NO_LAW] : []),
    ...names,
  ]
}

const NO_LAW =
  'NEWSROOM_LEGAL_STATEMENT is not set: outside the United States the receipts of a charity say nothing of tax law until it is'

function namesNoLaw(vars: Variables): boolean {
  return (
    vars.NEWSROOM_LEGAL_STATUS !== 'for_profit' &&
    vars.NEWSROOM_LEGAL_STATEMENT === undefined &&
    taxLawOf(vars.NEWSROOM_TIMEZONE, vars.NEWSROOM_COUNTRY) === 'elsewhere'
  )
}

const FOREIGN_DATABASE =
  'DATABASE_URL leads to another machine: outside production the service writes tests and its own newsroom into it'

function isForeignDatabase({ NODE_ENV, DATABASE_URL }: Variables): boolean {
  const host = URL.parse(DATABASE_URL ?? '')?.hostname ?? ''
  return NODE_ENV !== 'production' && host !== '' && !isLoopback(host)
}

function isTestMode({ NODE_ENV, STRIPE_TEST_MODE }: Variables): boolean {
  return NODE_ENV === 'production' && STRIPE_TEST_MODE
}

/**
 * Adds the variables of the file `.env` to the environment, if there is one; a variable that is set already stays.
 * @returns the environment
 */
export function loadDotEnv(): Readonly<Record<string, string | undefined>> {
  try {
    process.loadEnvFile()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  return process.env
}

function configFrom(vars: Variables, warnings: readonly string[]): Config {
  const publicUrl = vars.PUBLIC_URL ?? `http://localhost:${vars.PORT}`
  const offer = offerFrom(vars)
  return {
    deployment: deploymentOf(vars),
    site: null,
    testMode: isTestMode(vars),
    port: vars.PORT,
    host: vars.HOST,
    publicUrl,
    // The service's own pages may always ask for a checkout.
    allowedOrigins: [...new Set([new URL(publicUrl).origin, ...vars.ALLOWED_ORIGINS])],
    trustedProxies: vars.TRUSTED_PROXIES,
    hstsSubdomains: vars.HSTS_SUBDOMAINS === 'on',
    dataDir: vars.DATA_DIR,
    databaseUrl: vars.DATABASE_URL ?? null,
    migrationDatabaseUrl: vars.MIGRATION_DATABASE_URL ?? null,
    databaseDurability: vars.DATABASE_DURABILITY,
    replicaUrl: vars.DATABASE_REPLICA_URL ?? null,
    stripe: {
      secretKey: vars.STRIPE_SECRET_KEY ?? null,
      apiBase: vars.STRIPE_API_BASE ?? null,
      sandboxPort: vars.STRIPE_SANDBOX_PORT,
      donationProducts: vars.STRIPE_DONATION_PRODUCTS,
    },
    webhookSecrets: vars.STRIPE_WEBHOOK_SECRET ?? [],
    smtpUrl: vars.SMTP_URL ?? null,
    secrets: {
      common: vars.SESSION_SECRET ?? null,
      own: {
        ...(vars.SESSION_COOKIE_SECRET && { sessionCookies: vars.SESSION_COOKIE_SECRET }),
        ...(vars.ADDRESS_HASH_SECRET && { addressHashes: vars.ADDRESS_HASH_SECRET }),
        ...(vars.RECEIPT_LINK_SECRET && { receiptLinks: vars.RECEIPT_LINK_SECRET }),
        ...(vars.RECEIPT_CODE_SECRET && { receiptCodes: vars.RECEIPT_CODE_SECRET }),
        ...(vars.CHECKOUT_MARK_SECRET && { checkoutMarks: vars.CHECKOUT_MARK_SECRET }),
        ...(vars.SECOND_FACTOR_SECRET && { secondFactors: vars.SECOND_FACTOR_SECRET }),
      },
    },
    signIn: signInFrom(vars),
    newsroom: newsroomFrom(vars),
    languages: languagesFrom(vars),
    paper: vars.PAPER_SIZE ?? paperIn(vars.NEWSROOM_TIMEZONE),
    booksOpenOn: vars.BOOKS_OPEN_ON ?? null,
    purpose: vars.NEWSROOM_PURPOSE ?? null,
    newsletterUrl: vars.NEWSROOM_NEWSLETTER_URL ?? null,
    newsletter: newsletterFrom(vars),
    followLinks: vars.NEWSROOM_FOLLOW_LINKS,
    checkoutReminder: vars.CHECKOUT_REMINDER === 'on',
    messageMail: vars.MESSAGE_MAIL,
    supportersList: vars.SUPPORTERS_LIST === 'on',
    logoUrl: vars.NEWSROOM_LOGO_URL ?? null,
    logoFile: vars.NEWSROOM_LOGO_FILE ?? null,
    sourceUrl: vars.SOURCE_URL ?? null,
    adaptivePricing: vars.ADAPTIVE_PRICING === 'on',
    offer,
    reporting: reportingFrom(vars, offer),
    refundLimits: refundLimitsFrom(vars, reportingFrom(vars, offer)),
    writeOffApproval: vars.WRITE_OFF_APPROVAL,
    retention: {
      eventMonths: vars.RETAIN_EVENTS_MONTHS ?? null,
      unpaidMessageDays: vars.RETAIN_UNPAID_MESSAGES_DAYS ?? null,
      donorYears: vars.RETAIN_DONORS_YEARS ?? null,
    },
    webhookDays: vars.RETAIN_WEBHOOKS_DAYS,
    renewalReminderDays: vars.RENEWAL_REMINDER_DAYS ?? null,
    tracesTo: vars.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
    digestWebhookUrl: vars.DIGEST_WEBHOOK_URL ?? null,
    checkoutLimits: {
      byAddress: { points: vars.CHECKOUT_LIMIT_PER_ADDRESS, seconds: LIMIT_SECONDS },
      byNetwork: {
        points: vars.CHECKOUT_LIMIT_PER_NETWORK ?? vars.CHECKOUT_LIMIT_PER_ADDRESS * ADDRESSES_OF_A_NETWORK,
        seconds: LIMIT_SECONDS,
      },
      perSecond:
        vars.CHECKOUTS_PER_SECOND ?? (vars.STRIPE_SECRET_KEY ? PER_SECOND_AT_STRIPE : PER_SECOND_OFFLINE),
      inAll: { points: vars.CHECKOUT_LIMIT_IN_ALL, seconds: LIMIT_SECONDS },
    },
    challenge: {
      kind: vars.CHALLENGE,
      siteKey: vars.CHALLENGE_SITE_KEY ?? null,
      secret: vars.CHALLENGE_SECRET ?? null,
    },
    logLevel: vars.LOG_LEVEL,
    warnings,
  }
}

function signInFrom(vars: Variables): SignInSettings {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = vars
  return {
    secondFactor: vars.SECOND_FACTOR,
    idleMs: vars.SESSION_IDLE_MINUTES * 60_000,
    longestMs: vars.SESSION_LONGEST_HOURS * 3_600_000,
    provider:
      issuer && clientId && clientSecret
        ? {
            issuer,
            clientId,
            clientSecret,
            name: vars.OIDC_NAME ?? new URL(issuer).hostname,
            scopes: vars.OIDC_SCOPES,
            allowedDomains: vars.OIDC_ALLOWED_DOMAINS,
            roles:
              vars.OIDC_ROLE_CLAIM && vars.OIDC_ROLES
                ? { claim: vars.OIDC_ROLE_CLAIM, byValue: vars.OIDC_ROLES }
                : null,
          }
        : null,
  }
}

function newsletterFrom(vars: Variables): Config['newsletter'] {
  const { NEWSLETTER_TOOL: kind, NEWSLETTER_KEY: key = '', NEWSLETTER_LIST: list = null } = vars
  switch (kind) {
    case undefined:
      return null
    case 'export':
    case 'webhook':
      return { tool: { kind } }
    case 'mailchimp':
      return { tool: { kind, key, list: list ?? '' } }
    case 'buttondown':
      return { tool: { kind, key } }
    case 'ghost':
      return { tool: { kind, key, url: vars.NEWSLETTER_URL ?? '', list } }
  }
}

function deploymentOf({ NODE_ENV, DATABASE_URL }: Variables): Config['deployment'] {
  if (NODE_ENV === 'production') return 'production'
  return DATABASE_URL === undefined ? 'trial' : 'development'
}

function newsroomFrom(vars: Variables): NewsroomProfile {
  const particulars = {
    // Receipts, mails and pages of a test must not pass for real ones.
    name: isTestMode(vars) ? testName(vars.NEWSROOM_NAME) : vars.NEWSROOM_NAME,
    address: vars.NEWSROOM_ADDRESS,
    email: vars.NEWSROOM_EMAIL,
    timezone: vars.NEWSROOM_TIMEZONE,
    legalStatus: vars.NEWSROOM_LEGAL_STATUS,
    taxId: vars.NEWSROOM_TAX_ID ?? null,
    fiscalSponsor: vars.NEWSROOM_FISCAL_SPONSOR ?? null,
  }
  const law = taxLawOf(vars.NEWSROOM_TIMEZONE, vars.NEWSROOM_COUNTRY)
  return { ...particulars, statement: vars.NEWSROOM_LEGAL_STATEMENT ?? statementFor(particulars, law) }
}

function languagesFrom({ LANGUAGES: offered, NEWSROOM_LANGUAGE: own }: Variables): ReaderLanguages {
  const [first = 'en'] = offered // the schema refuses an empty list
  return { offered, fallback: own ?? (offered.includes('en') ? 'en' : first) }
}

function offerFrom(vars: Variables): Offer {
  const offered = vars.CURRENCIES ?? everyCurrency
  const of = (amounts: Map<CurrencyCode | 'plain', bigint[]>, code: CurrencyCode) =>
    amounts.get(code)?.[0] ?? amounts.get('plain')?.[0]
  const limits = offered.map(
    (code) =>
      [code, amountLimits(code, of(vars.MINIMUM_AMOUNT, code), of(vars.MAXIMUM_AMOUNT, code))] as const,
  )
  const suggested = offered.flatMap((code, at) => {
    const amounts =
      vars.SUGGESTED_AMOUNTS.get(code) ?? (at === 0 ? vars.SUGGESTED_AMOUNTS.get('plain') : undefined)
    return amounts ? [[code, amounts] as const] : []
  })
  return {
    frequencies: vars.FREQUENCIES,
    currencies: offered,
    suggested: new Map(suggested),
    limits: new Map(limits),
    feeRates: vars.STRIPE_FEE_RATES,
    paymentMethods: vars.PAYMENT_METHODS,
  }
}

/** A limit without a currency is in the reporting currency. Whatever currency has none then needs an admin. */
function refundLimitsFrom({ REFUND_LIMIT_FINANCE: limits }: Variables, { currency }: Reporting) {
  return new Map(
    [...limits].flatMap(([code, [limit]]) =>
      limit === undefined ? [] : [[code === 'plain' ? currency : code, limit] as const],
    ),
  )
}

function reportingFrom(vars: Variables, { currencies: [first] }: Offer): Reporting {
  // The schema of CURRENCIES refuses an empty list.
  if (first === undefined) throw new Error('No currency is offered')
  return { currency: vars.REPORTING_CURRENCY ?? first, fiscalYearStarts: vars.FISCAL_YEAR_STARTS }
}

/** The newsroom's limits within Stripe's: a limit outside of what a currency can have gives way to Stripe's. */
function amountLimits(
  code: CurrencyCode,
  minimum: bigint | undefined,
  maximum: bigint | undefined,
): AmountLimits {
  const table = defaultLimits(code)
  const minimumMinor = minimum !== undefined && minimum > table.minimumMinor ? minimum : table.minimumMinor
  const maximumMinor = maximum !== undefined && maximum >= minimumMinor ? maximum : table.maximumMinor
  return { minimumMinor, maximumMinor }
}

function offerProblems(vars: Variables): string[] {
  const { suggested, limits, feeRates } = offerFrom(vars)
  const { offered, fallback } = languagesFrom(vars)
  const language = offered.includes(fallback) ? [] : ['NEWSROOM_LANGUAGE: is none of LANGUAGES']
  const rates = [...feeRates.keys()]
    .filter((code) => !limits.has(code))
    .map((code) => `STRIPE_FEE_RATES: has a rate in ${code}, which is not one of CURRENCIES`)
  const amounts = [...suggested].flatMap(([code, each]) => {
    const own = limits.get(code)
    const fits = !own || each.every((amount) => amount >= own.minimumMinor && amount <= own.maximumMinor)
    return fits ? [] : [`SUGGESTED_AMOUNTS: an amount in ${code} is below the minimum or above the maximum`]
  })
  return [...language, ...amounts, ...rates]
}

function schemaProblems(error: z.ZodError, given: Record<string, unknown>): string[] {
  return error.issues.map((issue) => {
    const name = String(issue.path[0])
    return `${name}: ${name in given ? issue.message : 'is missing'}`
  })
}
