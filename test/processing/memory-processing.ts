import { decide } from '../../src/processing/decide.ts'
import type { Changes } from '../../src/processing/changes.ts'
import type { Donation } from '../../src/donations/donation.ts'
import type { KnownCheckout } from '../../src/checkout/checkout-status.ts'
import type { DonationId, SubscriptionId } from '../../src/ids.ts'
import { namedIds, ownedThrough, type PaymentFact } from '../../src/donations/payment-fact.ts'
import { donationBalance, receiptableAmounts } from '../../src/refunds/donation-balance.ts'
import { mergedUpdate, type SubscriptionUpdate } from '../../src/subscriptions/subscription.ts'
import type { LedgerTransaction } from '../../src/ledger/ledger.ts'
import { numberReceipts, receiptsPerYear, type IssuedReceipt } from '../../src/receipts/receipt-numbering.ts'
import { readEvent } from '../../src/stripe/handled-event-types.ts'
import { owedReceipts } from '../../src/processing/batch-receipts.ts'
import { postings } from '../../src/processing/batch-postings.ts'
import { processing as processingDeps } from '../kit/processing.ts'
import type { GiftEvent } from '../kit/gift-events.ts'

export type CorrelatedFact = { readonly fact: PaymentFact; readonly correlationId: string }

/** The fact of an event, as processing reads it. */
export function factOf(event: GiftEvent): CorrelatedFact {
  const reading = readEvent(event.type, new Date(event.created * 1000), event, processingDeps.ownership)
  if (!reading) throw new Error(`${event.type} brings no fact`)
  return reading
}

const profiles = [{ id: 1, inForceFrom: new Date(0) }]
// One id for all donations and one for all postings, so that two runs can be compared.
const deps = { ...processingDeps, newDonationId: () => 'd' as DonationId, newId: () => 't' }
const TODAY = deps.localDate(deps.now())

/** Processes the events of one gift in memory by the rules that processing uses, and checks the state after each batch. */
export class MemoryProcessing {
  #checkout: KnownCheckout
  #donation: Donation | undefined
  #waiting: readonly CorrelatedFact[] = []
  readonly #posted = new Map<string, LedgerTransaction>()
  readonly #accounts = new Map<string, bigint>()
  /** What is booked as given, by day. */
  readonly #given = new Map<string, bigint>()
  readonly #receipts: (IssuedReceipt & { voided: boolean })[] = []
  readonly #lastNumbers = new Map<number, bigint>()
  readonly #warnings = new Set<string>()
  readonly #subscriptions = new Map<SubscriptionId, SubscriptionUpdate>()

  constructor(checkout: KnownCheckout) {
    this.#checkout = checkout
  }

  apply(facts: readonly CorrelatedFact[]): void {
    // As load-batch claims them: first the facts that wait for a subscription, then for an invoice, then for a payment.
    let batch = [...facts]
    batch = [...batch, ...this.#claim(namedIds(batch.map(({ fact }) => fact)).subscriptions)]
    batch = [...batch, ...this.#claim(namedIds(batch.map(({ fact }) => fact)).invoices)]
    batch = [...batch, ...this.#claim(batch.flatMap(({ fact }) => awaitedPayment(fact)))]
    const known = {
      checkouts: [this.#checkout],
      donations: this.#donation ? [this.#donation] : [],
      subscriptions: [...this.#subscriptions.values()].flatMap(({ id, checkoutId }) =>
        checkoutId ? [{ id, checkoutId }] : [],
      ),
    }
    const { changes, outcomes } = decide(
      known,
      batch.map(({ fact }) => fact),
      deps,
    )
    if (outcomes.includes('contradictory')) throw new Error(`a fact was refused: ${outcomes.join()}`)
    const notYetOurs = batch
      .filter((_, index) => outcomes[index] === 'not_ours')
      .map(({ fact }) => ({ fact, correlationId: ownedThrough(fact) }))
    const waiting = batch.filter((_, index) => outcomes[index] === 'waiting')
    this.#waiting = [...this.#waiting, ...waiting, ...notYetOurs]
    this.#write(changes)
    this.#check()
  }

  #claim(correlationIds: readonly string[]): readonly CorrelatedFact[] {
    const claimed = this.#waiting.filter(({ correlationId }) => correlationIds.includes(correlationId))
    this.#waiting = this.#waiting.filter((fact) => !claimed.includes(fact))
    return claimed
  }

  #write(changes: Changes): void {
    for (const { status, sessionId } of changes.checkouts)
      this.#checkout = { ...this.#checkout, status, sessionId }
    for (const transaction of postings(changes, new Set(), deps)) {
      const key = `${transaction.source} ${transaction.effect}`
      if (this.#posted.has(key)) throw new Error(`${key} was posted twice`)
      this.#posted.set(key, transaction)
      for (const { amount } of transaction.entries.filter(({ account }) => account === 'donations')) {
        const day = transaction.day.bookedOn
        this.#given.set(day, (this.#given.get(day) ?? 0n) + amount.minor)
      }
      for (const { account, amount } of transaction.entries)
        this.#accounts.set(account, (this.#accounts.get(account) ?? 0n) + amount.minor)
    }
    this.#reissue(changes)
    const [booked] = changes.booked
    const [amended] = changes.amended
    if (booked && this.#donation) throw new Error('the gift was booked twice')
    if (booked) this.#donation = booked
    if (amended && this.#donation) {
      const { before: _, ...after } = amended
      this.#donation = { ...this.#donation, ...after }
    }
    for (const { warning } of changes.warnings) this.#warnings.add(warning.id)
    for (const update of changes.subscriptions) {
      const before = this.#subscriptions.get(update.id)
      this.#subscriptions.set(update.id, before ? mergedUpdate(before, update) : update)
    }
  }

  #reissue(changes: Changes): void {
    const last = this.#receipts.at(-1)
    const latest = last ? [{ ...last, grossMinor: last.money.minor }] : []
    const { owed, voidings } = owedReceipts(changes, latest, TODAY)
    for (const [year, count] of receiptsPerYear(owed))
      this.#lastNumbers.set(year, (this.#lastNumbers.get(year) ?? 0n) + count)
    const issued = numberReceipts(owed, new Map(), this.#lastNumbers, profiles, deps.receiptToken)
    this.#receipts.push(...issued.map((receipt) => ({ ...receipt, voided: false })))
    for (const { receipt } of voidings) {
      const { year, number } = receipt ?? issued[0] ?? { year: 0, number: 0n }
      const voided = this.#receipts.find((other) => other.year === year && other.number === number)
      if (!voided || voided.voided) throw new Error('a receipt was voided that does not exist or is void')
      voided.voided = true
    }
  }

  /** Throws unless the ledger, the receipts and the donation agree. */
  #check(): void {
    const sum = [...this.#accounts.values()].reduce((all, minor) => all + minor, 0n)
    if (sum !== 0n) throw new Error(`the ledger does not balance: ${sum}`)
    for (const [index, { revision, replaces }] of this.#receipts.entries()) {
      const before = this.#receipts[index - 1]
      if (revision !== index + 1 || replaces?.number !== before?.number || replaces?.year !== before?.year)
        throw new Error(`revision ${revision} does not replace the one before it`)
      if (before && !before.voided) throw new Error('two receipts are valid')
    }
    if (!this.#donation) return
    const { receiptableMinor } = donationBalance(this.#donation.gross, this.#donation.reversals)
    if (receiptableMinor !== this.#receiptMinor()) throw new Error('the valid receipt states another amount')
    const day = this.#donation.succeededOn
    const last = this.#receipts.at(-1)
    if (last && !last.voided && last.givenOn !== day) throw new Error('the valid receipt states another day')
    const booked = [...this.#given].filter(([, minor]) => minor !== 0n).map(([bookedOn]) => bookedOn)
    if (booked.join() !== day) throw new Error(`the gift is booked on ${booked.join()} instead of ${day}`)
  }

  #receiptMinor(): bigint {
    const last = this.#receipts.at(-1)
    return last && !last.voided ? last.money.minor : 0n
  }

  /** The state that must not depend on the order of the events. */
  end() {
    if (!this.#donation) throw new Error('the gift was not booked')
    const { reversals, ...donation } = this.#donation
    const onceRight = receiptableAmounts(donation.gross, reversals)
    for (const { number, money } of this.#receipts)
      if (!onceRight?.has(money.minor))
        throw new Error(`receipt ${number} states ${money.minor}, which verifying would take for wrong`)
    return {
      checkout: this.#checkout,
      donation,
      // A second event of a change may report the refund later than the first.
      refunds: reversals.refunds.map((refund) => ({ ...refund, reportedAt: null })).toSorted(byId),
      disputes: reversals.disputes.toSorted(byId),
      balance: donationBalance(donation.gross, reversals),
      // Whether and from where the gift was moved depends on the order.
      ledger: [...this.#posted]
        .filter(([key]) => !key.includes('redated'))
        .map(([key, { entries }]) => ({ key, entries }))
        .toSorted(byKey),
      accounts: Object.fromEntries([...this.#accounts].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      receiptMinor: this.#receiptMinor(),
      warnings: [...this.#warnings].toSorted(),
      subscriptions: [...this.#subscriptions.values()],
      waiting: this.#waiting,
    }
  }
}

function awaitedPayment(fact: PaymentFact): readonly string[] {
  switch (fact.kind) {
    case 'checkout_succeeded':
    case 'invoice_payment':
    case 'charge_succeeded':
    case 'refund':
      return fact.paymentIntentId ? [fact.paymentIntentId] : []
    default:
      return []
  }
}

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1)
