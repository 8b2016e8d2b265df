import { expire } from './checkout-session.ts'
import { settle } from './payments.ts'
import type { BankDebit, Change, Scene, SessionRecord, State } from './state.ts'

/** Node's timers end at 2^31 ms; an hour also keeps an adjusted system clock from mattering for long. */
const LONGEST_WAIT_MS = 60 * 60 * 1000
/** A timer may ring a little early: it must not spin until the moment has come. */
const SHORTEST_WAIT_MS = 20

/** Lets happen what only time brings: sessions expire, bank debits settle. */
export type DueWorker = {
  /** Brings everything up to now. Cheap when nothing is due. */
  catchUp(): void
  /** A moment, ms since 1970, at which something will be due. */
  expect(atMs: number): void
  close(): void
}

export type DueOptions = {
  readonly state: State
  nowMs(): number
  scene(): Scene
  commit(changes: readonly Change[]): void
}

export function createDueWorker(options: DueOptions): DueWorker {
  let timer: NodeJS.Timeout | null = null
  let nextAtMs = Infinity

  const arm = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (nextAtMs === Infinity) return
    const wait = Math.max(nextAtMs - options.nowMs(), SHORTEST_WAIT_MS)
    timer = setTimeout(
      () => {
        catchUp()
        arm()
      },
      Math.min(wait, LONGEST_WAIT_MS),
    )
  }
  const catchUp = (): void => {
    const nowMs = options.nowMs()
    if (nowMs < nextAtMs) return
    nextAtMs = Infinity
    const { session, bank_debit } = options.state
    const expired = [...session.values()].filter((record) => expiresBy(record, nowMs))
    for (const record of expired) options.commit(expire(options.scene(), record))
    const settled = [...bank_debit.values()].filter((debit) => settlesBy(debit, nowMs))
    for (const debit of settled) options.commit(settle(options.scene(), debit, debit.outcome))
    nextAtMs = earliest(options.state)
    arm()
  }
  return {
    catchUp,
    expect(atMs) {
      if (atMs >= nextAtMs) return
      nextAtMs = atMs
      arm()
    },
    close() {
      if (timer !== null) clearTimeout(timer)
      timer = null
      nextAtMs = Infinity
    },
  }
}

/** The next moment at which something is due, ms since 1970; Infinity when nothing is. */
export function earliest(state: State): number {
  let atMs = Infinity
  for (const { object } of state.session.values()) {
    if (object.status === 'open') atMs = Math.min(atMs, object.expires_at * 1000)
  }
  for (const debit of state.bank_debit.values()) {
    if (!debit.settled) atMs = Math.min(atMs, debit.settlesAtMs)
  }
  return atMs
}

function expiresBy({ object }: SessionRecord, nowMs: number): boolean {
  return object.status === 'open' && object.expires_at * 1000 <= nowMs
}

function settlesBy(debit: BankDebit, nowMs: number): boolean {
  return !debit.settled && debit.settlesAtMs <= nowMs
}
