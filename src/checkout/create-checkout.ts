import type { CheckoutId } from '../ids.ts'
import type { NewsroomProfile } from '../newsroom/profile.ts'
import { attemptAt } from './attempt.ts'
import type { CheckoutRequest } from './checkout-request.ts'
import { planCheckout, type Checkout, type CheckoutSession } from './checkout.ts'
import { requestHash } from './request-hash.ts'
import { sessionParams, type SessionParams } from './session-params.ts'

/** The steps that leave a trace, each as an argument, so that a test can stop after any of them. */
export type CheckoutSteps = {
  /** Commits before it returns. @throws Refusal conflict: same key, other content */
  keep(planned: Checkout, asked: { idempotencyKey: string | null; requestHash: string }): Promise<Checkout>
  /** @throws Refusal unavailable */
  askStripe(params: SessionParams, stripeIdempotencyKey: string): Promise<CheckoutSession>
  /** The checkout as it stands then: with this session, or with the one that was saved first. */
  save(id: CheckoutId, session: CheckoutSession): Promise<Checkout>
}

export type CheckoutDeps = CheckoutSteps & {
  readonly newId: () => string
  readonly now: () => Date
  readonly newsroom: NewsroomProfile
  readonly publicUrl: string
}

export type OpenedCheckout = Checkout & { readonly session: CheckoutSession }

/**
 * A reader's intention becomes a page at Stripe. Nothing is open in the database while Stripe is asked, and whatever
 * dies between two steps is resumed by the next request with the same idempotency key.
 * @throws Refusal conflict or unavailable
 */
export async function createCheckout(
  request: CheckoutRequest,
  idempotencyKey: string | null,
  deps: CheckoutDeps,
): Promise<OpenedCheckout> {
  const planned = planCheckout(request, { id: deps.newId(), now: deps.now() })
  const kept = await deps.keep(planned, { idempotencyKey, requestHash: requestHash(request) })
  if (isOpened(kept)) return kept

  const attempt = attemptAt(kept, deps.now())
  const session = await deps.askStripe(sessionParams(kept, attempt, deps), attempt.stripeIdempotencyKey)
  const saved = await deps.save(kept.id, session)
  if (!isOpened(saved)) throw new Error('a saved checkout has no session')
  return saved
}

function isOpened(checkout: Checkout): checkout is OpenedCheckout {
  return checkout.session !== null
}
