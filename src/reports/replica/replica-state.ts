/** A replica that is further behind than this is not read. */
export const MOST_BEHIND_MS = 60_000

/** Below this a page says nothing: it takes as long to be read. */
const STATED_FROM_MS = 2_000

/** What a replica says of itself, and of a place in the write-ahead log that the primary had reached before. */
export type ReplicaAnswer = {
  /** False for a server that takes writes: one that was promoted, or the address of the primary itself. */
  readonly isReplica: boolean
  /** Whether it has replayed everything up to the primary's place. */
  readonly isLevel: boolean
  /** Since the last database transaction that it replayed was committed; null: it has replayed none yet. */
  readonly sinceReplayMs: number | null
  /** The age of the oldest posting that is not in the kept sums there, which only the primary can fold; null: none. */
  readonly unfoldedMs: number | null
}

/** Where reports are read, and if not from the replica, why. */
export type ReplicaState =
  | { readonly use: 'replica'; readonly behindMs: number }
  | { readonly use: 'primary'; readonly why: 'away' | 'no_replica' | 'too_far_behind' }

/**
 * Whether the replica may answer now. While nothing is committed on the primary the age of the last replayed commit
 * grows although nothing is missing, so the time since the replica was last level with the primary bounds it.
 * @param sinceLevelMs since the replica was last seen level; infinite: never
 */
export function replicaState(answer: ReplicaAnswer, sinceLevelMs: number): ReplicaState {
  if (!answer.isReplica) return { use: 'primary', why: 'no_replica' }
  const notReplayedMs = answer.isLevel ? 0 : Math.min(answer.sinceReplayMs ?? Infinity, sinceLevelMs)
  const behindMs = Math.max(notReplayedMs, answer.unfoldedMs ?? 0)
  return behindMs > MOST_BEHIND_MS
    ? { use: 'primary', why: 'too_far_behind' }
    : { use: 'replica', behindMs: Math.max(0, behindMs) }
}

/** As of when figures are that were read from the replica at `now`; null where the difference is too small to tell. */
export function figuresAsOf(behindMs: number, now: Date): Date | null {
  return behindMs < STATED_FROM_MS ? null : new Date(now.getTime() - behindMs)
}
