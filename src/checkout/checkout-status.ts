import type { CheckoutId, CheckoutSessionId } from '../ids.ts'
import type { Attribution } from './attribution.ts'

/**
 * A checkout's life as data. `created`: kept, Stripe not asked yet; `open`: Stripe's page waits for the reader;
 * `processing`: completed, a bank debit is on its way; `expired` and `failed`: ended without money; `succeeded`: charged.
 */
export type CheckoutStatus = 'created' | 'open' | 'processing' | 'expired' | 'failed' | 'succeeded'

// Events come in any order and more than once, so a status only ever climbs: whatever the order, the highest
// rank that Stripe proved stands at the end. Money beats everything: a charged reader has given.
const RANK: Readonly<Record<CheckoutStatus, number>> = {
  created: 0,
  open: 1,
  processing: 2,
  expired: 3,
  failed: 4,
  succeeded: 5,
}

export function laterStatus(a: CheckoutStatus, b: CheckoutStatus): CheckoutStatus {
  return RANK[a] >= RANK[b] ? a : b
}

/** A checkout retried hours later can have several sessions: it shows the one that was paid, of two paid ones always the same. */
export function currentSession(
  checkout: { readonly sessionId: CheckoutSessionId | null; readonly status: CheckoutStatus },
  sessionId: CheckoutSessionId,
  to: CheckoutStatus,
): CheckoutSessionId {
  if (checkout.sessionId === null || checkout.sessionId === sessionId) return sessionId
  if (to !== 'succeeded') return checkout.sessionId
  return checkout.status === 'succeeded' && checkout.sessionId < sessionId ? checkout.sessionId : sessionId
}

/** What the apply step must know of a checkout: how far it came and what the reader said. */
export type KnownCheckout = {
  readonly id: CheckoutId
  readonly sessionId: CheckoutSessionId | null
  readonly status: CheckoutStatus
  readonly attribution: Attribution
  readonly message: string | null
  readonly anonymous: boolean
}

/** How far a checkout has come, as it is written to its row. */
export type CheckoutMove = {
  readonly id: CheckoutId
  readonly sessionId: CheckoutSessionId
  readonly status: CheckoutStatus
}
