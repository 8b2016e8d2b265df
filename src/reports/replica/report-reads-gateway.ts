import type { Knex } from 'knex'
import type pg from 'pg'
import type { Logger } from 'pino'
import { isDatabaseAway, sqlState } from '../../db/errors.ts'
import { figuresAsOf, replicaState, type ReplicaState } from './replica-state.ts'
import { askReplica, primaryPlace } from './replica-store.ts'

/** A database that reports are read from. */
export type ReportPlace = { readonly db: Knex; readonly pool: pg.Pool }

/**
 * Reads a report: from the replica if there is one and it is near enough, else from the primary. What fails on the
 * replica is read again from the primary. `work` only reads, and nothing is decided by what it finds: a sign-in, a
 * refund and a closing ask the primary themselves.
 */
export type ReportReads = <T>(work: (place: ReportPlace) => Promise<T>) => Promise<{
  readonly found: T
  /** As of when the figures are; null: now. */
  readonly asOf: Date | null
}>

/** Whether the replica may be read, which is asked once a second at most. */
export type ReplicaWatch = {
  state(): Promise<ReplicaState>
  /** A statement failed there: the next ones go to the primary until the replica has answered again. */
  failed(error: unknown): void
}

/** For a service without a replica. */
export function readsFromPrimary(primary: ReportPlace): ReportReads {
  return async (work) => ({ found: await work(primary), asOf: null })
}

export function readsFromReplica(deps: {
  readonly primary: ReportPlace
  readonly replica: ReportPlace
  readonly watch: ReplicaWatch
  readonly clock: () => Date
}): ReportReads {
  const { primary, replica, watch, clock } = deps
  return async (work) => {
    const state = await watch.state()
    if (state.use === 'primary') return { found: await work(primary), asOf: null }
    const asOf = figuresAsOf(state.behindMs, clock())
    try {
      return { found: await work(replica), asOf }
    } catch (error) {
      if (!isFaultOfReplica(error)) throw error
      watch.failed(error)
      return { found: await work(primary), asOf: null }
    }
  }
}

/** The server cancels a statement that took too long. It would take as long on the primary, which has more to do. */
const TOOK_TOO_LONG = '57014'

/**
 * Whether the primary may answer what the replica did not: it is away, it had to give up a statement for what it
 * replays, or a migration has not arrived there.
 */
export function isFaultOfReplica(error: unknown): boolean {
  const state = sqlState(error)
  return state === null ? isDatabaseAway(error) : state !== TOOK_TOO_LONG
}

const ASKED_AGAIN_AFTER_MS = 1_000
const AWAY_FOR_MS = 5_000
const AWAY: ReplicaState = { use: 'primary', why: 'away' }

/**
 * Asks the replica how far behind it is. While it is away nobody waits for its answer: it is asked again meanwhile.
 * @param nowMs a clock that never goes back
 */
export function watchReplica(deps: {
  readonly primary: pg.Pool
  readonly replica: pg.Pool
  readonly log: Logger
  readonly nowMs?: () => number
}): ReplicaWatch {
  const { primary, replica, log, nowMs = () => performance.now() } = deps
  let levelAtMs = -Infinity
  let known: { readonly state: ReplicaState; readonly atMs: number } | null = null
  let asking: Promise<ReplicaState> | null = null

  const ask = async (): Promise<ReplicaState> => {
    const place = await primaryPlace(primary)
    const askedAtMs = nowMs()
    const answer = await askReplica(replica, place)
    if (answer.isLevel) levelAtMs = askedAtMs
    return replicaState(answer, nowMs() - levelAtMs)
  }
  const keep = (state: ReplicaState, err?: unknown): ReplicaState => {
    const before = known?.state ?? { use: 'replica' }
    known = { state, atMs: nowMs() }
    if (state.use === 'primary' && (before.use === 'replica' || before.why !== state.why))
      log.warn({ err, why: state.why }, 'reports are read from the primary instead of the replica')
    else if (state.use === 'replica' && before.use === 'primary')
      log.info('reports are read from the replica again')
    return state
  }
  const refresh = (): Promise<ReplicaState> => {
    asking ??= ask()
      .then(
        (state) => keep(state),
        (error: unknown) => keep(AWAY, error),
      )
      .finally(() => (asking = null))
    return asking
  }

  return {
    async state() {
      if (known === null) return refresh()
      const { state, atMs } = known
      const ageMs = nowMs() - atMs
      if (state.use === 'primary' && state.why === 'away') {
        if (ageMs >= AWAY_FOR_MS) void refresh()
        return state
      }
      return ageMs < ASKED_AGAIN_AFTER_MS ? state : refresh()
    },
    failed: (error) => void keep(AWAY, error),
  }
}
