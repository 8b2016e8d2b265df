import { appendFileSync, closeSync, ftruncateSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { emptyTables, TASK_KINDS } from './state.ts'
import type { Change, State } from './state.ts'

/** Everything the offline Stripe knows, in memory and in its journal. */
export type StateStore = {
  readonly state: State
  /** How many transactions earlier runs left in the journal. */
  readonly earlierTransactions: number
  /** Writes the journal first and memory second: what a reader of the state has seen survives a restart. */
  commit(changes: readonly Change[]): void
  /** Drops answers older than `beforeMs` from memory. The journal keeps them. */
  forgetAnswers(beforeMs: number): void
  close(): void
}

/**
 * @param journalFile append-only JSON lines, one for each transaction; created when absent, null keeps no journal.
 * @throws when a line other than the last is unreadable: that is damage, not a killed process.
 */
export function openStateStore(journalFile: string | null): StateStore {
  const journal = openJournal(journalFile)
  const tables = emptyTables()
  const apply = (change: Change): void => {
    // The union of changes pairs each table with its own type of value.
    const table = tables[change.table] as unknown as Map<string, Change['value']>
    table.set(change.id, change.value)
  }
  for (const changes of journal.recorded) changes.forEach(apply)
  return {
    state: tables,
    earlierTransactions: journal.recorded.length,
    commit(changes) {
      if (changes.length === 0) return
      journal.append(changes)
      changes.forEach(apply)
    },
    forgetAnswers(beforeMs) {
      // The answers are ordered by age, so the first recent one ends the search.
      for (const [key, answer] of tables.answer) {
        if (answer.atMs >= beforeMs) return
        tables.answer.delete(key)
      }
    },
    close: () => journal.close(),
  }
}

type Journal = {
  /** The transactions of earlier runs, oldest first. */
  readonly recorded: readonly (readonly Change[])[]
  append(changes: readonly Change[]): void
  close(): void
}

function openJournal(file: string | null): Journal {
  if (file === null) return { recorded: [], append: () => {}, close: () => {} }
  mkdirSync(dirname(file), { recursive: true })
  appendFileSync(file, '', { mode: 0o600 }) // 0600: it holds what readers typed on the checkout page
  const bytes = readFileSync(file)
  const end = bytes.lastIndexOf('\n') + 1
  const recorded = parseLines(bytes.subarray(0, end).toString('utf8'), file)
  const descriptor = openSync(file, 'a')
  // A process that is killed while writing leaves a torn last line. Its call was never answered, so the line is
  // cut off: the next line would otherwise be glued to it.
  ftruncateSync(descriptor, end)
  return {
    recorded,
    append: (changes) => appendFileSync(descriptor, `${JSON.stringify(changes)}\n`),
    close: () => closeSync(descriptor),
  }
}

const lineSchema = z.array(
  z.union([
    z.object({
      table: z.literal('task'),
      id: z.string(),
      value: z.looseObject({ kind: z.enum(TASK_KINDS) }),
    }),
    z.object({
      table: z.enum(Object.keys(emptyTables()).filter((table) => table !== 'task')),
      id: z.string(),
      value: z.record(z.string(), z.unknown()),
    }),
  ]),
)

function parseLines(text: string, file: string): (readonly Change[])[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line, index) => {
      try {
        // This same program wrote the values; only names that another version may use are checked.
        return lineSchema.parse(JSON.parse(line)) as unknown as readonly Change[]
      } catch (error) {
        const message = `${file} is damaged in line ${index + 1}, or another version of this program wrote it. Move it away to start anew.`
        throw new Error(message, { cause: error })
      }
    })
}
