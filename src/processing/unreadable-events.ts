import type { Claim } from '../stripe/events/ownership.ts'
import { NOT_OURS, type Changes } from './changes.ts'

/** An event whose object has an unexpected shape, and what may prove the object ours. */
export type UnreadableEventClaim = { readonly id: bigint; readonly reason: string; readonly claim: Claim }

/**
 * Whose an object is comes before its shape: ours needs attention when it cannot be read, and one that nothing proves
 * ours is ignored, whatever it looks like.
 * @param known those of the claims' ids that our tables know
 * @param changes what the same batch books
 */
export function unreadableOutcomes(
  events: readonly UnreadableEventClaim[],
  known: ReadonlySet<string>,
  { booked, subscriptions }: Pick<Changes, 'booked' | 'subscriptions'>,
): { id: bigint; correlationId: string | null; outcome: 'failed' | 'ignored'; reason: string }[] {
  const own = new Set([
    ...known,
    ...booked.flatMap(({ paymentIntentId, sessionId, invoiceId }) => [paymentIntentId, sessionId, invoiceId]),
    ...subscriptions.map(({ id }) => id),
  ])
  return events.map(({ id, reason, claim }) => {
    const correlationId = claim.ids[0] ?? null
    return claim.checkoutId !== null || claim.ids.some((one) => own.has(one))
      ? { id, correlationId, outcome: 'failed', reason }
      : { id, correlationId, outcome: 'ignored', reason: NOT_OURS }
  })
}
