import type { Journal } from './journal-store.ts'
import { emptyTables } from './state.ts'
import type { Change, State } from './state.ts'

/** Everything the offline Stripe knows, in memory and in its journal. */
export type SandboxStore = {
  readonly state: State
  /** Journal first, memory second: what a reader of the state has seen survives a restart. */
  commit(changes: readonly Change[]): void
  /** Drops answers older than `beforeMs` from memory; the journal is left as it is. */
  forgetAnswers(beforeMs: number): void
  close(): void
}

export function createSandboxStore(journal: Journal): SandboxStore {
  const tables = emptyTables()
  const apply = (change: Change): void => {
    // Map<…> of the same table: the union of changes pairs each table with its own type of value.
    const table = tables[change.table] as unknown as Map<string, Change['value']>
    table.set(change.id, change.value)
  }
  for (const changes of journal.recorded) changes.forEach(apply)
  return {
    state: tables,
    commit(changes) {
      if (changes.length === 0) return
      journal.append(changes)
      changes.forEach(apply)
    },
    forgetAnswers(beforeMs) {
      // Oldest first: the first young one ends it.
      for (const [key, answer] of tables.answer) {
        if (answer.atMs >= beforeMs) return
        tables.answer.delete(key)
      }
    },
    close: () => journal.close(),
  }
}
