import type { Context } from '../state/context.ts'
import type { Change, State } from '../state/state.ts'
import { beginTransaction } from '../state/transaction.ts'
import { createDueQueue } from './due-queue.ts'
import { runDue } from './due-tasks.ts'

/** Node's timers end at 2^31 ms. An hour also limits the effect of an adjusted system clock. */
const LONGEST_WAIT_MS = 60 * 60 * 1000
/** A timer may fire a little early; without a pause it would then fire again and again until the time has come. */
const SHORTEST_WAIT_MS = 20

/** Does everything that depends on time alone, each thing at its own time and in the order of these times. */
export type Scheduler = {
  /** Does everything that is due by now. Cheap when nothing is. */
  catchUp(): void
  /** Notices the rows that something will happen to later. */
  watch(changes: readonly Change[]): void
  close(): void
}

export function createScheduler(options: {
  readonly state: State
  nowMs(): number
  /** The context as of that time, ms since 1970. */
  contextAt(nowMs: number): Context
  commit(changes: readonly Change[]): void
  /** Sends a webhook that was held back. */
  releaseDelivery(eventId: string): void
}): Scheduler {
  const { state } = options
  const queue = createDueQueue()
  let timer: NodeJS.Timeout | null = null
  let timerDueAtMs = Infinity
  let closed = false
  let running = false

  const startTimer = (): void => {
    const nextDueAtMs = queue.nextDueAtMs()
    if (running || closed || nextDueAtMs === timerDueAtMs) return
    if (timer !== null) clearTimeout(timer)
    timer = null
    timerDueAtMs = nextDueAtMs
    if (nextDueAtMs === Infinity) return
    const waitMs = Math.max(nextDueAtMs - options.nowMs(), SHORTEST_WAIT_MS)
    timer = setTimeout(
      () => {
        timerDueAtMs = Infinity
        catchUp()
        startTimer()
      },
      Math.min(waitMs, LONGEST_WAIT_MS),
    )
  }
  const catchUp = (): void => {
    if (running || closed) return
    const nowMs = options.nowMs()
    if (queue.nextDueAtMs() > nowMs) return
    running = true
    try {
      for (let due = queue.takeDue(state, nowMs); due !== null; due = queue.takeDue(state, nowMs)) {
        const transaction = beginTransaction(options.contextAt(due.dueAtMs))
        runDue(transaction, due)
        options.commit(transaction.changes)
        if (due.table === 'delivery') options.releaseDelivery(due.id)
      }
    } finally {
      running = false
    }
    startTimer()
  }
  return {
    catchUp,
    watch(changes) {
      for (const change of changes) queue.add(change)
      startTimer()
    },
    close() {
      closed = true
      if (timer !== null) clearTimeout(timer)
      timer = null
    },
  }
}
