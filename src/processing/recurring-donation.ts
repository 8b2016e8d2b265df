import type { Money } from '../money/money.ts'
import type { DecisionDeps } from './changes.ts'
import type { Donation } from '../donations/donation.ts'
import type { KnownCheckout } from '../checkout/checkout-status.ts'
import type { InvoiceId, PaymentIntentId } from '../ids.ts'
import { noReversals } from '../refunds/reversals.ts'
import type { PaymentFact } from '../donations/payment-fact.ts'

type Paid = PaymentFact & { readonly kind: 'invoice_paid' }
type Payment = PaymentFact & { readonly kind: 'invoice_payment' }

/** What a batch says of each invoice: who gave what, and by which payment. */
export type InvoiceHalves = ReadonlyMap<InvoiceId, { readonly paid?: Paid; readonly payment?: Payment }>

export function invoiceHalves(facts: readonly PaymentFact[]): InvoiceHalves {
  const halves = new Map<InvoiceId, { readonly paid?: Paid; readonly payment?: Payment }>()
  for (const fact of facts) {
    if (fact.kind === 'invoice_paid') {
      const known = halves.get(fact.invoiceId)
      // Two events of one change: the earlier gives the moment, as of every gift.
      if (!known?.paid || fact.at < known.paid.at) halves.set(fact.invoiceId, { ...known, paid: fact })
    }
    if (fact.kind === 'invoice_payment')
      halves.set(fact.invoiceId, { ...halves.get(fact.invoiceId), payment: fact })
  }
  return halves
}

/**
 * One collection of a recurring gift as a donation. Every one keeps what the reader came from; what the reader wrote
 * belongs to the first. Without our metadata it is booked all the same, as unattributed.
 */
export function collection(
  paid: Paid,
  paymentIntentId: PaymentIntentId,
  checkout: KnownCheckout | undefined,
  deps: DecisionDeps,
): Donation {
  return {
    id: deps.newDonationId(),
    paymentIntentId,
    sessionId: null,
    invoiceId: paid.invoiceId,
    subscriptionId: paid.subscriptionId,
    checkoutId: checkout?.id ?? null,
    chargeId: null,
    gross: paid.gross,
    attribution: checkout?.attribution ?? paid.attribution,
    donorName: paid.donorName,
    donorEmail: paid.donorEmail,
    message: paid.isFirst ? (checkout?.message ?? null) : null,
    anonymous: checkout?.anonymous ?? false,
    succeededAt: paid.at,
    succeededOn: deps.localDate(paid.at),
    reversals: noReversals,
  }
}

export function sameMoney(a: Money, b: Money): boolean {
  return a.minor === b.minor && a.currency === b.currency
}
