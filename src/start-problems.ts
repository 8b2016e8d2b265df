import { ConfigProblems, type Config } from './config/config.ts'
import { isDatabaseAway, sqlState } from './db/errors.ts'
import { OpeningIsFixed } from './settlement/opening/opening-store.ts'
import { StartRefused } from './start-refused.ts'

type Ports = Pick<Config, 'port' | 'host' | 'stripe'>

/**
 * Why a start or a command failed, in sentences that say what to do; null when nobody can say it better than the error.
 * @param ports those of the process, when it was to listen
 */
export function startProblem(error: unknown, ports: Ports | null): string | null {
  if (error instanceof ConfigProblems || error instanceof StartRefused || error instanceof OpeningIsFixed)
    return error.message
  return portProblem(error, ports) ?? databaseProblem(error)
}

function portProblem(error: unknown, ports: Ports | null): string | null {
  if (!(error instanceof Error && 'syscall' in error && error.syscall === 'listen' && 'code' in error))
    return null
  const port = 'port' in error ? Number(error.port) : 0
  const isOffline = port === ports?.stripe.sandboxPort && port !== ports.port
  const variable = isOffline ? 'STRIPE_SANDBOX_PORT' : 'PORT'
  const host = 'address' in error ? String(error.address) : ports?.host
  switch (error.code) {
    case 'EADDRINUSE':
      return (
        `Port ${port}${isOffline ? ', where the offline Stripe was to listen,' : ''} is taken by another program (EADDRINUSE), ` +
        `perhaps by another instance of this service. Stop it, or set ${variable} to a free port.`
      )
    case 'EACCES':
      return (
        `This user may not listen on port ${port} (EACCES). Set ${variable} to a port above 1023, ` +
        'and let your reverse proxy take requests on the low ones.'
      )
    case 'EADDRNOTAVAIL':
      return `${host} is no address of this machine (EADDRNOTAVAIL). Correct HOST.`
    default:
      return null
  }
}

const REFUSED_BY_DATABASE: Readonly<Record<string, string>> = {
  '28P01':
    'The database refuses the user or the password (28P01). Correct DATABASE_URL. ' +
    'If it names a user whom the owner in MIGRATION_DATABASE_URL is to make, run npm run migrate first.',
  '28000': 'The database refuses the user (28000). Correct DATABASE_URL, or pg_hba.conf at the server.',
  '3D000': 'The database that DATABASE_URL names does not exist (3D000). Create it, or correct the name.',
  '42501':
    'The user of the database has too few rights (42501). Set MIGRATION_DATABASE_URL to the owner of the tables, ' +
    'and let the owner run npm run admin -- database-roles.',
}

function databaseProblem(error: unknown): string | null {
  const refused = REFUSED_BY_DATABASE[sqlState(error) ?? '']
  if (refused !== undefined) return refused
  if (!isDatabaseAway(error)) return null
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
  return `The database does not answer${code}. Start PostgreSQL, or correct DATABASE_URL.`
}
