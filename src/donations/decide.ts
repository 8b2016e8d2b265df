import type { LocalDate } from '../receipts/receipt-number.ts'
import { laterStatus, type CheckoutStatus } from './checkout-status.ts'
import type { Donation, KnownCheckout, KnownDonation } from './donation.ts'
import { nothingBack, withDispute, withRefund, type FraudWarning, type MoneyBack } from './money-back.ts'
import type { ChargeId, CheckoutId, CheckoutSessionId, DonationId, PaymentIntentId } from './ids.ts'
import type { PaymentFact } from './payment-fact.ts'

/** What the database knew of everything the facts touch. */
export type Known = {
  readonly checkouts: readonly KnownCheckout[]
  readonly donations: readonly KnownDonation[]
}

/** The two things a decision needs from outside, given as functions so that it stays pure. */
export type Means = {
  readonly newDonationId: () => DonationId
  readonly localDate: (instant: Date) => LocalDate
}

export type CheckoutMove = {
  readonly id: CheckoutId
  readonly sessionId: CheckoutSessionId
  readonly status: CheckoutStatus
}
export type DonationAmendment = {
  readonly before: KnownDonation
  readonly chargeId: ChargeId | null
  readonly succeededAt: Date
  readonly succeededOn: LocalDate
  readonly moneyBack: MoneyBack
}
export type PaymentWarning = { readonly paymentIntentId: PaymentIntentId; readonly warning: FraudWarning }

/** What must be written; empty when the facts say nothing new. */
export type Changes = {
  readonly moves: readonly CheckoutMove[]
  readonly booked: readonly Donation[]
  readonly amended: readonly DonationAmendment[]
  readonly warnings: readonly PaymentWarning[]
}

/** What became of one fact. A fact is never dropped: it is taken, it waits, it is not ours, or it contradicts. */
export type Verdict = 'taken' | 'waits' | 'not_ours' | 'contradicts'

/**
 * Decides a batch in memory. Monotone: any order and any repetition of the same facts, in one batch or in many,
 * ends in the same donations and statuses. The earliest proof of a payment gives its moment.
 * @returns the changes, and one verdict a fact, in the facts' order
 */
export function decide(
  known: Known,
  facts: readonly PaymentFact[],
  means: Means,
): { changes: Changes; verdicts: Verdict[] } {
  const books = new Books(known, means)
  // What belongs to a payment comes last: another fact of the same batch may book it.
  const order = [...facts.keys()].toSorted((a, b) => phase(facts[a]) - phase(facts[b]) || a - b)
  const verdicts: Verdict[] = facts.map(() => 'waits')
  for (const at of order) {
    const fact = facts[at]
    if (fact) verdicts[at] = books.take(fact)
  }
  return { changes: books.changes(), verdicts }
}

function phase(fact: PaymentFact | undefined): number {
  return fact?.kind === 'checkout_succeeded' || fact?.kind === 'checkout_turned' ? 0 : 1
}

type Entry = { readonly before: KnownDonation | null; now: Donation | KnownDonation }

/** The batch's working memory: what is known, changed fact by fact; remembers what to write. */
class Books {
  readonly #means: Means
  readonly #checkouts = new Map<CheckoutId, KnownCheckout>()
  readonly #bySession = new Map<CheckoutSessionId, CheckoutId>()
  readonly #donations = new Map<PaymentIntentId, Entry>()
  readonly #paymentOfSession = new Map<CheckoutSessionId, PaymentIntentId>()
  readonly #moves = new Map<CheckoutId, CheckoutMove>()
  readonly #warnings: PaymentWarning[] = []

  constructor(known: Known, means: Means) {
    this.#means = means
    for (const checkout of known.checkouts) {
      this.#checkouts.set(checkout.id, checkout)
      if (checkout.sessionId) this.#bySession.set(checkout.sessionId, checkout.id)
    }
    for (const donation of known.donations) this.#enter({ before: donation, now: donation })
  }

  take(fact: PaymentFact): Verdict {
    switch (fact.kind) {
      case 'checkout_succeeded':
        return this.#succeeded(fact)
      case 'checkout_turned':
        return this.#turned(fact)
      case 'charge_succeeded':
        return this.#charged(fact)
      case 'refund':
        return this.#wentBack(fact.paymentIntentId, (back) => withRefund(back, fact.refund))
      case 'dispute':
        return this.#wentBack(fact.paymentIntentId, (back) => withDispute(back, fact.dispute))
      case 'fraud_warning':
        this.#warnings.push(fact)
        return 'taken'
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
    }
  }

  #succeeded(fact: PaymentFact & { kind: 'checkout_succeeded' }): Verdict {
    const checkout = this.#checkoutOf(fact)
    if (!checkout && !fact.checkoutId) return 'not_ours'
    const entry = this.#donations.get(fact.paymentIntentId)
    const paymentOfSession = this.#paymentOfSession.get(fact.sessionId)
    if (paymentOfSession !== undefined && paymentOfSession !== fact.paymentIntentId) return 'contradicts'
    if (entry && !agrees(entry.now, fact)) return 'contradicts'
    if (checkout) this.#move(checkout, fact.sessionId, 'succeeded')
    if (!entry) this.#enter({ before: null, now: this.#book(fact, checkout) })
    else if (fact.at < entry.now.succeededAt)
      entry.now = { ...entry.now, succeededAt: fact.at, succeededOn: this.#means.localDate(fact.at) }
    return 'taken'
  }

  #turned(fact: PaymentFact & { kind: 'checkout_turned' }): Verdict {
    const checkout = this.#checkoutOf(fact)
    // Nothing was given, so there is nothing to keep for a checkout that only a lost database knew.
    if (!checkout) return 'not_ours'
    // An older session of a checkout that got a newer one: its end is not the checkout's.
    if (checkout.sessionId !== null && checkout.sessionId !== fact.sessionId) return 'taken'
    this.#move(checkout, fact.sessionId, fact.turn)
    return 'taken'
  }

  #charged(fact: PaymentFact & { kind: 'charge_succeeded' }): Verdict {
    const entry = this.#donations.get(fact.paymentIntentId)
    if (!entry) return 'waits'
    if (entry.now.chargeId !== null && entry.now.chargeId !== fact.chargeId) return 'contradicts'
    if (entry.now.chargeId === null) entry.now = { ...entry.now, chargeId: fact.chargeId }
    return 'taken'
  }

  #wentBack(payment: PaymentIntentId, take: (back: MoneyBack) => MoneyBack): Verdict {
    const entry = this.#donations.get(payment)
    if (!entry) return 'waits'
    const moneyBack = take(entry.now.moneyBack)
    if (moneyBack !== entry.now.moneyBack) entry.now = { ...entry.now, moneyBack }
    return 'taken'
  }

  #enter(entry: Entry): void {
    this.#donations.set(entry.now.paymentIntentId, entry)
    this.#paymentOfSession.set(entry.now.sessionId, entry.now.paymentIntentId)
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
      id: this.#means.newDonationId(),
      paymentIntentId: fact.paymentIntentId,
      sessionId: fact.sessionId,
      checkoutId: checkout?.id ?? null,
      chargeId: null,
      gross: fact.gross,
      attribution: checkout?.attribution ?? fact.attribution,
      donorName: fact.donorName,
      donorEmail: fact.donorEmail,
      message: checkout?.message ?? null,
      anonymous: checkout?.anonymous ?? false,
      succeededAt: fact.at,
      succeededOn: this.#means.localDate(fact.at),
      moneyBack: nothingBack,
    }
  }
}

function amendable({ chargeId, succeededAt, succeededOn, moneyBack }: KnownDonation) {
  return { chargeId, succeededAt, succeededOn, moneyBack }
}

/** A checkout retried hours later can have several sessions: it shows the one that was paid, of two paid ones always the same. */
function currentSession(
  checkout: KnownCheckout,
  sessionId: CheckoutSessionId,
  to: CheckoutStatus,
): CheckoutSessionId {
  if (checkout.sessionId === null || checkout.sessionId === sessionId) return sessionId
  if (to !== 'succeeded') return checkout.sessionId
  return checkout.status === 'succeeded' && checkout.sessionId < sessionId ? checkout.sessionId : sessionId
}

function agrees(donation: KnownDonation, fact: PaymentFact & { kind: 'checkout_succeeded' }): boolean {
  return (
    donation.sessionId === fact.sessionId &&
    donation.gross.minor === fact.gross.minor &&
    donation.gross.currency === fact.gross.currency
  )
}
