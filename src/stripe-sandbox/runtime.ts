import type { NewId } from './ids.ts'
import type { Context, RequestInfo } from './state/context.ts'
import type { Change, State } from './state/state.ts'
import type { Transaction } from './state/transaction.ts'

/** The running offline Stripe, as its routes, its workers and its console use it. */
export type Runtime = {
  readonly state: State
  readonly apiVersion: string
  readonly newId: NewId
  /** This Stripe's time, ms since 1970. */
  nowMs(): number
  /** The context as of now. Everything that is due by now happens first. */
  context(request?: RequestInfo): Context
  /** Commits what `act` changes. Nothing is kept when it throws. */
  transact<T>(act: (transaction: Transaction) => T): T
  /** Keeps the changes and sends the webhooks of new events on their way. */
  commit(changes: readonly Change[]): void
  /**
   * Moves the clock to a time in ms since 1970. Everything due until then happens.
   * @throws RangeError for a time in the past.
   */
  advanceTo(atMs: number): void
  forgetAnswers(beforeMs: number): void
  log(line: string): void
}
