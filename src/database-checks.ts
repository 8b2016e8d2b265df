import type { Logger } from 'pino'
import type { Config } from './config/config.ts'
import type { Half } from './connections.ts'
import type { DatabaseConnections } from './database-connections.ts'
import { isDatabaseAway } from './db/errors.ts'
import { refuseForeignSchema, schemaProblem } from './db/migrate.ts'
import { durabilityProblem, readServer, versionProblem, type ServerState } from './db/server-fitness.ts'
import { StartRefused } from './start-refused.ts'

type Checked = Pick<Config, 'deployment' | 'testMode' | 'databaseDurability'>
type Connections = Pick<DatabaseConnections, 'database' | 'migrate'>

/**
 * Makes sure that the database can hold donations, before anything else is done with it: a server that is new enough and
 * keeps what it commits, with the tables of this version. A process that runs both halves brings the tables up to date.
 * @throws StartRefused
 */
export async function prepareDatabase(
  config: Checked,
  { database, migrate }: Connections,
  half: Half,
  log: Logger,
): Promise<void> {
  const state = await unlessAway(half, () => readServer(database.pool))
  const refused = state && refusal(config, state)
  if (refused) throw new StartRefused(refused)
  if (half === 'both') await migrate()
  else {
    const problem = await unlessAway(half, () => schemaProblem(database.knex))
    if (problem) throw new StartRefused(problem)
    await unlessAway(half, () => refuseForeignSchema(database.knex))
  }
  const losing = state && durabilityProblem(state, config.databaseDurability)
  if (losing) log.warn(losing)
}

/** A web or worker process may start before its database: `/readyz` answers 503 until it is there. */
async function unlessAway<T>(half: Half, ask: () => Promise<T>): Promise<T | null> {
  return ask().catch((error: unknown) => {
    if (half !== 'both' && isDatabaseAway(error)) return null
    throw error
  })
}

/** Why the database cannot be used, in sentences for the operator; null if it can. */
export async function databaseProblem(
  config: Checked,
  { database }: Pick<Connections, 'database'>,
): Promise<string | null> {
  return refusal(config, await readServer(database.pool)) ?? (await schemaProblem(database.knex))
}

/** Where no real money moves, a database that may lose it is only worth a warning. */
function refusal(config: Checked, state: ServerState): string | null {
  const isForMoney = config.deployment === 'production' && !config.testMode
  return versionProblem(state) ?? (isForMoney ? durabilityProblem(state, config.databaseDurability) : null)
}
