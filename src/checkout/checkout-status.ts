import type { CheckoutId, CheckoutSessionId } from '../ids.ts'
import type { Attribution } from './attribution.ts'

/**
 * `created`: stored, and Stripe has not been asked yet; `open`: Stripe's page waits for the reader; `processing`: the
 * reader has finished and a bank debit is on its way; `expired` and `failed`: it ended without money; `succeeded`:
 * the reader was charged.
 */
export type CheckoutStatus = 'created' | 'open' | 'processing' | 'expired' | 'failed' | 'succeeded'

// Events come in any order and more than once, so a status only ever rises: whatever the order, the highest rank that
// Stripe reported remains. `succeeded` is the highest, because a reader who was charged has given.
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

/**
 * The session that a checkout shows once one of its sessions reaches `status`. A checkout that was retried hours later
 * can have several: it shows the paid one, and of two paid ones always the same.
 */
export function currentSession(
  checkout: { readonly sessionId: CheckoutSessionId | null; readonly status: CheckoutStatus },
  sessionId: CheckoutSessionId,
  status: CheckoutStatus,
): CheckoutSessionId {
  if (checkout.sessionId === null || checkout.sessionId === sessionId) return sessionId
  if (status !== 'succeeded') return checkout.sessionId
  return checkout.status === 'succeeded' && checkout.sessionId < sessionId ? checkout.sessionId : sessionId
}

/** What processing needs of a checkout: how far it has come, and what the reader said. */
export type KnownCheckout = {
  readonly id: CheckoutId
  readonly sessionId: CheckoutSessionId | null
  readonly status: CheckoutStatus
  readonly attribution: Attribution
  readonly message: string | null
  readonly anonymous: boolean
}

/** How far a checkout has come: what processing writes to its row. */
export type CheckoutProgress = {
  readonly id: CheckoutId
  readonly sessionId: CheckoutSessionId
  readonly status: CheckoutStatus
}
