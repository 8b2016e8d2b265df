import { createAgenda } from './agenda.ts'
import { happen } from './due-acts.ts'
import type { Change, Scene, State } from './state.ts'
import { startWork } from './work.ts'

/** Node's timers end at 2^31 ms; an hour also keeps an adjusted system clock from mattering for long. */
const LONGEST_WAIT_MS = 60 * 60 * 1000
/** A timer may ring a little early: it must not spin until the moment has come. */
const SHORTEST_WAIT_MS = 20

/** Lets happen what only time brings, each thing at its own moment and in the order of these moments. */
export type DueWorker = {
  /** Brings everything up to now. Cheap when nothing is due. */
  catchUp(): void
  /** A row was written that time may do something to. */
  expect(changes: readonly Change[]): void
  close(): void
}

export type DueOptions = {
  readonly state: State
  nowMs(): number
  /** The scene as it was at that moment. */
  sceneAt(atMs: number): Scene
  commit(changes: readonly Change[]): void
  /** A webhook that was held back may go. */
  release(eventId: string): void
}

export function createDueWorker(options: DueOptions): DueWorker {
  const { state } = options
  const agenda = createAgenda()
  let timer: NodeJS.Timeout | null = null
  let armedForMs = Infinity
  let closed = false
  let busy = false

  const arm = (): void => {
    const nextAtMs = agenda.nextAtMs()
    if (busy || closed || nextAtMs === armedForMs) return
    if (timer !== null) clearTimeout(timer)
    timer = null
    armedForMs = nextAtMs
    if (nextAtMs === Infinity) return
    const wait = Math.max(nextAtMs - options.nowMs(), SHORTEST_WAIT_MS)
    timer = setTimeout(
      () => {
        armedForMs = Infinity
        catchUp()
        arm()
      },
      Math.min(wait, LONGEST_WAIT_MS),
    )
  }
  const catchUp = (): void => {
    if (busy || closed) return
    const nowMs = options.nowMs()
    if (agenda.nextAtMs() > nowMs) return
    busy = true
    try {
      for (let due = agenda.take(state, nowMs); due !== null; due = agenda.take(state, nowMs)) {
        const work = startWork(options.sceneAt(due.atMs))
        happen(work, due)
        options.commit(work.changes)
        if (due.table === 'delivery') options.release(due.id)
      }
    } finally {
      busy = false
    }
    arm()
  }
  return {
    catchUp,
    expect(changes) {
      for (const change of changes) agenda.add(change)
      arm()
    },
    close() {
      closed = true
      if (timer !== null) clearTimeout(timer)
      timer = null
    },
  }
}

/** What the journal left to come. */
export function unfinished(state: State): Change[] {
  const { session, bank_debit: debits, task, delivery } = state
  return [
    ...[...session].map(([id, value]): Change => ({ table: 'session', id, value })),
    ...[...debits].map(([id, value]): Change => ({ table: 'bank_debit', id, value })),
    ...[...task].map(([id, value]): Change => ({ table: 'task', id, value })),
    ...[...delivery].map(([id, value]): Change => ({ table: 'delivery', id, value })),
  ]
}
