import type { CheckoutId } from '../ids.ts'
import type { TextFor } from '../text/text.ts'
import type { NewsroomProfile } from '../newsroom/profile.ts'
import { attemptAt, type Expiry } from './attempt.ts'
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
  /** @throws Refusal unavailable, or SessionRefused */
  createSession(
    params: SessionParams,
    stripeIdempotencyKey: string,
    call: SessionCall,
  ): Promise<CheckoutSession>
  /** @returns the number of Stripe's failures now. Of requests that fail together, one counts. */
  countStripeFailure(id: CheckoutId, before: number): Promise<number>
  /** @returns the checkout with this session, or with the session that was saved first */
  saveSession(id: CheckoutId, session: CheckoutSession): Promise<Checkout>
}

/** What a call for a session may need besides its parameters. */
export type SessionCall = {
  /** How many checkouts the caller or its network has asked for lately: fewer go first when many wait. */
  readonly tries: number
  /** Records that Stripe keeps a failure for the key in use. @returns the key to use from now on */
  nextKey(): Promise<string>
}

/** Stripe will not charge this amount or currency for the newsroom's account, whoever asks and however often. */
export class SessionRefused extends Error {
  override readonly name = 'SessionRefused'
  readonly reason: 'amount_too_small' | 'amount_too_large' | 'currency'
  constructor(reason: SessionRefused['reason'], cause: unknown) {
    super(`Stripe refuses the checkout: ${reason}`, { cause })
    this.reason = reason
  }
}

export type CheckoutDeps = CheckoutSteps & {
  readonly newId: () => string
  readonly now: () => Date
  readonly newsroom: NewsroomProfile
  readonly publicUrl: string
  readonly adaptivePricing: boolean
  readonly marks: Pick<CheckoutMarks, 'make'>
  readonly textFor: TextFor
}

export type OpenedCheckout = Checkout & { readonly session: CheckoutSession }

/** Where a reader goes who leaves Stripe's page. One idempotency key always comes with the same. */
export type WayBack = { readonly returnsToForm?: boolean }

type CheckoutCall = WayBack & { readonly suspicion: number; readonly expiry: Expiry }

/**
 * Stores the checkout and creates its payment page at Stripe. No database transaction is open while Stripe is asked.
 * If the process dies between two steps, the next request with the same idempotency key continues from there.
 * @param call how many checkouts the caller or its network has asked for lately, and how long the page stays open
 * @throws Refusal conflict or unavailable, or SessionRefused
 */
export async function createCheckout(
  request: CheckoutRequest,
  idempotencyKey: string | null,
  deps: CheckoutDeps,
  { suspicion, expiry, returnsToForm = false }: CheckoutCall = { suspicion: 1, expiry: 'usual' },
): Promise<OpenedCheckout> {
  const planned = planCheckout(request, deps.newId(), deps.now())
  const stored = await deps.findOrInsert(planned, { idempotencyKey, requestHash: requestHash(request) })
  if (hasSession(stored)) return stored

  const now = deps.now()
  const attempt = attemptAt(stored, now, expiry)
  const params = sessionParams(stored, attempt, { ...deps, returnsToForm })
  let { stripeFailures } = stored
  const nextKey = async (): Promise<string> => {
    stripeFailures = await deps.countStripeFailure(stored.id, stripeFailures)
    return attemptAt({ ...stored, stripeFailures }, now, expiry).stripeIdempotencyKey
  }
  const session = await deps.createSession(params, attempt.stripeIdempotencyKey, {
    tries: suspicion,
    nextKey,
  })
  const opened = await deps.saveSession(stored.id, session)
  if (!hasSession(opened)) throw new Error('The checkout has no session after it was saved')
  return opened
}

function hasSession(checkout: Checkout): checkout is OpenedCheckout {
  return checkout.session !== null
}
