import type { Change, State } from './state.ts'

/** A row and the moment (ms since 1970) at which time will do something to it. */
export type Due = {
  readonly atMs: number
  readonly order: number
  readonly table: DueTable
  readonly id: string
}
export type DueTable = 'session' | 'bank_debit' | 'task' | 'delivery'

/** What is to come, earliest first; at the same moment, first written first. */
export type Agenda = {
  add(change: Change): void
  /** Takes the first that is due by then; null when nothing is. */
  take(state: State, byMs: number): Due | null
  /** Infinity when nothing is to come. */
  nextAtMs(): number
}

/** A binary heap: months of traffic hold tens of thousands of moments. */
export function createAgenda(): Agenda {
  const heap: Due[] = []
  let order = 0
  const earlier = (a: Due, b: Due): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
  const push = (due: Due): void => {
    let at = heap.length
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || !earlier(due, parent)) break
      heap[at] = parent
      at = above
    }
    heap[at] = due
  }
  const pop = (): Due | undefined => {
    const [first] = heap
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let at = 0
    for (;;) {
      const left = heap[2 * at + 1]
      const right = heap[2 * at + 2]
      if (left === undefined) break
      const isRight = right !== undefined && earlier(right, left)
      const child = isRight ? right : left
      if (!earlier(child, last)) break
      heap[at] = child
      at = 2 * at + (isRight ? 2 : 1)
    }
    heap[at] = last
    return first
  }
  return {
    add(change) {
      const atMs = dueAtMs(change)
      const { table, id } = change
      if (atMs === null || !isDueTable(table)) return
      push({ atMs, order: (order += 1), table, id })
    },
    take(state, byMs) {
      for (;;) {
        const [first] = heap
        if (first === undefined || first.atMs > byMs) return null
        pop()
        if (stillDue(first, state)) return first
      }
    },
    nextAtMs: () => heap[0]?.atMs ?? Infinity,
  }
}

function isDueTable(table: Change['table']): table is DueTable {
  return table === 'session' || table === 'bank_debit' || table === 'task' || table === 'delivery'
}

/** When time will do something to a row written so; null when never. */
function dueAtMs(change: Change): number | null {
  switch (change.table) {
    case 'session': {
      const { object, aheadMs = 0 } = change.value
      return object.status === 'open' ? object.expires_at * 1000 + aheadMs : null
    }
    case 'bank_debit':
      return change.value.settled ? null : change.value.settlesAtMs
    case 'task':
      return change.value.done ? null : change.value.dueAtMs
    case 'delivery':
      return change.value.status === 'pending' ? (change.value.notBeforeMs ?? null) : null
    default:
      return null
  }
}

/** Rows are written again and again; only the moment of the last writing counts. */
function stillDue({ atMs, table, id }: Due, state: State): boolean {
  const value = state[table].get(id)
  // Table and value come from the same map.
  return value !== undefined && dueAtMs({ table, id, value } as Change) === atMs
}
