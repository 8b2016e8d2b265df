import type * as fc from 'fast-check'
import type { Wanted } from './wanted-request.ts'

/** One thing that the service answers, and how it is asked. */
export type Target = {
  readonly name: string
  /** As whom. */
  readonly as: 'reader' | 'staff' | 'program'
  readonly requests: fc.Arbitrary<Wanted>
  /** The content types of each status that the description names; null where nothing is described. */
  readonly described: ReadonlyMap<number, readonly string[]> | null
}

export function get(address: string): Wanted {
  return { method: 'GET', address, headers: [], body: null, framing: 'none' }
}
