import { earliest } from '../calendar/instant.ts'
import type { Donation } from '../donations/donation.ts'
import type {
  BankReturn,
  CardDeclined,
  ChargeSucceeded,
  CheckoutStatusChanged,
  CheckoutSucceeded,
  InvoicePaid,
  InvoicePayment,
  PaymentFact,
  RefundOfUnknownStatus,
  SubscriptionStarted,
} from '../donations/payment-fact.ts'
import type { CheckoutSessionId, InvoiceId, PaymentIntentId, SubscriptionId } from '../ids.ts'
import { isSameMoney, type Money } from '../money/money.ts'
import { withDispute, withRefund, type PaymentWarning, type Reversals } from '../refunds/reversals.ts'
import { mergedUpdate, type SubscriptionUpdate } from '../subscriptions/subscription.ts'
import { CheckoutBatch } from './checkout-batch.ts'
import { Collections, isThroughStripe, type ThroughStripe } from './collections.ts'
import { OwnSubscriptions } from './own-subscriptions.ts'
import { giftOfCheckout, giftOfInvoice, newDonation } from './new-donation.ts'
import type { Changes, DecisionDeps, FactOutcome, KnownState } from './changes.ts'

/** A donation before the batch (null: the batch books it) and after the facts applied so far. */
type Entry = { readonly before: Donation | null; now: Donation }

/** The state of everything that a batch touches, changed fact by fact, and the changes to be written. */
export class DonationBatch {
  readonly #deps: DecisionDeps
  readonly #checkouts: CheckoutBatch
  readonly #donations = new Map<PaymentIntentId, Entry>()
  readonly #paymentOfSession = new Map<CheckoutSessionId, PaymentIntentId>()
  readonly #paymentsOfInvoice = new Map<InvoiceId, Set<PaymentIntentId>>()
  readonly #collections: Collections
  readonly #warnings: PaymentWarning[] = []
  readonly #declines: CardDeclined[] = []
  readonly #subscriptions = new Map<SubscriptionId, SubscriptionUpdate>()
  readonly #ownSubscriptions: OwnSubscriptions

  constructor(known: KnownState, facts: readonly PaymentFact[], deps: DecisionDeps) {
    this.#deps = deps
    this.#collections = new Collections(facts)
    this.#checkouts = new CheckoutBatch(known.checkouts)
    for (const donation of known.donations) this.#add({ before: donation, now: donation })
    this.#ownSubscriptions = new OwnSubscriptions(known.subscriptions, facts, this.#checkouts)
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
        if (!this.#donations.has(fact.paymentIntentId)) return 'not_ours'
        this.#warnings.push(fact)
        return 'applied'
      case 'card_declined':
        this.#declines.push(fact)
        return fact.isMarked ? 'applied' : 'not_ours'
      case 'subscription_started':
        return this.#subscriptionStarted(fact)
      case 'subscription_changed':
        if (!this.#ownSubscriptions.has(fact.subscription.id)) return 'not_ours'
        this.#updateSubscription(fact.subscription)
        return 'applied'
      case 'invoice_paid':
        return this.#invoicePaid(fact)
      case 'invoice_payment':
        return this.#invoicePayment(fact)
    }
  }

  changes(): Changes {
    const entries = [...this.#donations.values()]
    return {
      checkouts: this.#checkouts.progress(),
      booked: entries.flatMap(({ before, now }) => (before === null ? [now] : [])),
      amended: entries.flatMap(({ before, now }) =>
        before !== null && now !== before ? [{ before, ...amendable(now) }] : [],
      ),
      warnings: this.#warnings,
      declines: this.#declines,
      subscriptions: [...this.#subscriptions.values()],
    }
  }

  #checkoutSucceeded(fact: CheckoutSucceeded): FactOutcome {
    const checkout = this.#checkouts.of(fact)
    const entry = this.#donations.get(fact.paymentIntentId)
    if (!checkout && !fact.checkoutId && !entry) return 'not_ours'
    const paymentOfSession = this.#paymentOfSession.get(fact.sessionId)
    if (paymentOfSession !== undefined && paymentOfSession !== fact.paymentIntentId) return 'contradictory'
    if (entry && !agrees(entry.now, fact)) return 'contradictory'
    if (checkout) this.#checkouts.advance(checkout, fact.sessionId, 'succeeded')
    if (entry) {
      this.#dateBack(entry, fact.paidAt)
      present(entry, fact.presentment)
    } else {
      const { paymentIntentId, sessionId } = fact
      const ids = { paymentIntentId, sessionId, invoiceId: null }
      const gift = giftOfCheckout(fact, checkout)
      const now = newDonation(ids, gift, fact.gross, fact.paidAt, this.#deps)
      present(this.#add({ before: null, now }), fact.presentment)
    }
    return 'applied'
  }

  #checkoutStatusChanged(fact: CheckoutStatusChanged): FactOutcome {
    const checkout = this.#checkouts.of(fact)
    // Nothing was given, so nothing is booked for a checkout that a restored database has lost.
    if (!checkout) return 'not_ours'
    // The end of a former session is not the end of a checkout that has a newer one.
    if (checkout.sessionId !== null && checkout.sessionId !== fact.sessionId) return 'applied'
    this.#checkouts.advance(checkout, fact.sessionId, fact.status)
    return 'applied'
  }

  #subscriptionStarted({ sessionId, checkoutId, donor, subscription }: SubscriptionStarted): FactOutcome {
    const checkout = this.#checkouts.of({ sessionId, checkoutId })
    if (!this.#ownSubscriptions.has(subscription.id)) return 'not_ours'
    if (checkout) this.#checkouts.advance(checkout, sessionId, 'succeeded')
    const attribution = checkout?.attribution ?? null
    this.#updateSubscription({ ...subscription, checkoutId: checkout?.id ?? null, attribution, donor })
    return 'applied'
  }

  #invoicePaid(fact: InvoicePaid): FactOutcome {
    const { invoiceId, subscriptionId: id, customerId, paidAt } = fact
    if (!this.#isOurs(fact)) return 'not_ours'
    for (const payment of this.#collections.paymentsThroughStripe(invoiceId)) {
      const outcome = this.#bookPayment(payment)
      if (outcome !== 'applied') return outcome
    }
    const gifts = this.#giftsOfInvoice(invoiceId)
    if (this.#collections.contradicts(fact)) return 'contradictory'
    const arePaymentsKnown = gifts.length > 0 || this.#collections.paymentsThroughStripe(invoiceId).length > 0
    if (!arePaymentsKnown && !this.#collections.isPaidOutOfBand(invoiceId)) return 'waiting'
    for (const entry of gifts) this.#dateBack(entry, paidAt)
    const checkoutId = this.#ownSubscriptions.checkoutOf(fact)
    const checkout = this.#checkouts.byId(checkoutId)
    if (checkout?.sessionId) this.#checkouts.advance(checkout, checkout.sessionId, 'succeeded')
    const attribution = checkout?.attribution ?? fact.attribution
    this.#updateSubscription({ id, customerId, checkoutId, attribution, paidAt })
    return 'applied'
  }

  #isOurs({ invoiceId, subscriptionId, isOfDonationProducts }: InvoicePaid): boolean {
    return (
      isOfDonationProducts ||
      this.#ownSubscriptions.has(subscriptionId) ||
      this.#giftsOfInvoice(invoiceId).length > 0
    )
  }

  /** Whose a payment is, only its invoice says, and who gives. */
  #invoicePayment(fact: InvoicePayment): FactOutcome {
    if (isThroughStripe(fact)) return this.#bookPayment(fact)
    const { paid } = this.#collections.of(fact.invoiceId)
    const isOurs = paid ? this.#isOurs(paid) : this.#giftsOfInvoice(fact.invoiceId).length > 0
    return isOurs ? 'applied' : 'not_ours'
  }

  /** Books a payment once its invoice is known: by the invoice's event, or by another payment of it that is booked. */
  #bookPayment(payment: ThroughStripe): FactOutcome {
    const { invoiceId, paymentIntentId } = payment
    const { paid } = this.#collections.of(invoiceId)
    const entry = this.#donations.get(paymentIntentId)
    if (entry?.now.invoiceId === invoiceId) {
      if (payment.paidAt) this.#dateBack(entry, payment.paidAt)
      return 'applied'
    }
    if (entry) return this.#paysAnotherInvoice(entry, payment)
    const [sibling] = this.#giftsOfInvoice(invoiceId)
    if (!sibling && !(paid && this.#isOurs(paid))) return 'not_ours'
    const gross = this.#collections.grossOf(paymentIntentId)
    if (!gross) return 'contradictory'
    const gift = paid
      ? giftOfInvoice(paid, this.#checkouts.byId(this.#ownSubscriptions.checkoutOf(paid)))
      : sibling?.now
    const paidAt = earliest(payment.paidAt, paid?.paidAt) ?? sibling?.now.succeededAt
    if (!gift || !paidAt) return 'waiting'
    const ids = { paymentIntentId, sessionId: null, invoiceId }
    this.#add({ before: null, now: newDonation(ids, gift, gross, paidAt, this.#deps) })
    return 'applied'
  }

  /** One payment of several invoices is one gift, which must contain the part of each. */
  #paysAnotherInvoice({ before, now }: Entry, payment: ThroughStripe): FactOutcome {
    if (now.invoiceId === null) return 'contradictory'
    // The invoice's own event would wait for ever if it came after its payment was applied.
    if (!this.#collections.of(payment.invoiceId).paid) return 'waiting'
    if (before === null) return 'applied'
    return payment.amount && payment.amount.minor < now.gross.minor ? 'applied' : 'contradictory'
  }

  #giftsOfInvoice(invoiceId: InvoiceId): Entry[] {
    return [...(this.#paymentsOfInvoice.get(invoiceId) ?? [])].flatMap(
      (payment) => this.#donations.get(payment) ?? [],
    )
  }

  /** Of several events about one gift the earliest gives its date, until the charge of its card gives it. */
  #dateBack(entry: Entry, paidAt: Date): void {
    if (entry.now.chargedAt === null && paidAt < entry.now.succeededAt) this.#date(entry, paidAt)
  }

  #date(entry: Entry, succeededAt: Date): void {
    entry.now = { ...entry.now, succeededAt, succeededOn: this.#deps.localDate(succeededAt) }
  }

  #updateSubscription(update: SubscriptionUpdate): void {
    const before = this.#subscriptions.get(update.id)
    // The row may only refer to a checkout that is stored.
    const after = { ...update, checkoutId: this.#checkouts.byId(update.checkoutId)?.id ?? null }
    this.#subscriptions.set(update.id, before ? mergedUpdate(before, after) : after)
  }

  #chargeSucceeded({
    paymentIntentId,
    chargeId,
    chargedAt,
    isMarked,
    presentment,
  }: ChargeSucceeded): FactOutcome {
    const entry = this.#donations.get(paymentIntentId)
    if (!entry) return isMarked ? 'waiting' : 'not_ours'
    const { chargeId: known, chargedAt: knownAt } = entry.now
    if (known !== null && known !== chargeId) return 'contradictory'
    if (known === null) entry.now = { ...entry.now, chargeId }
    if (chargedAt !== null && knownAt === null) {
      entry.now = { ...entry.now, chargedAt }
      this.#date(entry, chargedAt)
    }
    present(entry, presentment)
    return 'applied'
  }

  /** It waits until an event of the same time or later reports the refund with a status that we know. */
  #refundOfUnknownStatus({ paymentIntentId, refundId, reportedAt }: RefundOfUnknownStatus): FactOutcome {
    const entry = this.#donations.get(paymentIntentId)
    if (!entry) return 'not_ours'
    const { refunds } = entry.now.reversals
    const knownAt = refunds.find(({ id }) => id === refundId)?.reportedAt ?? null
    return knownAt !== null && knownAt >= reportedAt ? 'applied' : 'waiting'
  }

  /** A charge that failed before another one paid the gift reverses nothing of the gift. */
  #bankReturn({ paymentIntentId, chargeId, isMarked, refund }: BankReturn): FactOutcome {
    const entry = this.#donations.get(paymentIntentId)
    if (!entry) return isMarked ? 'waiting' : 'not_ours'
    const paidBy = entry.now.chargeId
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
    if (!entry) return 'not_ours'
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
    if (invoiceId) {
      const payments = this.#paymentsOfInvoice.get(invoiceId) ?? new Set()
      this.#paymentsOfInvoice.set(invoiceId, payments.add(paymentIntentId))
    }
    return entry
  }
}

/** Keeps what the reader was charged where that is another currency. The session and the charge say the same. */
function present(entry: Entry, presentment: Money | null = null): void {
  if (presentment === null || entry.now.presentment !== null) return
  if (presentment.currency !== entry.now.gross.currency) entry.now = { ...entry.now, presentment }
}

function amendable({ chargeId, chargedAt, presentment, succeededAt, succeededOn, reversals }: Donation) {
  return { chargeId, chargedAt, presentment, succeededAt, succeededOn, reversals }
}

function agrees(donation: Donation, fact: CheckoutSucceeded): boolean {
  return donation.sessionId === fact.sessionId && isSameMoney(donation.gross, fact.gross)
}
