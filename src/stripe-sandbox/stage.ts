import type { NewId } from './ids.ts'
import type { Change, Scene, State } from './state.ts'

/** What routes and workers of the offline Stripe stand on. */
export type Stage = {
  readonly state: State
  readonly apiVersion: string
  readonly newId: NewId
  nowMs(): number
  /** The scene as it is now; what has come due in the meantime has happened before it is handed out. */
  scene(request?: Scene['request']): Scene
  /** Keeps the changes and sends the webhooks of new events on their way. */
  commit(changes: readonly Change[]): void
  /** Moves the clock, ms since 1970; everything due until then has happened. @throws RangeError for the past. */
  advanceTo(atMs: number): void
  forgetAnswers(beforeMs: number): void
  log(line: string): void
}
