import type { Money } from '../money/money.ts'
import type { Attribution } from '../checkout/attribution.ts'
import type { CheckoutId, SubscriptionId } from '../ids.ts'

/**
 * What events say of a recurring agreement. Only what any order of events says alike; its status, amount and dates
 * are asked of Stripe, because its events may come late and in any order.
 */
export type SubscriptionUpdate = {
  readonly id: SubscriptionId
  readonly customerId?: string | null
  readonly checkoutId?: CheckoutId | null
  readonly attribution?: Attribution | null
  readonly endedAt?: Date | null
  readonly paidAt?: Date | null
  readonly failedAt?: Date | null
}

/** Both, whichever came first: what is known stays, the latest moments win. */
export function mergedUpdate(a: SubscriptionUpdate, b: SubscriptionUpdate): SubscriptionUpdate {
  return {
    id: a.id,
    customerId: a.customerId ?? b.customerId ?? null,
    checkoutId: a.checkoutId ?? b.checkoutId ?? null,
    attribution: a.attribution ?? b.attribution ?? null,
    endedAt: later(a.endedAt, b.endedAt),
    paidAt: later(a.paidAt, b.paidAt),
    failedAt: later(a.failedAt, b.failedAt),
  }
}

function later(a: Date | null | undefined, b: Date | null | undefined): Date | null {
  if (!a || !b) return a ?? b ?? null
  return a > b ? a : b
}

/** How an agreement stands at Stripe, as Stripe answered when asked. */
export type SubscriptionState = {
  /** Stripe's word. */
  readonly status: string
  /** Each collection; null when Stripe names none. */
  readonly amount: Money | null
  readonly frequency: 'monthly' | 'yearly'
  readonly currentPeriodEnd: Date | null
  readonly cancelAt: Date | null
  readonly endedAt: Date | null
}
