import type { Change, Scene } from '../state.ts'

/** A call as an endpoint sees it: the id in its path and the parameters of body or query. */
export type Call = { readonly id: string; readonly params: Record<string, unknown> }

/** What to answer with 200 and what to keep; both happen or neither. */
export type Answer = { readonly body: object; readonly changes: readonly Change[] }

/** One route of the API as a pure function. It throws StripeRefusal for anything else than 200. */
export type Endpoint = {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** With at most one parameter, `:id`. */
  readonly path: string
  run(scene: Scene, call: Call): Answer
}

export function read(body: object): Answer {
  return { body, changes: [] }
}
