import type { NewId } from '../ids.ts'
import type { Settings } from '../settings.ts'
import type { State } from './state.ts'

/** The API request that causes a change; both are null for what people, banks and time do. */
export type RequestInfo = { readonly id: string | null; readonly idempotency_key: string | null }

/** What every rule works from: what is stored, what time it is, who asks. */
export type Context = {
  readonly state: State
  /** This Stripe's time, ms since 1970. */
  readonly nowMs: number
  /** How far this Stripe's clock is ahead of its caller's. */
  readonly aheadMs: number
  readonly settings: Settings
  readonly newId: NewId
  readonly apiVersion: string
  /** `http://127.0.0.1:PORT`, where the checkout page lives. */
  readonly origin: string
  readonly request: RequestInfo
}
