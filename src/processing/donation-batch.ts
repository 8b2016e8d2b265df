import type { Money } from '../money/money.ts'
import { collection, invoiceHalves, sameMoney, type InvoiceHalves } from './recurring-donation.ts'
import {
  currentSession,
  laterStatus,
  type CheckoutStatus,
  type CheckoutProgress,
  type KnownCheckout,
} from '../checkout/checkout-status.ts'
import type { Changes, KnownState, DecisionDeps, FactOutcome } from './changes.ts'
import {
  type PaymentWarning,
  noReversals,
  withDispute,
  withRefund,
  type Reversals,
} from '../refunds/reversals.ts'
import type { Donation, KnownDonation } from '../donations/donation.ts'
import type { CheckoutId, CheckoutSessionId, InvoiceId, PaymentIntentId, SubscriptionId } from '../ids.ts'
import type { PaymentFact } from '../donations/payment-fact.ts'
import { mergedUpdate, type SubscriptionUpdate } from '../subscriptions/subscription.ts'

type Entry = { readonly before: KnownDonation | null; now: Donation | KnownDonation }

/** The batch's working memory: what is known, changed fact by fact; remembers what to write. */
export class DonationBatch {
  readonly #deps: DecisionDeps
  readonly #checkouts = new Map<CheckoutId, KnownCheckout>()
  readonly #bySession = new Map<CheckoutSessionId, CheckoutId>()
  readonly #donations = new Map<PaymentIntentId, Entry>()
  readonly #paymentOfSession = new Map<CheckoutSessionId, PaymentIntentId>()
  readonly #moves = new Map<CheckoutId, CheckoutProgress>()
  readonly #warnings: PaymentWarning[] = []
  readonly #subscriptions = new Map<SubscriptionId, SubscriptionUpdate>()
  readonly #halves: InvoiceHalves
  readonly #paymentOfInvoice = new Map<InvoiceId, PaymentIntentId>()

  constructor(known: KnownState, facts: readonly PaymentFact[], deps: DecisionDeps) {
    this.#deps = deps
    this.#halves = invoiceHalves(facts)
    for (const checkout of known.checkouts) {
      this.#checkouts.set(checkout.id, checkout)
      if (checkout.sessionId) this.#bySession.set(checkout.sessionId, checkout.id)
    }
    for (const donation of known.donations) this.#enter({ before: donation, now: donation })
  }

  take(fact: PaymentFact): FactOutcome {
    switch (fact.kind) {
      case 'checkout_succeeded':
        return this.#succeeded(fact)
      case 'checkout_turned':
        return this.#turned(fact)
      case 'charge_succeeded':
        return this.#charged(fact)
      case 'refund':
        return this.#wentBack(fact, fact.refund, (back) => withRefund(back, fact.refund))
      case 'bank_return':
        return this.#returned(fact)
      case 'dispute':
        return this.#wentBack(fact, fact.dispute, (back) => withDispute(back, fact.dispute))
      case 'fraud_warning':
        this.#warnings.push(fact)
        return 'applied'
      case 'subscription_started':
        return this.#started(fact)
      case 'subscription_changed':
        this.#hear(fact.news)
        return 'applied'
      case 'invoice_paid':
      case 'invoice_payment':
        return this.#collected(fact)
    }
  }

  changes(): Changes {
    const entries = [...this.#donations.values()]
    return {
      moves: [...this.#moves.values()],
      booked: entries.flatMap(({ before, now }) => (before === null && 'donorEmail' in now ? [now] : [])),
      amended: entries.flatMap(({ before, now }) =>
        before !== null && now !== before ? [{ before, ...amendable(now) }] : [],
      ),
      warnings: this.#warnings,
      subscriptions: [...this.#subscriptions.values()],
    }
  }

  #succeeded(fact: PaymentFact & { kind: 'checkout_succeeded' }): FactOutcome {
    const checkout = this.#checkoutOf(fact)
    if (!checkout && !fact.checkoutId) return 'not_ours'
    const entry = this.#donations.get(fact.paymentIntentId)
    const paymentOfSession = this.#paymentOfSession.get(fact.sessionId)
    if (paymentOfSession !== undefined && paymentOfSession !== fact.paymentIntentId) return 'contradictory'
    if (entry && !agrees(entry.now, fact)) return 'contradictory'
    if (checkout) this.#move(checkout, fact.sessionId, 'succeeded')
    if (entry) this.#provenAt(entry, fact.at)
    else this.#enter({ before: null, now: this.#book(fact, checkout) })
    return 'applied'
  }

  #turned(fact: PaymentFact & { kind: 'checkout_turned' }): FactOutcome {
    const checkout = this.#checkoutOf(fact)
    // Nothing was given, so there is nothing to keep for a checkout that only a lost database knew.
    if (!checkout) return 'not_ours'
    // An older session of a checkout that got a newer one: its end is not the checkout's.
    if (checkout.sessionId !== null && checkout.sessionId !== fact.sessionId) return 'applied'
    this.#move(checkout, fact.sessionId, fact.turn)
    return 'applied'
  }

  #started({ sessionId, checkoutId, news }: PaymentFact & { kind: 'subscription_started' }): FactOutcome {
    const checkout = this.#checkoutOf({ sessionId, checkoutId })
    if (!checkout && !checkoutId) return 'not_ours'
    if (checkout) this.#move(checkout, sessionId, 'succeeded')
    this.#hear({ ...news, checkoutId: checkout?.id ?? null, attribution: checkout?.attribution ?? null })
    return 'applied'
  }

  #collected(fact: PaymentFact & { kind: 'invoice_paid' | 'invoice_payment' }): FactOutcome {
    const payment = this.#paymentOfInvoice.get(fact.invoiceId)
    const entry = (payment && this.#donations.get(payment)) ?? this.#bookCollection(fact.invoiceId)
    if (typeof entry === 'string') return entry
    const { paymentIntentId, gross, attribution } = entry.now
    if (fact.kind === 'invoice_payment')
      return fact.paymentIntentId === paymentIntentId ? 'applied' : 'contradictory'
    if (!sameMoney(gross, fact.gross)) return 'contradictory'
    this.#provenAt(entry, fact.at)
    const { subscriptionId: id, customerId, checkoutId, at: paidAt } = fact
    this.#hear({ id, customerId, checkoutId, attribution, paidAt })
    return 'applied'
  }

  /** Booked once both halves are known, whichever came first; until then the other half waits in the inbox. */
  #bookCollection(invoiceId: InvoiceId): Entry | 'waiting' | 'contradictory' {
    const { paid, payment } = this.#halves.get(invoiceId) ?? {}
    if (!paid || !payment) return 'waiting'
    if (this.#donations.has(payment.paymentIntentId)) return 'contradictory'
    const checkout = paid.checkoutId === null ? undefined : this.#checkouts.get(paid.checkoutId)
    if (checkout?.sessionId) this.#move(checkout, checkout.sessionId, 'succeeded')
    const now = collection(paid, payment.paymentIntentId, checkout, this.#deps)
    return this.#enter({ before: null, now })
  }

  /** The earliest proof of a gift gives its moment. */
  #provenAt(entry: Entry, at: Date): void {
    if (at < entry.now.succeededAt)
      entry.now = { ...entry.now, succeededAt: at, succeededOn: this.#deps.localDate(at) }
  }

  #hear(news: SubscriptionUpdate): void {
    const before = this.#subscriptions.get(news.id)
    // An agreement can only point at a checkout that we have.
    const checkoutId = news.checkoutId && this.#checkouts.has(news.checkoutId) ? news.checkoutId : null
    const told = { ...news, checkoutId }
    this.#subscriptions.set(news.id, before ? mergedUpdate(before, told) : told)
  }

  #charged(fact: PaymentFact & { kind: 'charge_succeeded' }): FactOutcome {
    const entry = this.#donations.get(fact.paymentIntentId)
    if (!entry) return 'waiting'
    if (entry.now.chargeId !== null && entry.now.chargeId !== fact.chargeId) return 'contradictory'
    if (entry.now.chargeId === null) entry.now = { ...entry.now, chargeId: fact.chargeId }
    return 'applied'
  }

  /** An earlier try, which failed before another charge paid the gift, took nothing of it along. */
  #returned(fact: PaymentFact & { kind: 'bank_return' }): FactOutcome {
    const paidBy = this.#donations.get(fact.paymentIntentId)?.now.chargeId ?? null
    if (paidBy === null) return 'waiting'
    if (paidBy !== fact.chargeId) return 'applied'
    return this.#wentBack(fact, fact.refund, (back) => withRefund(back, fact.refund))
  }

  #wentBack(
    { paymentIntentId }: { readonly paymentIntentId: PaymentIntentId },
    { amount }: { readonly amount: Money },
    take: (back: Reversals) => Reversals,
  ): FactOutcome {
    const entry = this.#donations.get(paymentIntentId)
    if (!entry) return 'waiting'
    // Added to what else went back, another currency would make nonsense of the gift and of its receipt.
    if (amount.currency !== entry.now.gross.currency) return 'contradictory'
    const reversals = take(entry.now.reversals)
    if (reversals !== entry.now.reversals) entry.now = { ...entry.now, reversals }
    return 'applied'
  }

  #enter(entry: Entry): Entry {
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
    const id = this.#bySession.get(fact.sessionId) ?? fact.checkoutId
    return id === null ? undefined : this.#checkouts.get(id)
  }

  #move(checkout: KnownCheckout, sessionId: CheckoutSessionId, to: CheckoutStatus): void {
    const status = laterStatus(checkout.status, to)
    const kept = currentSession(checkout, sessionId, to)
    if (status === checkout.status && kept === checkout.sessionId) return
    this.#checkouts.set(checkout.id, { ...checkout, status, sessionId: kept })
    this.#bySession.set(kept, checkout.id)
    this.#moves.set(checkout.id, { id: checkout.id, sessionId: kept, status })
  }

  #book(fact: PaymentFact & { kind: 'checkout_succeeded' }, checkout: KnownCheckout | undefined): Donation {
    return {
      id: this.#deps.newDonationId(),
      paymentIntentId: fact.paymentIntentId,
      sessionId: fact.sessionId,
      invoiceId: null,
      subscriptionId: null,
      checkoutId: checkout?.id ?? null,
      chargeId: null,
      gross: fact.gross,
      attribution: checkout?.attribution ?? fact.attribution,
      donorName: fact.donorName,
      donorEmail: fact.donorEmail,
      message: checkout?.message ?? null,
      anonymous: checkout?.anonymous ?? false,
      succeededAt: fact.at,
      succeededOn: this.#deps.localDate(fact.at),
      reversals: noReversals,
    }
  }
}

function amendable({ chargeId, succeededAt, succeededOn, reversals }: KnownDonation) {
  return { chargeId, succeededAt, succeededOn, reversals }
}

function agrees(donation: KnownDonation, fact: PaymentFact & { kind: 'checkout_succeeded' }): boolean {
  return donation.sessionId === fact.sessionId && sameMoney(donation.gross, fact.gross)
}
