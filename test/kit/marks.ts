import { checkoutMarks, MARK_KEY } from '../../src/checkout/checkout-mark.ts'
import type { CheckoutId } from '../../src/ids.ts'

/** The marks of the newsroom in tests. A service that a test starts makes its own, with a secret of its own. */
export const marks = checkoutMarks(['the key of marks in tests'], false)

/** The metadata by which Stripe's objects of a checkout are known as ours. */
export function markedFor(checkoutId: string): Record<string, string> {
  return { [MARK_KEY]: marks.make(checkoutId as CheckoutId), checkout_id: checkoutId } // a test may invent ids
}

/** What the newsroom in tests recognises as its own. */
export const ownership = { marks, donationProducts: new Set<string>() }
