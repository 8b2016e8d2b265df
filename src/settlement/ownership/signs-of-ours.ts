import { MARK_KEY, type CheckoutMarks } from '../../checkout/checkout-mark.ts'

/** How far what was read reaches: what happened in the last hour before may still change its meaning. */
export function decidableUpTo(readUpTo: Date): Date {
  return new Date(readUpTo.getTime() - HOUR_MS)
}

const HOUR_MS = 60 * 60 * 1000

/** In a query: all marks that the balance transaction `b` and the others of its payment bear, unchecked. */
export const MARKS_BORNE = `array(select c.mark from balance_transactions c
  where c.mark is not null and (c.id = b.id or c.payment_intent_id = b.payment_intent_id))`

/** A customer of a subscription of ours: the charges of its renewals bear no mark. */
const OWN_CUSTOMER = `select s.customer_id from subscriptions s where s.customer_id is not null and (s.checkout_id is not null
  or exists (select from donations d where d.stripe_subscription_id = s.stripe_subscription_id))`

/**
 * In a query: whether the payment of the balance transaction `b` may still become a donation: an event waits for it, it
 * is of a customer of ours, or events until `$1` are yet to be processed.
 */
export const MAY_BECOME_OURS = `(exists (select from inbox_states s
    where s.correlation_id = b.payment_intent_id and s.outcome in ('waiting', 'failed'))
  or exists (select from balance_transactions c
    where (c.id = b.id or c.payment_intent_id = b.payment_intent_id) and c.customer_id in (${OWN_CUSTOMER}))
  or exists (select from inbox_states s join inbox_events e on e.id = s.inbox_event_id
    where s.outcome = 'pending' and e.created_at <= $1))`

export function bearsOurMark(bears: readonly string[], marks: Pick<CheckoutMarks, 'checkoutIn'>): boolean {
  return bears.some((mark) => marks.checkoutIn({ [MARK_KEY]: mark }) !== null)
}
