import type { Queryable } from '../../db/database.ts'
import { READABLE_BODY } from '../../inbox/inbox-store.ts'
import { storedMoney, type Money } from '../../money/money.ts'

/** A bank debit that the bank refused days after the reader had left. */
export type RefusedPayment = {
  /** What would have been charged. */
  readonly charge: Money
  readonly locale: string | null
  readonly refusedAt: Date
  readonly donorName: string | null
  readonly donorEmail: string | null
}

/**
 * Null unless the checkout has failed, and once the event is erased. Only the event knows who wanted to give: we keep no
 * name and address of somebody who has given nothing.
 */
export async function refusedPayment(db: Queryable, checkoutId: string): Promise<RefusedPayment | null> {
  const { rows } = await db.query<
    Omit<RefusedPayment, 'charge'> & { readonly minor: bigint; readonly currency: string }
  >({
    name: 'refused-payment',
    text: `select c.amount_minor + c.covered_fee_minor as minor, c.currency, c.locale, e.created_at as "refusedAt",
             ${READABLE_BODY} #>> '{data,object,customer_details,name}' as "donorName",
             coalesce(${READABLE_BODY} #>> '{data,object,customer_details,email}',
               ${READABLE_BODY} #>> '{data,object,customer_email}') as "donorEmail"
           from checkouts c
             join inbox_states i on i.correlation_id = c.stripe_session_id
             join inbox_events e on e.id = i.inbox_event_id and e.type = 'checkout.session.async_payment_failed'
           where c.id = $1 and c.status = 'failed' order by e.created_at desc limit 1`,
    values: [checkoutId],
  })
  const [row] = rows
  if (!row) return null
  const { minor, currency, ...refused } = row
  return { ...refused, charge: storedMoney(minor, currency) }
}
