import { userInfo } from 'node:os'
import { ConfigProblems, type Config } from './config/config.ts'
import { loadDotEnv } from './config/read-config.ts'
import { readSites, siteAskedFor } from './config/sites.ts'
import { makeLogger } from './http/logger.ts'
import type { Service } from './service.ts'
import type { StartOptions } from './site.ts'
import type { Half } from './connections.ts'
import type { DatabaseConnections } from './database-connections.ts'
import { startProblem } from './start-problems.ts'
import { StartRefused } from './start-refused.ts'

// What a command or the service needs is imported where it begins: whoever corrects a variable waits half as long.

const clock = (): Date => new Date()
// The service promises to leave within ten seconds; the rest is for the process to end.
const STOP_WITHIN_MS = 9_500
const PASSED_ON_WITHIN_MS = 1_000

async function command([name = 'start', ...rest]: readonly string[]): Promise<void> {
  const configs = readSites(loadDotEnv())
  switch (name) {
    case 'start':
      return serve(configs, 'both')
    case 'web':
    case 'worker':
      return serve(configs, name)
    case 'migrate':
      for (const config of configs) await withDatabase(config, (database) => bringUpToDate(config, database))
      return
    case 'admin': {
      const { adminHelp, asksForHelp } = await import('./admin/admin.ts')
      if (asksForHelp(rest)) return void process.stdout.write(adminHelp())
      const { config, others } = siteAskedFor(rest, configs)
      return withDatabase(config, (connections) => admin(others, config, connections))
    }
    default:
      throw new ConfigProblems([`there is no command ${name}`])
  }
}

async function bringUpToDate({ site }: Config, { migrate }: DatabaseConnections): Promise<void> {
  const names = await migrate()
  const words = names.length > 0 ? `Migrated: ${names.join(', ')}\n` : 'Nothing to migrate.\n'
  process.stdout.write(site ? `${site.name}: ${words}` : words)
}

async function admin(
  rest: readonly string[],
  config: Config,
  { patient: database, databaseUrl, migrate }: DatabaseConnections,
): Promise<void> {
  const { recordOpening } = await import('./settlement/opening/opening-store.ts')
  const { capturedMailsFor, expectedOf, keyringOf, openStripeFor, ownershipOf } =
    await import('./connections.ts')
  await migrate()
  const { publicUrl, newsroom } = config
  await recordOpening(database.pool, config.booksOpenOn, newsroom.timezone, clock())
  const log = makeLogger({ level: 'warn', destination: process.stderr })
  let opened: ReturnType<typeof openStripeFor> | null = null
  const stripe = async () => (await (opened ??= openStripeFor(config, log, clock))).stripe
  const keys = await keyringOf(config)
  const deps = {
    database,
    databaseUrl,
    clock,
    operator: systemUser(),
    publicUrl,
    newsroom,
    writeOffApproval: config.writeOffApproval,
    expected: expectedOf(config),
    ownership: ownershipOf(config, keys),
    log,
    stripe,
    keys,
    capturedMails: capturedMailsFor(config),
  }
  const { runAdmin } = await import('./admin/admin.ts')
  process.exitCode = await runAdmin(rest, deps, process).finally(async () => (await opened)?.stop())
}

/** A container may run under a number that has no name. */
function systemUser(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`
  }
}

async function serve(configs: readonly [Config, ...Config[]], half: Half): Promise<void> {
  const [config] = configs
  const log = makeLogger({ level: config.logLevel })
  for (const warning of new Set(configs.flatMap(({ warnings }) => warnings))) log.warn(warning)
  const service = await startAll(configs, { half, log, clock }).catch((error: unknown) => {
    const problem = startProblem(error, config)
    throw problem === null ? error : new StartRefused(problem, { cause: error })
  })
  let leavingSinceMs: number | null = null
  const leave = (): void => {
    if (leavingSinceMs !== null) {
      // A second Ctrl-C ends the process at once. npm passes the first one on, so it arrives twice.
      if (performance.now() - leavingSinceMs > PASSED_ON_WITHIN_MS) process.exit(130)
      return
    }
    leavingSinceMs = performance.now()
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref()
    service.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.fatal({ err: error }, 'could not stop in order')
        process.exit(1)
      },
    )
  }
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, leave)
  if (half === 'worker') return log.info('the worker is running')
  const words = await Promise.all(
    service.sites.map((site, at) => whereToLook(configs[at] ?? config, site)),
  ).catch((error: unknown) => {
    if (leavingSinceMs === null) throw error // stopped meanwhile: nobody looks any more
    return []
  })
  process.stdout.write(words.join(''))
}

async function startAll(configs: readonly [Config, ...Config[]], options: StartOptions) {
  const { startService, startSites } = await import('./service.ts')
  if (configs[0].site) return startSites(configs, options)
  const service = await startService(configs[0], options)
  return { sites: [service], stop: service.stop }
}

/** What somebody who has started it reads first: where everything is, and how to get there. */
async function whereToLook(
  config: Config,
  { url, sandboxUrl, database }: Omit<Service, 'stop'>,
): Promise<string> {
  if (config.deployment === 'production')
    return `Reader donations at ${url}\n${config.testMode ? 'THIS IS A TEST: the key is a test key, and no money moves.\n' : ''}`
  const sandbox = sandboxUrl ? [`The offline Stripe, its sessions and events:         ${sandboxUrl}/`] : []
  const lines =
    config.deployment === 'trial'
      ? [...(await wayIntoTheTrial(config, url, database)), ...sandbox, `All data is in ${config.dataDir}.`]
      : [
          `Reader donations is running in development. Readers give at:  ${url}/donate`,
          'DATABASE_URL is set, so no demo and no administrator were made. To let somebody in: npm run admin -- create-staff',
          ...(config.smtpUrl
            ? []
            : ['Mail is captured, not sent; read it with: npm run --silent admin -- captured-mail']),
          ...sandbox,
        ]
  return `${lines.join('\n')} Ctrl-C stops the service.\n`
}

/** Only for the trial: whoever reads this becomes an administrator. */
async function wayIntoTheTrial(config: Config, url: string, database: Service['database']) {
  const { inKnexTransaction } = await import('./db/database.ts')
  const { admitWithLink } = await import('./access/manage-staff.ts')
  const { SIGN_IN_LINK_VALID_MINUTES } = await import('./access/sign-in/sign-in-link-store.ts')
  const wish = { email: 'finance@courier.example', role: 'admin' } as const
  const service = { kind: 'service' } as const
  const { staff, link } = await inKnexTransaction(database.knex, (tx) =>
    admitWithLink(tx, wish, { by: service, at: clock() }),
  )
  return [
    `Reader donations is running. Open the demo article:  ${url}/demo`,
    `Finance, signed in by this link (${SIGN_IN_LINK_VALID_MINUTES} minutes, once):  ${url}/finance/sign-in/${link.token}`,
    `    later by mail: ask for a link at ${url}/finance/sign-in for ${staff.email}`,
    ...(config.smtpUrl ? [] : [`Mail is captured, not sent; read it at:              ${url}/dev/mail`]),
  ]
}

async function withDatabase(
  config: Config,
  work: (connections: DatabaseConnections) => Promise<void>,
): Promise<void> {
  const log = makeLogger({ level: 'warn', destination: process.stderr })
  const { openDatabaseFor } = await import('./database-connections.ts')
  const connections = await openDatabaseFor(config, log)
  await work(connections).finally(connections.stop)
}

/** Runs `start`, `web`, `worker`, `migrate` or `admin …`, as the scripts in package.json call them. Reports what fails. */
export async function run(args: readonly string[]): Promise<void> {
  try {
    await command(args)
  } catch (error) {
    const problem = startProblem(error, null)
    if (problem !== null) process.stderr.write(`${problem}\n`)
    else makeLogger({ level: 'fatal', destination: process.stderr }).fatal({ err: error }, 'could not start')
    process.exitCode = 1
  }
}
