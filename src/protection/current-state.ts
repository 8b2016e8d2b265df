import type { Queryable } from '../db/database.ts'
import { isDatabaseAway } from '../db/errors.ts'
import { QUIET, stepInForce, type Step } from './attack-mode.ts'
import type { ProtectionState } from './protection-state.ts'
import { readProtection } from './protection-store.ts'

/** The state that all processes share, as this process knows it. */
export type CurrentState = {
  /** The step of attack mode that is in force. */
  step(): Promise<Step>
  /** Whether new checkouts are switched off. */
  isGivingOff(): Promise<boolean>
}

/** How long one reading serves this process. */
const STATE_MS = 1_000
const UNKNOWN: ProtectionState = { mode: QUIET, control: 'automatic', givingOffSince: null }

/** Reads the state once a second at most. While the database is away the last one known holds. */
export function currentState(db: Queryable, clock: () => Date): CurrentState {
  let read: Promise<ProtectionState> | null = null
  let readMs = -Infinity
  let last: ProtectionState | null = null
  const state = async (): Promise<ProtectionState> => {
    const nowMs = clock().getTime()
    if (read === null || nowMs - readMs >= STATE_MS) {
      readMs = nowMs
      read = readProtection(db)
    }
    try {
      last = await read
      return last
    } catch (error) {
      read = null
      // What is guarded needs the database as well, and answers with a clearer refusal.
      if (isDatabaseAway(error)) return last ?? UNKNOWN
      throw error
    }
  }
  return {
    async step() {
      const { mode, control } = await state()
      return stepInForce(mode, control)
    },
    isGivingOff: async () => (await state()).givingOffSince !== null,
  }
}
