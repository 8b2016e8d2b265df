import type { CheckoutId } from '../ids.ts'
import type { NewsroomProfile } from '../newsroom/profile.ts'
import { attemptAt } from './attempt.ts'
import type { CheckoutMarks } from './checkout-mark.ts'
import type { CheckoutRequest } from './checkout-request.ts'
import { planCheckout, type Checkout, type CheckoutSession } from './checkout.ts'
import { requestHash } from './request-hash.ts'
import { sessionParams, type SessionParams } from './session-params.ts'

/** The steps with an effect, passed in so that a test can stop before or after each of them. */
export type CheckoutSteps = {
  /** Commits before it returns. @throws Refusal conflict when the key was used for another request */
  findOrInsert(
    planned: Checkout,
    key: { idempotencyKey: string | null; requestHash: string },
  ): Promise<Checkout>
  /** @throws Refusal unavailable */
  createSession(params: SessionParams, stripeIdempotencyKey: string): Promise<CheckoutSession>
  /** @returns the checkout with this session, or with the session that was saved first */
  saveSession(id: CheckoutId, session: CheckoutSession): Promise<Checkout>
}

export type CheckoutDeps = CheckoutSteps & {
  readonly newId: () => string
  readonly now: () => Date
  readonly newsroom: NewsroomProfile
  readonly publicUrl: string
  readonly adaptivePricing: boolean
  readonly marks: Pick<CheckoutMarks, 'make'>
}

export type OpenedCheckout = Checkout & { readonly session: CheckoutSession }

/**
 * Stores the checkout and creates its payment page at Stripe. No database transaction is open while Stripe is asked.
 * If the process dies between two steps, the next request with the same idempotency key continues from there.
 * @throws Refusal conflict or unavailable
 */
export async function createCheckout(
  request: CheckoutRequest,
  idempotencyKey: string | null,
  deps: CheckoutDeps,
): Promise<OpenedCheckout> {
  const planned = planCheckout(request, deps.newId(), deps.now())
  const stored = await deps.findOrInsert(planned, { idempotencyKey, requestHash: requestHash(request) })
  if (hasSession(stored)) return stored

  const attempt = attemptAt(stored, deps.now())
  const params = sessionParams(stored, attempt, deps)
  const session = await deps.createSession(params, attempt.stripeIdempotencyKey)
  const opened = await deps.saveSession(stored.id, session)
  if (!hasSession(opened)) throw new Error('The checkout has no session after it was saved')
  return opened
}

function hasSession(checkout: Checkout): checkout is OpenedCheckout {
  return checkout.session !== null
}
