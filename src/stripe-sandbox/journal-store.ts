import { appendFileSync, closeSync, ftruncateSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { emptyTables } from './state.ts'
import type { Change } from './state.ts'

/** Append-only memory of the offline Stripe: one line for each set of changes that belong together. */
export type Journal = {
  /** What earlier runs left, oldest first. */
  readonly recorded: readonly (readonly Change[])[]
  append(changes: readonly Change[]): void
  close(): void
}

const lineSchema = z.array(
  z.object({
    table: z.enum(Object.keys(emptyTables())),
    id: z.string(),
    value: z.record(z.string(), z.unknown()),
  }),
)

/**
 * @param file the journal, made when absent; null keeps nothing.
 * @throws when a line other than the last is unreadable: that is damage, not a killed process.
 */
export function openJournal(file: string | null): Journal {
  if (file === null) return { recorded: [], append: () => {}, close: () => {} }
  mkdirSync(dirname(file), { recursive: true })
  appendFileSync(file, '', { mode: 0o600 }) // 0600: it holds what readers typed on the checkout page
  const bytes = readFileSync(file)
  const end = bytes.lastIndexOf('\n') + 1
  const recorded = parseLines(bytes.subarray(0, end).toString('utf8'), file)
  const descriptor = openSync(file, 'a')
  // A process killed while writing leaves a torn last line. It was never answered for, so it never happened;
  // left there, the next line would be glued to it.
  ftruncateSync(descriptor, end)
  return {
    recorded,
    append: (changes) => appendFileSync(descriptor, `${JSON.stringify(changes)}\n`),
    close: () => closeSync(descriptor),
  }
}

function parseLines(text: string, file: string): (readonly Change[])[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line, index) => {
      try {
        // The shape of each value is what this same program wrote; only the envelope is checked.
        return lineSchema.parse(JSON.parse(line)) as unknown as readonly Change[]
      } catch (error) {
        throw new Error(`${file} is damaged in line ${index + 1}. Move it away to begin anew.`, {
          cause: error,
        })
      }
    })
}
