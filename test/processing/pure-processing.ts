import { decide } from '../../src/processing/decide.ts'
import type { Changes } from '../../src/processing/changes.ts'
import type { Donation } from '../../src/donations/donation.ts'
import type { KnownCheckout } from '../../src/checkout/checkout-status.ts'
import type { DonationId, SubscriptionId } from '../../src/ids.ts'
import type { PaymentFact } from '../../src/donations/payment-fact.ts'
import { donationBalance } from '../../src/refunds/donation-balance.ts'
import { mergedUpdate, type SubscriptionUpdate } from '../../src/subscriptions/subscription.ts'
import type { LedgerTransaction } from '../../src/ledger/ledger.ts'
import { numberReceipts, receiptsPerYear, type IssuedReceipt } from '../../src/receipts/receipt-numbering.ts'
import { readEvent } from '../../src/stripe/handled-event-types.ts'
import { owedReceipts } from '../../src/processing/batch-receipts.ts'
import { postings } from '../../src/processing/batch-postings.ts'
import { processing as processingDeps } from '../kit/books.ts'
import type { GiftEvent } from '../kit/gift-events.ts'

export type CorrelatedFact = { readonly fact: PaymentFact; readonly correlationId: string }

/** Read as the apply step reads it. */
export function recorded(event: GiftEvent): CorrelatedFact {
  const reading = readEvent(event.type, new Date(event.created * 1000), event)
  if (!reading) throw new Error(`${event.type} says nothing`)
  return reading
}

const profiles = [{ id: 1, inForceFrom: new Date(0) }]
// One id for all: which one it is, is not what an order could change.
const processing = { ...processingDeps, newDonationId: () => 'd' as DonationId, newId: () => 't' } // the test's own maker
const TODAY = processing.localDate(processing.now())

/** One gift's books in memory: the same pure steps as the apply step's, batch after batch, checked after each. */
export class PureProcessing {
  #checkout: KnownCheckout
  #donation: Donation | undefined
  #waiting: readonly CorrelatedFact[] = []
  readonly #posted = new Map<string, LedgerTransaction>()
  readonly #balances = new Map<string, bigint>()
  readonly #receipts: (IssuedReceipt & { voided: boolean })[] = []
  readonly #lastNumbers = new Map<number, bigint>()
  readonly #warnings = new Set<string>()
  readonly #subscriptions = new Map<SubscriptionId, SubscriptionUpdate>()

  constructor(checkout: KnownCheckout) {
    this.#checkout = checkout
  }

  take(told: readonly CorrelatedFact[]): void {
    // As load-batch claims them: first an invoice's other half, and then what waits for its payment.
    let batch = [...told]
    batch = [
      ...batch,
      ...this.#claim(batch.flatMap(({ fact }) => ('invoiceId' in fact ? fact.invoiceId : []))),
    ]
    batch = [...batch, ...this.#claim(batch.flatMap(({ fact }) => awaited(fact)))]
    const known = { checkouts: [this.#checkout], donations: this.#donation ? [this.#donation] : [] }
    const { changes, outcomes } = decide(
      known,
      batch.map(({ fact }) => fact),
      processing,
    )
    if (!outcomes.every((verdict) => verdict === 'applied' || verdict === 'waiting'))
      throw new Error(`refused: ${outcomes.join()}`)
    this.#waiting = [...this.#waiting, ...batch.filter((_, at) => outcomes[at] === 'waiting')]
    this.#write(changes)
    this.#check()
  }

  #claim(names: readonly string[]): readonly CorrelatedFact[] {
    const claimed = this.#waiting.filter(({ correlationId }) => names.includes(correlationId))
    this.#waiting = this.#waiting.filter((one) => !claimed.includes(one))
    return claimed
  }

  #write(changes: Changes): void {
    for (const { status, sessionId } of changes.checkouts)
      this.#checkout = { ...this.#checkout, status, sessionId }
    for (const transaction of postings(changes, new Set(), processing)) {
      const key = `${transaction.source} ${transaction.effect}`
      if (this.#posted.has(key)) throw new Error(`posted twice: ${key}`)
      this.#posted.set(key, transaction)
      for (const { account, amount } of transaction.entries)
        this.#balances.set(account, (this.#balances.get(account) ?? 0n) + amount.minor)
    }
    this.#reissue(changes)
    const [booked] = changes.booked
    const [amended] = changes.amended
    if (booked && this.#donation) throw new Error('booked twice')
    if (booked) this.#donation = booked
    if (amended && this.#donation) {
      const { before: _, ...now } = amended
      this.#donation = { ...this.#donation, ...now }
    }
    for (const { warning } of changes.warnings) this.#warnings.add(warning.id)
    for (const news of changes.subscriptions) {
      const before = this.#subscriptions.get(news.id)
      this.#subscriptions.set(news.id, before ? mergedUpdate(before, news) : news)
    }
  }

  #reissue(changes: Changes): void {
    const last = this.#receipts.at(-1)
    const latest = last ? [{ ...last, grossMinor: last.money.minor }] : []
    const { owed, voidings } = owedReceipts(changes, latest, TODAY)
    for (const [year, count] of receiptsPerYear(owed))
      this.#lastNumbers.set(year, (this.#lastNumbers.get(year) ?? 0n) + count)
    const issued = numberReceipts(owed, new Map(), this.#lastNumbers, profiles, processing.receiptToken)
    this.#receipts.push(...issued.map((receipt) => ({ ...receipt, voided: false })))
    for (const { receipt } of voidings) {
      const { year, number } = receipt ?? issued[0] ?? { year: 0, number: 0n }
      const wrong = this.#receipts.find((own) => own.year === year && own.number === number)
      if (!wrong || wrong.voided) throw new Error('a voiding of no receipt, or of a void one')
      wrong.voided = true
    }
  }

  /** What must hold after every single batch. */
  #check(): void {
    const sum = [...this.#balances.values()].reduce((all, minor) => all + minor, 0n)
    if (sum !== 0n) throw new Error(`the ledger is off by ${sum}`)
    for (const [at, { revision, replaces }] of this.#receipts.entries()) {
      const before = this.#receipts[at - 1]
      const right = before ? { year: before.year, number: before.number } : null
      if (revision !== at + 1 || replaces?.number !== right?.number || replaces?.year !== right?.year)
        throw new Error(`revision ${revision} breaks the chain`)
      if (before && !before.voided) throw new Error('two receipts are valid')
    }
    if (!this.#donation) return
    const { receiptableMinor } = donationBalance(this.#donation.gross, this.#donation.reversals)
    if (receiptableMinor !== this.#receiptMinor()) throw new Error('the valid receipt says something else')
  }

  #receiptMinor(): bigint {
    const last = this.#receipts.at(-1)
    return last && !last.voided ? last.money.minor : 0n
  }

  /** All that must not depend on the order. */
  end() {
    if (!this.#donation) throw new Error('nothing was booked')
    const { reversals, ...donation } = this.#donation
    return {
      checkout: this.#checkout,
      donation,
      refunds: reversals.refunds.toSorted(byId),
      disputes: reversals.disputes.toSorted(byId),
      stands: donationBalance(donation.gross, reversals),
      ledger: [...this.#posted].map(([key, { entries }]) => ({ key, entries })).toSorted(byKey),
      balances: Object.fromEntries([...this.#balances].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      receiptMinor: this.#receiptMinor(),
      warnings: [...this.#warnings].toSorted(),
      subscriptions: [...this.#subscriptions.values()],
      waiting: this.#waiting,
    }
  }
}

function awaited(fact: PaymentFact): readonly string[] {
  const { kind } = fact
  return kind === 'checkout_succeeded' || kind === 'invoice_payment' || kind === 'charge_succeeded'
    ? [fact.paymentIntentId]
    : []
}

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1)
