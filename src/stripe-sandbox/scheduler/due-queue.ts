import type { Change, State } from '../state/state.ts'

/** A row and the time (ms since 1970) at which something happens to it. */
export type DueRow = {
  readonly dueAtMs: number
  readonly order: number
  readonly table: 'session' | 'bank_debit' | 'task' | 'delivery'
  readonly id: string
}

/** What is still to happen, earliest first; at the same time, first written first. */
export type DueQueue = {
  add(change: Change): void
  /** Removes and returns the first row that is due by then; null when there is none. */
  takeDue(state: State, byMs: number): DueRow | null
  /** Infinity when the queue is empty. */
  nextDueAtMs(): number
}

/** A binary heap: months of traffic make tens of thousands of entries. */
export function createDueQueue(): DueQueue {
  const heap: DueRow[] = []
  let order = 0
  const push = (row: DueRow): void => {
    let index = heap.length
    while (index > 0) {
      const parentIndex = (index - 1) >> 1
      const parent = heap[parentIndex]
      if (parent === undefined || !isBefore(row, parent)) break
      heap[index] = parent
      index = parentIndex
    }
    heap[index] = row
  }
  const removeFirst = (): void => {
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let index = 0
    for (;;) {
      const left = heap[2 * index + 1]
      const right = heap[2 * index + 2]
      if (left === undefined) break
      const isRight = right !== undefined && isBefore(right, left)
      const child = isRight ? right : left
      if (!isBefore(child, last)) break
      heap[index] = child
      index = 2 * index + (isRight ? 2 : 1)
    }
    heap[index] = last
  }
  return {
    add(change) {
      const { table, id } = change
      const dueAtMs = dueTimeOf(change)
      if (dueAtMs !== null && isDueTable(table)) push({ dueAtMs, order: (order += 1), table, id })
    },
    takeDue(state, byMs) {
      for (;;) {
        const [first] = heap
        if (first === undefined || first.dueAtMs > byMs) return null
        removeFirst()
        if (isStillDue(first, state)) return first
      }
    },
    nextDueAtMs: () => heap[0]?.dueAtMs ?? Infinity,
  }
}

/** Every row of a stored state that something may still happen to. */
export function dueChanges({ session, bank_debit: debits, task, delivery }: State): Change[] {
  return [
    ...[...session].map(([id, value]): Change => ({ table: 'session', id, value })),
    ...[...debits].map(([id, value]): Change => ({ table: 'bank_debit', id, value })),
    ...[...task].map(([id, value]): Change => ({ table: 'task', id, value })),
    ...[...delivery].map(([id, value]): Change => ({ table: 'delivery', id, value })),
  ]
}

function isBefore(a: DueRow, b: DueRow): boolean {
  return a.dueAtMs < b.dueAtMs || (a.dueAtMs === b.dueAtMs && a.order < b.order)
}

function isDueTable(table: Change['table']): table is DueRow['table'] {
  return table === 'session' || table === 'bank_debit' || table === 'task' || table === 'delivery'
}

/** When something happens to the row that a change writes; null for never. */
function dueTimeOf(change: Change): number | null {
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

/** A row may be written again with another time; only the last one counts. */
function isStillDue({ dueAtMs, table, id }: DueRow, state: State): boolean {
  const value = state[table].get(id)
  // Table and value come from the same map.
  return value !== undefined && dueTimeOf({ table, id, value } as Change) === dueAtMs
}
