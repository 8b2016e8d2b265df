import { checkoutNamedIn } from '../checkout/checkout-mark.ts'
import type { CheckoutId } from '../ids.ts'

/**
 * A step of a gift's road that has ended. Nothing of the donor, of the amount or of a secret is in it: whoever reads traces
 * need not be allowed to read donations.
 */
export type Step = {
  readonly checkout: CheckoutId
  readonly name: 'checkout' | 'webhook' | 'processing' | 'receipt mail'
  readonly startedAt: Date
  readonly endedAt: Date
  readonly attributes: Readonly<
    Partial<
      Record<'stripe.event.type' | 'stripe.event.id' | 'event.outcome' | 'mail.attempts', string | number>
    >
  >
}

/** An event of Stripe, as far as its step needs it. */
type TracedEvent = { readonly eventId: string; readonly type: string; readonly body: unknown }

/** The steps of the events that name a checkout. @param outcomeOf what became of an event */
export function eventSteps(
  name: 'webhook' | 'processing',
  events: readonly TracedEvent[],
  { startedAt, endedAt }: Pick<Step, 'startedAt' | 'endedAt'>,
  outcomeOf: (event: number) => string | undefined = () => undefined,
): Step[] {
  return events.flatMap(({ eventId, type, body }, at) => {
    const checkout = checkoutNamedIn(body)
    if (checkout === null) return []
    const outcome = outcomeOf(at)
    const attributes = {
      'stripe.event.type': type,
      'stripe.event.id': eventId,
      ...(outcome === undefined ? {} : { 'event.outcome': outcome }),
    }
    return [{ checkout, name, startedAt, endedAt, attributes }]
  })
}

/**
 * The ids of a gift's trace come from its checkout's id, which is random and kept with the checkout, and which Stripe's events
 * and the donation name. So every process finds the same trace without passing anything on.
 * @returns 32 hexadecimal digits, and the 16 of its first step
 */
export function traceIds(checkout: CheckoutId): { readonly trace: string; readonly first: string } {
  const trace = checkout.replaceAll('-', '')
  return { trace, first: trace.slice(16) }
}
