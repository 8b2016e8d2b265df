import type { ChargeSucceeded, InvoicePaid, InvoicePayment, PaymentFact } from '../donations/payment-fact.ts'
import type { InvoiceId, PaymentIntentId } from '../ids.ts'
import { isSameMoney, type Money } from '../money/money.ts'

/**
 * What a batch says of one invoice of a subscription. The invoice says who gives, each of its payments how much came by
 * which payment intent: only that came through Stripe. The rest of an invoice may have been paid out of band.
 */
type Collection = { readonly paid: InvoicePaid | null; readonly payments: readonly InvoicePayment[] }

/** A payment of an invoice that came through Stripe. */
export type ThroughStripe = InvoicePayment & { readonly paymentIntentId: PaymentIntentId }

const unknownCollection: Collection = { paid: null, payments: [] }

/** The invoices that a batch is about, and the charges of their payments. */
export class Collections {
  readonly #byInvoice = new Map<InvoiceId, Collection>()
  readonly #charged = new Map<PaymentIntentId, Money>()

  constructor(facts: readonly PaymentFact[]) {
    for (const fact of facts) {
      if (fact.kind === 'charge_succeeded') this.#addCharge(fact)
      if (fact.kind !== 'invoice_paid' && fact.kind !== 'invoice_payment') continue
      const known = this.of(fact.invoiceId)
      if (fact.kind === 'invoice_payment')
        this.#byInvoice.set(fact.invoiceId, { ...known, payments: [...known.payments, fact] })
      // Of two events of one change the earlier gives the date.
      else if (!known.paid || fact.paidAt < known.paid.paidAt)
        this.#byInvoice.set(fact.invoiceId, { ...known, paid: fact })
    }
  }

  #addCharge({ paymentIntentId, amount }: ChargeSucceeded): void {
    if (amount) this.#charged.set(paymentIntentId, amount)
  }

  of(invoiceId: InvoiceId): Collection {
    return this.#byInvoice.get(invoiceId) ?? unknownCollection
  }

  paymentsThroughStripe(invoiceId: InvoiceId): ThroughStripe[] {
    return this.of(invoiceId).payments.filter(isThroughStripe)
  }

  /** Whether two events name different amounts of an invoice where only the invoice says what its payment was. */
  contradicts({ invoiceId, gross }: InvoicePaid): boolean {
    const { paid, payments } = this.of(invoiceId)
    return payments.some(({ amount }) => amount === null) && paid !== null && !isSameMoney(paid.gross, gross)
  }

  /** Whether the invoice was paid in full without Stripe, so that no payment of it is to come. */
  isPaidOutOfBand(invoiceId: InvoiceId): boolean {
    const { paid, payments } = this.of(invoiceId)
    const outside = new Map(payments.filter((one) => !isThroughStripe(one)).map((one) => [one.id, one]))
    if (!paid || outside.size === 0) return false
    const minor = [...outside.values()].reduce((sum, { amount }) => sum + (amount ?? paid.gross).minor, 0n)
    return minor >= paid.gross.minor
  }

  /**
   * What came by a payment. One payment may pay several invoices: it is one gift of what they got of it or, when not all of
   * them are known yet, of what its charge was.
   * @returns null when the amounts contradict each other or are not known
   */
  grossOf(paymentIntentId: PaymentIntentId): Money | null {
    const parts = new Map<InvoiceId, Money | null>()
    for (const [invoiceId, { paid, payments }] of this.#byInvoice)
      for (const payment of payments)
        if (payment.paymentIntentId === paymentIntentId)
          parts.set(invoiceId, payment.amount ?? (payments.length === 1 ? (paid?.gross ?? null) : null))
    const [first = null, ...others] = parts.values()
    if (!first || others.some((part) => part?.currency !== first.currency)) return null
    const minor = others.reduce((sum, part) => sum + (part?.minor ?? 0n), first.minor)
    const charged = this.#charged.get(paymentIntentId)
    return charged && charged.currency === first.currency && charged.minor > minor
      ? charged
      : { ...first, minor }
  }
}

export function isThroughStripe(payment: InvoicePayment): payment is ThroughStripe {
  return payment.paymentIntentId !== null
}
