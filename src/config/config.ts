import { z } from 'zod'
import {
  amountsByCurrency,
  baseUrl,
  count,
  currencies,
  everyCurrency,
  followLinks,
  origins,
  portNumber,
  proxies,
  stripeSecretKey,
  timezone,
  urlOf,
  webhookSecrets,
} from './config-values.ts'
import { defaultLimits, type AmountLimits } from '../money/money.ts'
import type { CurrencyCode } from '../money/currency.ts'
import type { RateLimit } from '../http/rate-limit.ts'
import { legalStatuses, profileProblems, statementFor, type NewsroomProfile } from '../newsroom/profile.ts'

export type Config = {
  readonly environment: 'production' | 'development' | 'test'
  readonly port: number
  readonly host: string
  readonly publicUrl: string
  readonly allowedOrigins: readonly string[]
  readonly trustedProxies: readonly string[]
  readonly dataDir: string
  readonly databaseUrl: string | null
  readonly stripe: {
    readonly secretKey: string | null
    readonly apiBase: string | null
    readonly sandboxPort: number
  }
  readonly webhookSecrets: readonly string[]
  readonly smtpUrl: string | null
  readonly sessionSecret: string | null
  readonly newsroom: NewsroomProfile
  readonly followLinks: readonly { readonly label: string; readonly url: string }[]
  readonly offer: Offer
  readonly checkoutLimits: { readonly byAddress: RateLimit; readonly inAll: RateLimit }
  readonly logLevel: string
}

/** What a reader may give: currencies (the page's default first), suggestions and limits, in minor units. */
export type Offer = {
  readonly currencies: readonly CurrencyCode[]
  readonly suggested: ReadonlyMap<CurrencyCode, readonly bigint[]>
  readonly limits: ReadonlyMap<CurrencyCode, AmountLimits>
}

export class ConfigProblems extends Error {
  override readonly name = 'ConfigProblems'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length} problem(s):\n${problems.map((line) => `  ${line}`).join('\n')}`,
    )
    this.problems = problems
  }
}

const LIMIT_SECONDS = 600

const text = z.string().trim().min(1)
const secret = z.string().min(32, 'must have at least 32 characters')

const development = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
  PORT: portNumber.default(3000),
  HOST: text.default('127.0.0.1'),
  PUBLIC_URL: baseUrl.optional(),
  DATA_DIR: text.default('.data'),
  DATABASE_URL: urlOf('postgres:', 'postgresql:').optional(),
  STRIPE_SECRET_KEY: stripeSecretKey.optional(),
  STRIPE_WEBHOOK_SECRET: webhookSecrets.optional(),
  STRIPE_API_BASE: baseUrl.optional(),
  STRIPE_SANDBOX_PORT: portNumber.default(12_111),
  SMTP_URL: urlOf('smtp:', 'smtps:').optional(),
  ALLOWED_ORIGINS: origins.default([]),
  TRUSTED_PROXIES: proxies.default([]),
  SESSION_SECRET: secret.optional(),
  NEWSROOM_NAME: text.default('The Willow Creek Courier'),
  NEWSROOM_ADDRESS: text.default('12 Mill Lane, Willow Creek'),
  NEWSROOM_EMAIL: z.email('must be an e-mail address').default('support@courier.example'),
  NEWSROOM_TIMEZONE: timezone.default('America/New_York'),
  NEWSROOM_LEGAL_STATUS: z.enum(['for_profit', 'charity', 'fiscally_sponsored']).default('for_profit'),
  NEWSROOM_TAX_ID: text.optional(),
  NEWSROOM_FISCAL_SPONSOR: text.optional(),
  NEWSROOM_FOLLOW_LINKS: followLinks.default([]),
  CURRENCIES: currencies.optional(),
  SUGGESTED_AMOUNTS: amountsByCurrency.default(new Map()),
  MINIMUM_AMOUNT: amountsByCurrency.default(new Map()),
  MAXIMUM_AMOUNT: amountsByCurrency.default(new Map()),
  CHECKOUT_LIMIT_PER_ADDRESS: count.default(2_000),
  CHECKOUT_LIMIT_IN_ALL: count.default(20_000),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
})

/** In production nothing falls back: what development makes up must be said. */
const production = development.extend({
  HOST: text.default('0.0.0.0'),
  PUBLIC_URL: baseUrl.refine((url) => url.startsWith('https:'), 'must start with https:// in production'),
  DATABASE_URL: urlOf('postgres:', 'postgresql:'),
  STRIPE_SECRET_KEY: stripeSecretKey,
  STRIPE_WEBHOOK_SECRET: webhookSecrets,
  SMTP_URL: urlOf('smtp:', 'smtps:'),
  ALLOWED_ORIGINS: origins.pipe(z.array(z.string()).min(1, 'must name at least one site')),
  SESSION_SECRET: secret,
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

/**
 * The whole configuration from the environment; an empty variable counts as missing.
 * @throws ConfigProblems naming every problem at once, never a value.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()))
  const parsed = (given['NODE_ENV'] === 'production' ? production : development).safeParse(given)
  const own = parsed.success ? offerProblems(parsed.data) : shapeProblems(parsed.error, given)
  const problems = [...new Set([...own, ...dependencyProblems(given)])]
  if (!parsed.success || problems.length > 0) throw new ConfigProblems(problems)
  return configFrom(parsed.data)
}

/** Adds what the file `.env` says to the environment, where it is there; what is set already stays. */
export function loadDotEnv(): void {
  try {
    process.loadEnvFile()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}

type Variables = z.infer<typeof development>

function configFrom(vars: Variables): Config {
  const publicUrl = vars.PUBLIC_URL ?? `http://localhost:${vars.PORT}`
  return {
    environment: vars.NODE_ENV,
    port: vars.PORT,
    host: vars.HOST,
    publicUrl,
    // The service's own pages may always ask for a checkout.
    allowedOrigins: [...new Set([new URL(publicUrl).origin, ...vars.ALLOWED_ORIGINS])],
    trustedProxies: vars.TRUSTED_PROXIES,
    dataDir: vars.DATA_DIR,
    databaseUrl: vars.DATABASE_URL ?? null,
    stripe: {
      secretKey: vars.STRIPE_SECRET_KEY ?? null,
      apiBase: vars.STRIPE_API_BASE ?? null,
      sandboxPort: vars.STRIPE_SANDBOX_PORT,
    },
    webhookSecrets: vars.STRIPE_WEBHOOK_SECRET ?? [],
    smtpUrl: vars.SMTP_URL ?? null,
    sessionSecret: vars.SESSION_SECRET ?? null,
    newsroom: newsroomFrom(vars),
    followLinks: vars.NEWSROOM_FOLLOW_LINKS,
    offer: offerFrom(vars),
    checkoutLimits: {
      byAddress: { points: vars.CHECKOUT_LIMIT_PER_ADDRESS, seconds: LIMIT_SECONDS },
      inAll: { points: vars.CHECKOUT_LIMIT_IN_ALL, seconds: LIMIT_SECONDS },
    },
    logLevel: vars.LOG_LEVEL,
  }
}

function newsroomFrom(vars: Variables): NewsroomProfile {
  const particulars = {
    name: vars.NEWSROOM_NAME,
    address: vars.NEWSROOM_ADDRESS,
    email: vars.NEWSROOM_EMAIL,
    timezone: vars.NEWSROOM_TIMEZONE,
    legalStatus: vars.NEWSROOM_LEGAL_STATUS,
    taxId: vars.NEWSROOM_TAX_ID ?? null,
    fiscalSponsor: vars.NEWSROOM_FISCAL_SPONSOR ?? null,
  }
  return { ...particulars, statement: statementFor(particulars) }
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
  return { currencies: offered, suggested: new Map(suggested), limits: new Map(limits) }
}

/** The newsroom's limits inside Stripe's: a limit that a currency cannot have gives way to the table's. */
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

/** What one variable asks of another; read from the raw values, so that it is said together with everything else. */
function dependencyProblems(given: Readonly<Record<string, string | undefined>>): string[] {
  const legalStatus =
    legalStatuses.find((status) => status === given['NEWSROOM_LEGAL_STATUS']) ?? 'for_profit'
  const taxId = given['NEWSROOM_TAX_ID'] ?? null
  const fiscalSponsor = given['NEWSROOM_FISCAL_SPONSOR'] ?? null
  const variable = { taxId: 'NEWSROOM_TAX_ID', fiscalSponsor: 'NEWSROOM_FISCAL_SPONSOR' } as const
  const problems = profileProblems({ legalStatus, taxId, fiscalSponsor })
  const lines = problems.map(({ field, message }) => `${variable[field]}: is missing: ${message}`)
  const webhooksUnknown =
    given['STRIPE_SECRET_KEY'] !== undefined && given['STRIPE_WEBHOOK_SECRET'] === undefined
  if (webhooksUnknown) lines.push('STRIPE_WEBHOOK_SECRET: is missing')
  return lines
}

function offerProblems(vars: Variables): string[] {
  const { suggested, limits } = offerFrom(vars)
  return [...suggested].flatMap(([code, amounts]) => {
    const own = limits.get(code)
    const fits = !own || amounts.every((amount) => amount >= own.minimumMinor && amount <= own.maximumMinor)
    return fits ? [] : [`SUGGESTED_AMOUNTS: an amount in ${code} is below the minimum or above the maximum`]
  })
}

function shapeProblems(error: z.ZodError, given: Record<string, unknown>): string[] {
  return error.issues.map((issue) => {
    const name = String(issue.path[0])
    return `${name}: ${name in given ? issue.message : 'is missing'}`
  })
}
