import {
  currentSession,
  laterStatus,
  type CheckoutProgress,
  type CheckoutStatus,
  type KnownCheckout,
} from '../checkout/checkout-status.ts'
import type { Donation, KnownDonation } from '../donations/donation.ts'
import type {
  BankReturn,
  ChargeSucceeded,
  CheckoutStatusChanged,
  CheckoutSucceeded,
  InvoicePaid,
  InvoicePayment,
  PaidGift,
  PaymentFact,
  RefundOfUnknownStatus,
  SubscriptionStarted,
} from '../donations/payment-fact.ts'
import type { CheckoutId, CheckoutSessionId, InvoiceId, PaymentIntentId, SubscriptionId } from '../ids.ts'
import type { Money } from '../money/money.ts'
import {
  noReversals,
  withDispute,
  withRefund,
  type PaymentWarning,
  type Reversals,
} from '../refunds/reversals.ts'
import { mergedUpdate, type SubscriptionUpdate } from '../subscriptions/subscription.ts'
import type { Changes, DecisionDeps, FactOutcome, KnownState } from './changes.ts'

/** A donation before the batch (null: the batch books it) and after the facts applied so far. */
type Entry = { readonly before: KnownDonation | null; now: Donation | KnownDonation }

/** The state of everything that a batch touches, changed fact by fact, and the changes to be written. */
export class DonationBatch {
  readonly #deps: DecisionDeps
  readonly #checkouts = new Map<CheckoutId, KnownCheckout>()
  readonly #checkoutOfSession = new Map<CheckoutSessionId, CheckoutId>()
  readonly #donations = new Map<PaymentIntentId, Entry>()
  readonly #paymentOfSession = new Map<CheckoutSessionId, PaymentIntentId>()
  readonly #paymentOfInvoice = new Map<InvoiceId, PaymentIntentId>()
  readonly #invoices: ReadonlyMap<InvoiceId, InvoiceFacts>
  readonly #progress = new Map<CheckoutId, CheckoutProgress>()
  readonly #warnings: PaymentWarning[] = []
  readonly #subscriptions = new Map<SubscriptionId, SubscriptionUpdate>()

  constructor(known: KnownState, facts: readonly PaymentFact[], deps: DecisionDeps) {
    this.#deps = deps
    this.#invoices = invoiceFacts(facts)
    for (const checkout of known.checkouts) {
      this.#checkouts.set(checkout.id, checkout)
      if (checkout.sessionId) this.#checkoutOfSession.set(checkout.sessionId, checkout.id)
    }
    for (const donation of known.donations) this.#add({ before: donation, now: donation })
  }

  apply(fact: PaymentFact): FactOutcome {
    switch (fact.kind) {
      case 'checkout_succeeded':
        return this.#checkoutSucceeded(fact)
      case 'checkout_status_changed':
        return this.#checkoutStatusChanged(fact)
      case 'charge_succeeded':
        return this.#chargeSucceeded(fact)
      case 'refund':
        return this.#reverse(fact.paymentIntentId, fact.refund.amount, (reversals) =>
          withRefund(reversals, fact.refund),
        )
      case 'refund_of_unknown_status':
        return this.#refundOfUnknownStatus(fact)
      case 'bank_return':
        return this.#bankReturn(fact)
      case 'dispute':
        return this.#reverse(fact.paymentIntentId, fact.dispute.amount, (reversals) =>
          withDispute(reversals, fact.dispute),
        )
      case 'fraud_warning':
        this.#warnings.push(fact)
        return 'applied'
      case 'subscription_started':
        return this.#subscriptionStarted(fact)
      case 'subscription_changed':
        this.#updateSubscription(fact.subscription)
        return 'applied'
      case 'invoice_paid':
      case 'invoice_payment':
        return this.#invoicePaid(fact)
    }
  }

  changes(): Changes {
    const entries = [...this.#donations.values()]
    return {
      checkouts: [...this.#progress.values()],
      booked: entries.flatMap(({ before, now }) => (before === null && 'donor' in now ? [now] : [])),
      amended: entries.flatMap(({ before, now }) =>
        before !== null && now !== before ? [{ before, ...amendable(now) }] : [],
      ),
      warnings: this.#warnings,
      subscriptions: [...this.#subscriptions.values()],
    }
  }

  #checkoutSucceeded(fact: CheckoutSucceeded): FactOutcome {
    const checkout = this.#checkoutOf(fact)
    if (!checkout && !fact.checkoutId) return 'not_ours'
    const entry = this.#donations.get(fact.paymentIntentId)
    const paymentOfSession = this.#paymentOfSession.get(fact.sessionId)
    if (paymentOfSession !== undefined && paymentOfSession !== fact.paymentIntentId) return 'contradictory'
    if (entry && !agrees(entry.now, fact)) return 'contradictory'
    if (checkout) this.#advance(checkout, fact.sessionId, 'succeeded')
    if (entry) this.#dateBack(entry, fact.paidAt)
    else {
      const { paymentIntentId, sessionId } = fact
      const ids = { paymentIntentId, sessionId, invoiceId: null, subscriptionId: null }
      const message = checkout?.message ?? null
      this.#add({ before: null, now: this.#newDonation(ids, fact, checkout, message) })
    }
    return 'applied'
  }

  #checkoutStatusChanged(fact: CheckoutStatusChanged): FactOutcome {
    const checkout = this.#checkoutOf(fact)
    // Nothing was given, so nothing is booked for a checkout that a restored database has lost.
    if (!checkout) return 'not_ours'
    // The end of a former session is not the end of a checkout that has a newer one.
    if (checkout.sessionId !== null && checkout.sessionId !== fact.sessionId) return 'applied'
    this.#advance(checkout, fact.sessionId, fact.status)
    return 'applied'
  }

  #subscriptionStarted({ sessionId, checkoutId, subscription }: SubscriptionStarted): FactOutcome {
    const checkout = this.#checkoutOf({ sessionId, checkoutId })
    if (!checkout && !checkoutId) return 'not_ours'
    if (checkout) this.#advance(checkout, sessionId, 'succeeded')
    const attribution = checkout?.attribution ?? null
    this.#updateSubscription({ ...subscription, checkoutId: checkout?.id ?? null, attribution })
    return 'applied'
  }

  #invoicePaid(fact: InvoicePaid | InvoicePayment): FactOutcome {
    const payment = this.#paymentOfInvoice.get(fact.invoiceId)
    const entry = (payment && this.#donations.get(payment)) ?? this.#bookInvoice(fact.invoiceId)
    if (typeof entry === 'string') return entry
    const { paymentIntentId, gross } = entry.now
    if (fact.kind === 'invoice_payment')
      return fact.paymentIntentId === paymentIntentId ? 'applied' : 'contradictory'
    if (!isSameMoney(gross, fact.gross)) return 'contradictory'
    this.#dateBack(entry, fact.paidAt)
    const { subscriptionId: id, customerId, checkoutId, paidAt } = fact
    const checkout = checkoutId === null ? undefined : this.#checkouts.get(checkoutId)
    const attribution = checkout?.attribution ?? entry.now.attribution
    this.#updateSubscription({ id, customerId, checkoutId, attribution, paidAt })
    return 'applied'
  }

  /** Books the payment of an invoice once both of its facts are known; until then the first one waits in the inbox. */
  #bookInvoice(invoiceId: InvoiceId): Entry | 'waiting' | 'contradictory' {
    const { paid, payment } = this.#invoices.get(invoiceId) ?? {}
    if (!paid || !payment) return 'waiting'
    const { paymentIntentId } = payment
    if (this.#donations.has(paymentIntentId)) return 'contradictory'
    const checkout = paid.checkoutId === null ? undefined : this.#checkouts.get(paid.checkoutId)
    if (checkout?.sessionId) this.#advance(checkout, checkout.sessionId, 'succeeded')
    const ids = { paymentIntentId, sessionId: null, invoiceId, subscriptionId: paid.subscriptionId }
    // The reader wrote the message for the first payment.
    const message = paid.isFirst ? (checkout?.message ?? null) : null
    return this.#add({ before: null, now: this.#newDonation(ids, paid, checkout, message) })
  }

  /** A gift of a checkout that is not known is booked all the same, with the attribution in Stripe's metadata. */
  #newDonation(
    ids: Pick<Donation, 'paymentIntentId' | 'sessionId' | 'invoiceId' | 'subscriptionId'>,
    gift: PaidGift,
    checkout: KnownCheckout | undefined,
    message: string | null,
  ): Donation {
    return {
      id: this.#deps.newDonationId(),
      ...ids,
      checkoutId: checkout?.id ?? null,
      chargeId: null,
      gross: gift.gross,
      // A subscription may be paid at another interval than its checkout asked for.
      attribution: { ...(checkout?.attribution ?? gift.attribution), frequency: gift.attribution.frequency },
      donor: gift.donor,
      message,
      anonymous: checkout?.anonymous ?? false,
      succeededAt: gift.paidAt,
      succeededOn: this.#deps.localDate(gift.paidAt),
      reversals: noReversals,
    }
  }

  /** Of several facts about one gift the earliest gives its date. */
  #dateBack(entry: Entry, paidAt: Date): void {
    if (paidAt < entry.now.succeededAt)
      entry.now = { ...entry.now, succeededAt: paidAt, succeededOn: this.#deps.localDate(paidAt) }
  }

  #updateSubscription(update: SubscriptionUpdate): void {
    const before = this.#subscriptions.get(update.id)
    // The row may only refer to a checkout that is stored.
    const isKnown = update.checkoutId && this.#checkouts.has(update.checkoutId)
    const after = { ...update, checkoutId: isKnown ? update.checkoutId : null }
    this.#subscriptions.set(update.id, before ? mergedUpdate(before, after) : after)
  }

  #chargeSucceeded({ paymentIntentId, chargeId }: ChargeSucceeded): FactOutcome {
    const entry = this.#donations.get(paymentIntentId)
    if (!entry) return 'waiting'
    if (entry.now.chargeId !== null && entry.now.chargeId !== chargeId) return 'contradictory'
    if (entry.now.chargeId === null) entry.now = { ...entry.now, chargeId }
    return 'applied'
  }

  /** It waits until an event reports the refund with a status that we know, and then says nothing more. */
  #refundOfUnknownStatus({ paymentIntentId, refundId }: RefundOfUnknownStatus): FactOutcome {
    const { refunds = [] } = this.#donations.get(paymentIntentId)?.now.reversals ?? {}
    return refunds.some(({ id }) => id === refundId) ? 'applied' : 'waiting'
  }

  /** A charge that failed before another one paid the gift reverses nothing of the gift. */
  #bankReturn({ paymentIntentId, chargeId, refund }: BankReturn): FactOutcome {
    const paidBy = this.#donations.get(paymentIntentId)?.now.chargeId ?? null
    if (paidBy === null) return 'waiting'
    if (paidBy !== chargeId) return 'applied'
    return this.#reverse(paymentIntentId, refund.amount, (reversals) => withRefund(reversals, refund))
  }

  #reverse(
    paymentIntentId: PaymentIntentId,
    amount: Money,
    add: (reversals: Reversals) => Reversals,
  ): FactOutcome {
    const entry = this.#donations.get(paymentIntentId)
    if (!entry) return 'waiting'
    // An amount of another currency cannot be subtracted from the gift or its receipt.
    if (amount.currency !== entry.now.gross.currency) return 'contradictory'
    const reversals = add(entry.now.reversals)
    if (reversals !== entry.now.reversals) entry.now = { ...entry.now, reversals }
    return 'applied'
  }

  #add(entry: Entry): Entry {
    this.#donations.set(entry.now.paymentIntentId, entry)
    const { sessionId, invoiceId, paymentIntentId } = entry.now
    if (sessionId) this.#paymentOfSession.set(sessionId, paymentIntentId)
    if (invoiceId) this.#paymentOfInvoice.set(invoiceId, paymentIntentId)
    return entry
  }

  #checkoutOf(fact: {
    sessionId: CheckoutSessionId
    checkoutId: CheckoutId | null
  }): KnownCheckout | undefined {
    const id = this.#checkoutOfSession.get(fact.sessionId) ?? fact.checkoutId
    return id === null ? undefined : this.#checkouts.get(id)
  }

  #advance(checkout: KnownCheckout, ofSession: CheckoutSessionId, to: CheckoutStatus): void {
    const { id } = checkout
    const status = laterStatus(checkout.status, to)
    const sessionId = currentSession(checkout, ofSession, to)
    if (status === checkout.status && sessionId === checkout.sessionId) return
    this.#checkouts.set(id, { ...checkout, status, sessionId })
    this.#checkoutOfSession.set(sessionId, id)
    this.#progress.set(id, { id, sessionId, status })
  }
}

/** The two facts that together book the payment of an invoice. */
type InvoiceFacts = { readonly paid?: InvoicePaid; readonly payment?: InvoicePayment }

function invoiceFacts(facts: readonly PaymentFact[]): ReadonlyMap<InvoiceId, InvoiceFacts> {
  const found = new Map<InvoiceId, InvoiceFacts>()
  for (const fact of facts) {
    if (fact.kind !== 'invoice_paid' && fact.kind !== 'invoice_payment') continue
    const known = found.get(fact.invoiceId)
    if (fact.kind === 'invoice_payment') found.set(fact.invoiceId, { ...known, payment: fact })
    // Of two events of one change the earlier gives the date.
    else if (!known?.paid || fact.paidAt < known.paid.paidAt)
      found.set(fact.invoiceId, { ...known, paid: fact })
  }
  return found
}

function amendable({ chargeId, succeededAt, succeededOn, reversals }: KnownDonation) {
  return { chargeId, succeededAt, succeededOn, reversals }
}

function agrees(donation: KnownDonation, fact: CheckoutSucceeded): boolean {
  return donation.sessionId === fact.sessionId && isSameMoney(donation.gross, fact.gross)
}

function isSameMoney(a: Money, b: Money): boolean {
  return a.minor === b.minor && a.currency === b.currency
}
