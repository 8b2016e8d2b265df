import {
  currentSession,
  laterStatus,
  type CheckoutProgress,
  type CheckoutStatus,
  type KnownCheckout,
} from '../checkout/checkout-status.ts'
import type { CheckoutId, CheckoutSessionId } from '../ids.ts'

/** The checkouts that a batch touches, and how far their readers have come. */
export class CheckoutBatch {
  readonly #byId = new Map<CheckoutId, KnownCheckout>()
  readonly #ofSession = new Map<CheckoutSessionId, CheckoutId>()
  readonly #progress = new Map<CheckoutId, CheckoutProgress>()

  constructor(known: readonly KnownCheckout[]) {
    for (const checkout of known) {
      this.#byId.set(checkout.id, checkout)
      if (checkout.sessionId) this.#ofSession.set(checkout.sessionId, checkout.id)
    }
  }

  /** @param id null when the fact names none */
  byId(id: CheckoutId | null | undefined): KnownCheckout | undefined {
    return id ? this.#byId.get(id) : undefined
  }

  of(fact: { sessionId: CheckoutSessionId; checkoutId: CheckoutId | null }): KnownCheckout | undefined {
    return this.byId(this.#ofSession.get(fact.sessionId) ?? fact.checkoutId)
  }

  advance(checkout: KnownCheckout, ofSession: CheckoutSessionId, to: CheckoutStatus): void {
    const { id } = checkout
    const status = laterStatus(checkout.status, to)
    const sessionId = currentSession(checkout, ofSession, to)
    if (status === checkout.status && sessionId === checkout.sessionId) return
    this.#byId.set(id, { ...checkout, status, sessionId })
    this.#ofSession.set(sessionId, id)
    this.#progress.set(id, { id, sessionId, status })
  }

  progress(): CheckoutProgress[] {
    return [...this.#progress.values()]
  }
}
