import type { Queryable } from './database.ts'

/** What a PostgreSQL server says of itself, over one of our own connections. */
export type ServerState = {
  /** As PostgreSQL counts: 150004 is 15.4. */
  readonly versionNumber: number
  readonly version: string
  readonly fsync: string
  readonly fullPageWrites: string
  /** As it is for our user in our database, where it may differ from the server's. */
  readonly synchronousCommit: string
}

/** Who keeps what was committed: PostgreSQL by its own settings, or the storage of a provider below it. */
export type Durability = 'postgres' | 'storage'

/** `nulls not distinct` in unique constraints came with 15. */
const OLDEST = 15

export async function readServer(db: Queryable): Promise<ServerState> {
  const { rows } = await db.query<ServerState>(
    `select current_setting('server_version_num')::int as "versionNumber", current_setting('server_version') as version,
       current_setting('fsync') as fsync, current_setting('full_page_writes') as "fullPageWrites",
       current_setting('synchronous_commit') as "synchronousCommit"`,
  )
  const [state] = rows
  if (!state) throw new Error('PostgreSQL returned none of its settings')
  return state
}

/** Why the server is too old for the tables, in sentences for the operator; null if it is not. */
export function versionProblem({ versionNumber, version }: ServerState): string | null {
  if (versionNumber >= OLDEST * 10_000) return null
  return (
    `PostgreSQL ${version} is too old: this service needs ${OLDEST} or newer. ` +
    'Upgrade the server, or let DATABASE_URL lead to a newer one.'
  )
}

/**
 * Why a crash of the server could lose what was committed, and with it donations that Stripe believes to be stored; null if
 * it could not. Sentences for the operator.
 */
export function durabilityProblem(state: ServerState, durability: Durability): string | null {
  const atServer = [
    ...(state.fsync === 'off' ? ['fsync'] : []),
    ...(state.fullPageWrites === 'off' ? ['full_page_writes'] : []),
  ]
  const off = [
    ...(durability === 'storage' ? [] : atServer),
    // Without it a commit is answered before it is written anywhere, whatever the storage.
    ...(state.synchronousCommit === 'off' ? ['synchronous_commit'] : []),
  ]
  if (off.length === 0) return null
  const names = off.join(', ').replace(/, (?=[^,]*$)/, ' and ')
  return (
    `PostgreSQL has ${names} off: a crash of its machine would lose donations although Stripe was answered that they are stored. ` +
    `Switch ${off.length === 1 ? 'it' : 'them'} on (ALTER SYSTEM SET ${off[0]} = on; SELECT pg_reload_conf(), or in postgresql.conf; ` +
    'a user or database may have a setting of its own) and start again. ' +
    'If the storage of your provider keeps every commit instead, set DATABASE_DURABILITY to storage.'
  )
}
