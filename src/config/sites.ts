import path from 'node:path'
import { ConfigProblems, type Config } from './config.ts'
import { readConfig } from './read-config.ts'
import { secretsOfSite, type Secrets } from './keyring.ts'
import { variableNames } from './variables.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Of the process: they have one value, whatever the number of sites. */
const OF_THE_PROCESS = ['NODE_ENV', 'PORT', 'HOST', 'DATA_DIR', 'TRUSTED_PROXIES', 'LOG_LEVEL', 'SITES']

/**
 * What several sites may share: without a site's prefix it is every site's, with the prefix that site's alone. A variable
 * that is not listed belongs to one site, so that no site takes over another one's name, account or key.
 */
const SHARED = new Set([
  ...OF_THE_PROCESS,
  // Each site's secrets are derived from these and its name.
  'SESSION_SECRET',
  'SESSION_COOKIE_SECRET',
  'ADDRESS_HASH_SECRET',
  'RECEIPT_LINK_SECRET',
  'RECEIPT_CODE_SECRET',
  'CHECKOUT_MARK_SECRET',
  'SECOND_FACTOR_SECRET',
  'DATABASE_URL',
  'SMTP_URL',
  'STRIPE_API_BASE',
  'STRIPE_TEST_MODE',
  'MIGRATION_DATABASE_URL',
  'DATABASE_DURABILITY',
  'DATABASE_REPLICA_URL',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'STRIPE_SANDBOX_PORT',
  'SOURCE_URL',
  'SECOND_FACTOR',
  'SESSION_IDLE_MINUTES',
  'SESSION_LONGEST_HOURS',
  'NEWSROOM_TIMEZONE',
  'LANGUAGES',
  'NEWSROOM_LANGUAGE',
  'PAPER_SIZE',
  'ADAPTIVE_PRICING',
  'CURRENCIES',
  'FREQUENCIES',
  'PAYMENT_METHODS',
  'SUGGESTED_AMOUNTS',
  'MINIMUM_AMOUNT',
  'MAXIMUM_AMOUNT',
  'REPORTING_CURRENCY',
  'FISCAL_YEAR_STARTS',
  'REFUND_LIMIT_FINANCE',
  'WRITE_OFF_APPROVAL',
  'RETAIN_EVENTS_MONTHS',
  'RETAIN_UNPAID_MESSAGES_DAYS',
  'RETAIN_DONORS_YEARS',
  'RETAIN_WEBHOOKS_DAYS',
  'RENEWAL_REMINDER_DAYS',
  'CHECKOUT_LIMIT_PER_ADDRESS',
  'CHECKOUT_LIMIT_PER_NETWORK',
  'CHECKOUTS_PER_SECOND',
  'CHECKOUT_LIMIT_IN_ALL',
  'CHALLENGE',
  'CHALLENGE_SITE_KEY',
  'CHALLENGE_SECRET',
])

/** A key, a secret or a host that two sites have in common would lead from one site to the other. */
const NEVER_THE_SAME = ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET', 'SESSION_SECRET'] as const

const NAME = /^[a-z][a-z0-9_]{0,30}$/
/** Schemas that are not a site's. */
const NO_SITE = /^(public|pg_.*|information_schema|reader_donations.*)$/

/**
 * The configuration of every site of the service. Without SITES there is one site, and its variables have no prefix.
 * With `SITES=herald,gazette` the variables of a site begin with its name: `HERALD_PUBLIC_URL`.
 * @throws ConfigProblems naming every problem of every site at once, never a value
 */
export function readSites(env: Env): readonly [Config, ...Config[]] {
  const names = (env['SITES'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (names.length === 0) return [readConfig(env)]
  const wrong = nameProblems(names)
  if (wrong.length > 0) throw new ConfigProblems(wrong)

  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()))
  const sites = names.map((name, at) => variablesOf(name, at, names, given))
  const problems = new Set(misplaced(names, given))
  const configs = sites.flatMap((site) => {
    try {
      return [configOf(site, names.length)]
    } catch (error) {
      if (!(error instanceof ConfigProblems)) throw error
      for (const line of error.problems) problems.add(site.named(line))
      return []
    }
  })
  for (const line of [...sameValues(sites), ...sameHosts(sites, configs)]) problems.add(line)
  const [first, ...others] = configs
  if (problems.size > 0 || !first) throw new ConfigProblems([...problems])
  return [first, ...others]
}

/**
 * The site that `--site NAME` of a command line names, and the line without it.
 * @throws ConfigProblems when there are several sites and none of them is named, or one that does not exist
 */
export function siteAskedFor(args: readonly string[], configs: readonly [Config, ...Config[]]) {
  const [first] = configs
  const at = args.findIndex((arg) => arg === '--site' || arg.startsWith('--site='))
  if (first.site === null) {
    if (at !== -1) throw new ConfigProblems(['--site: there is one site only, and SITES is not set'])
    return { config: first, others: args }
  }
  const option = at === -1 ? '' : (args[at] ?? '')
  const isOneWord = option.startsWith('--site=')
  const name = isOneWord ? option.slice('--site='.length) : at === -1 ? '' : (args[at + 1] ?? '')
  const config = configs.find(({ site }) => site?.name === name)
  const names = configs.map(({ site }) => site?.name).join(', ')
  if (!config) throw new ConfigProblems([`--site: name one of the sites of this service: ${names}`])
  return { config, others: args.toSpliced(at, isOneWord ? 1 : 2) }
}

function nameProblems(names: readonly string[]): string[] {
  const bad = names.filter(
    (name) =>
      !NAME.test(name) ||
      NO_SITE.test(name) ||
      variableNames.some((other) => other.startsWith(prefixOf(name))),
  )
  return [
    ...(bad.length > 0
      ? [
          'SITES: each must be a short name of small letters, digits and _, and not the beginning of a variable',
        ]
      : []),
    ...(new Set(names).size < names.length ? ['SITES: names a site twice'] : []),
  ]
}

type Site = {
  readonly name: string
  /** The site's variables without its prefix. */
  readonly variables: Env
  /** The variables that are set with the site's prefix, without it. */
  readonly own: Env
  /** A sentence about variables, with the names that the operator has to look for. */
  named(line: string): string
}

function variablesOf(name: string, at: number, names: readonly string[], given: Env): Site {
  const ownerOf = (variable: string) =>
    names
      .filter((site) => variable.startsWith(prefixOf(site)))
      // `herald_us` has a longer prefix than `herald`.
      .toSorted((a, b) => b.length - a.length)[0]
  const entries = Object.entries(given)
  const own = Object.fromEntries(
    entries
      .filter(([variable]) => ownerOf(variable) === name)
      .map(([variable, value]) => [variable.slice(prefixOf(name).length), value]),
  )
  const shared = entries.filter(
    ([variable]) =>
      ownerOf(variable) === undefined &&
      variable !== 'SITES' &&
      (SHARED.has(variable) || !variableNames.includes(variable)),
  )
  const sandboxPort = Number(given['STRIPE_SANDBOX_PORT'] ?? 12_111) + at
  const variables = { ...Object.fromEntries(shared), STRIPE_SANDBOX_PORT: String(sandboxPort), ...own }
  return {
    name,
    variables,
    own,
    named: (line) =>
      line.replace(/\b[A-Z][A-Z0-9_]{2,}\b/g, (word) => {
        const isOwn = word in own || (variableNames.includes(word) && !SHARED.has(word))
        return isOwn ? prefixOf(name) + word : word
      }),
  }
}

function configOf({ name, variables, own, named }: Site, of: number): Config {
  const config = readConfig(variables)
  const { common } = config.secrets
  const derived = (variable: string, secrets: Secrets) =>
    variable in own ? secrets : secretsOfSite(secrets, name)
  return {
    ...config,
    site: { name, of, databaseDir: config.dataDir },
    dataDir: path.join(config.dataDir, name),
    secrets: {
      common: common && derived('SESSION_SECRET', common),
      own: Object.fromEntries(
        Object.entries(config.secrets.own).map(([purpose, secrets]) => [
          purpose,
          derived(VARIABLE_OF[purpose] ?? '', secrets),
        ]),
      ),
    },
    warnings: config.warnings.map(named),
  }
}

const VARIABLE_OF: Readonly<Record<string, string>> = {
  sessionCookies: 'SESSION_COOKIE_SECRET',
  addressHashes: 'ADDRESS_HASH_SECRET',
  receiptLinks: 'RECEIPT_LINK_SECRET',
  receiptCodes: 'RECEIPT_CODE_SECRET',
  checkoutMarks: 'CHECKOUT_MARK_SECRET',
  secondFactors: 'SECOND_FACTOR_SECRET',
}

/** What stands where it has no effect: a site's variable without a prefix, or the process' own with one. */
function misplaced(names: readonly string[], given: Env): string[] {
  const withoutPrefix = variableNames
    .filter((variable) => given[variable] !== undefined && !SHARED.has(variable))
    .map(
      (variable) =>
        `${variable}: belongs to one site: write ${names.map((name) => prefixOf(name) + variable).join(' or ')}`,
    )
  const withPrefix = names.flatMap((name) =>
    OF_THE_PROCESS.map((variable) => ({ variable, set: prefixOf(name) + variable }))
      .filter(({ set }) => given[set] !== undefined)
      .map(({ variable, set }) => `${set}: is the same for all sites: write ${variable}`),
  )
  return [...withoutPrefix, ...withPrefix]
}

function sameValues(sites: readonly Site[]): string[] {
  return NEVER_THE_SAME.flatMap((variable) => {
    const ownerOf = new Map<string, string>()
    return sites.flatMap(({ name, own }) =>
      (own[variable] ?? '')
        .split(',')
        .map((value) => value.trim())
        .filter((value) => value !== '')
        .flatMap((value) => {
          const earlier = ownerOf.get(value) ?? name
          ownerOf.set(value, earlier)
          const same = prefixOf(earlier) + variable
          return earlier === name ? [] : [`${prefixOf(name)}${variable}: is that of another site, ${same}`]
        }),
    )
  })
}

/** Requests are distinguished by their host, so each site needs one of its own; a path is not enough. */
function sameHosts(sites: readonly Site[], configs: readonly Config[]): string[] {
  const missing = sites
    .filter(({ variables }) => variables['PUBLIC_URL'] === undefined)
    .map(({ name }) => `${prefixOf(name)}PUBLIC_URL: is missing`)
  const ownerOf = new Map<string, string>()
  const shared = configs.flatMap(({ site, publicUrl }) => {
    const name = site?.name ?? ''
    const host = new URL(publicUrl).hostname
    const earlier = ownerOf.get(host) ?? name
    ownerOf.set(host, earlier)
    const same = `${prefixOf(earlier)}PUBLIC_URL`
    return earlier === name || !sites.some((one) => one.name === name && one.own['PUBLIC_URL'])
      ? []
      : [`${prefixOf(name)}PUBLIC_URL: has the host of ${same}: each site needs a host of its own`]
  })
  return [...missing, ...shared]
}

function prefixOf(site: string): string {
  return `${site.toUpperCase()}_`
}
