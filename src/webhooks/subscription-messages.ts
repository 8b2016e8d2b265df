import type { SubscriptionId } from '../ids.ts'
import type { SubscriptionState } from '../subscriptions/subscription.ts'
import type { NewWebhookMessage, WebhookEventType } from './webhook-event.ts'

/** A subscription as it is stored, before a newer state of it is. */
export type FormerState = {
  readonly status: string | null
  readonly currency: string | null
  readonly amountMinor: bigint | null
  readonly frequency: string | null
  readonly cancelAt: Date | null
  readonly endedAt: Date | null
  /** Null: Stripe was never asked for it. */
  readonly readAt: Date | null
  /** Null: no checkout of ours started it. */
  readonly checkoutId: string | null
}

/** The first payment was not made yet, or never was. */
const NOT_STARTED = ['incomplete', 'incomplete_expired']

/** What is new in a state that was read from Stripe. The same state read again is no news. */
export function subscriptionMessages(
  { id, state }: { readonly id: SubscriptionId; readonly state: SubscriptionState },
  former: FormerState,
  wanted: ReadonlySet<WebhookEventType>,
): NewWebhookMessage[] {
  if (former.checkoutId === null || NOT_STARTED.includes(state.status)) return []
  const hadStarted = former.readAt !== null && !NOT_STARTED.includes(former.status ?? '')
  const types = [
    ...(hadStarted ? [] : (['subscription.started'] as const)),
    ...(state.endedAt !== null && (former.endedAt === null || !hadStarted)
      ? (['subscription.ended'] as const)
      : []),
    ...(hadStarted && state.endedAt === null && isChanged(state, former)
      ? (['subscription.updated'] as const)
      : []),
  ]
  const data = dataOf(id, state, former.checkoutId)
  return types.filter((type) => wanted.has(type)).map((type) => ({ type, subject: id, data }))
}

function isChanged(state: SubscriptionState, former: FormerState): boolean {
  const { amount } = state
  return (
    state.status !== former.status ||
    state.frequency !== former.frequency ||
    state.cancelAt?.getTime() !== former.cancelAt?.getTime() ||
    // Null: Stripe named no amount this time, and the former one stays.
    (amount !== null && (amount.minor !== former.amountMinor || amount.currency !== former.currency))
  )
}

function dataOf(id: SubscriptionId, state: SubscriptionState, checkoutId: string) {
  const { status, amount, frequency } = state
  const moment = (date: Date | null) => date?.toISOString() ?? null
  return {
    id,
    status,
    currency: amount?.currency ?? null,
    amount: amount === null ? null : Number(amount.minor),
    frequency,
    startedAt: moment(state.startedAt),
    currentPeriodEnd: moment(state.currentPeriodEnd),
    cancelAt: moment(state.cancelAt),
    endedAt: moment(state.endedAt),
    checkoutId,
  }
}
