import type * as fc from 'fast-check'
import type { Wanted } from './wanted-request.ts'

/** By content type, what is wrong with a body; null where anything is right, as in files. */
export type Bodies = ReadonlyMap<string, ((body: unknown) => string[]) | null>

/** One thing that the service answers, and how it is asked. */
export type Target = {
  readonly name: string
  /** As whom. */
  readonly as: 'reader' | 'staff' | 'program'
  readonly requests: fc.Arbitrary<Wanted>
  /** What the description says of each status that it names; null where nothing is described. */
  readonly described: ReadonlyMap<number, Bodies> | null
}

export function get(address: string): Wanted {
  return { method: 'GET', address, headers: [], body: null, framing: 'none' }
}
