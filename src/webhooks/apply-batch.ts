import { decide, type Changes, type Known, type Means, type Verdict } from '../donations/decide.ts'
import { checkoutsOf, moveCheckouts } from '../donations/checkout-progress-store.ts'
import { dayDeltas } from '../donations/day-totals.ts'
import { addToDayTotals } from '../donations/day-totals-store.ts'
import type { Donation } from '../donations/donation.ts'
import { amendDonations, donationsOf, insertDonations, lockPayments } from '../donations/donation-store.ts'
import type { DonationId } from '../donations/ids.ts'
import type { PaymentFact } from '../donations/payment-fact.ts'
import type { Queryable } from '../db/database.ts'
import { keepWarnings, writeMoneyBack } from '../donations/money-back-store.ts'
import { closedMonths } from '../ledger/closing-store.ts'
import type { LedgerTransaction } from '../ledger/ledger.ts'
import { postToLedger } from '../ledger/ledger-store.ts'
import { putIntoOutbox } from '../mail/outbox-writing-store.ts'
import {
  numberReceipts,
  receiptsPerYear,
  type IssuedReceipt,
  type OwedReceipt,
} from '../receipts/numbering.ts'
import { profilesInForce } from '../receipts/profile-store.ts'
import { insertReceipts, latestReceipts, takeNumbers, voidReceipts } from '../receipts/receipt-store.ts'
import { UnreadableEvent, type Reading } from '../stripe/event-shape.ts'
import { readEvent } from '../stripe/payment-facts.ts'
import { postings } from './batch-postings.ts'
import { owedMails } from './batch-mails.ts'
import { owedReceipts, revisable, type OwedVoiding } from './batch-receipts.ts'
import { quarantineReason, type Expected } from './inbox-event.ts'
import { claimWaitingFor, recordOutcomes, type Decided, type KeptEvent } from './inbox-store.ts'

/** What applying needs besides the database: given, so that a test can fix the clock and every id. */
export type ApplyMeans = Means & {
  readonly expected: Expected
  readonly now: () => Date
  readonly newId: () => string
  readonly newReceiptToken: () => string
}

type Concerned = { readonly event: KeptEvent; readonly fact: PaymentFact; readonly concerns: string }

/**
 * Applies claimed events in the caller's database transaction: read → load what they touch → decide → write set-wise.
 * Everything or nothing: donations, ledger, receipts, totals, outbox and the events' outcomes commit together.
 * Statements that need no answer of one another are sent together and run in the order in which they stand: a busy
 * process takes longer to come back to an answer than Postgres to give it.
 * @returns what became of each event
 */
export async function applyBatch(
  tx: Queryable,
  events: readonly KeptEvent[],
  means: ApplyMeans,
): Promise<Decided[]> {
  const { concerned, decided } = read(events, means.expected)
  const [{ known, waiting }, closed] = await Promise.all([
    load(
      tx,
      concerned.map(({ fact }) => fact),
    ),
    closedMonths(tx),
  ])
  const waited = read(waiting, means.expected)
  const all = [...concerned, ...waited.concerned]
  const { changes, verdicts } = decide(
    known,
    all.map(({ fact }) => fact),
    means,
  )

  const { booked, amended } = changes
  const today = means.localDate(means.now())
  const [, latest] = await Promise.all([
    writeChanges(tx, changes, postings(changes, closed, means), means.now()),
    latestReceiptsOf(tx, revisable(changes)),
  ])
  const { owed, voidings } = owedReceipts(changes, latest, today)
  // Last, as the day totals are: these rows are shared by all gifts, and held until the commit.
  const { profiles, lastNumbers } = await receiptMeans(tx, owed)
  const receipts = numberReceipts(owed, lastNumbers, profiles, means.newReceiptToken)
  const voided = voidings.map((voiding) => citing(voiding, receipts))
  const taken = all.map(({ event, concerns }, at) => outcomeOf(event, concerns, verdicts[at]))
  const outcomes = [...decided, ...waited.decided, ...taken]
  await Promise.all([
    insertReceipts(tx, receipts, means.now()),
    voidReceipts(tx, voided, means.now()),
    putIntoOutbox(tx, owedMails(receipts, voided, mailable(booked, amended, all))),
    recordOutcomes(tx, outcomes, means.now()),
    addToDayTotals(tx, dayDeltas(changes)),
  ])
  return outcomes
}

function read(
  events: readonly KeptEvent[],
  expected: Expected,
): { concerned: Concerned[]; decided: Decided[] } {
  const concerned: Concerned[] = []
  const decided: Decided[] = []
  for (const event of events) {
    const reading = readOne(event, expected)
    if ('outcome' in reading) decided.push(reading)
    else concerned.push({ event, ...reading })
  }
  return { concerned, decided }
}

function readOne(event: KeptEvent, expected: Expected): NonNullable<Reading> | Decided {
  const setApart = { id: event.id, concerns: null }
  const quarantine = quarantineReason(event, expected)
  if (quarantine) return { ...setApart, outcome: 'quarantined', reason: quarantine }
  try {
    return (
      readEvent(event.type, event.createdAt, event.body) ?? { ...setApart, outcome: 'kept', reason: null }
    )
  } catch (error) {
    if (error instanceof UnreadableEvent) return { ...setApart, outcome: 'poisoned', reason: error.message }
    throw error
  }
}

async function load(
  tx: Queryable,
  facts: readonly PaymentFact[],
): Promise<{ known: Known; waiting: KeptEvent[] }> {
  if (facts.length === 0) return { known: { checkouts: [], donations: [] }, waiting: [] }
  const sessions = facts.flatMap((fact) => ('sessionId' in fact ? [fact.sessionId] : []))
  const ids = facts.flatMap((fact) =>
    'checkoutId' in fact && fact.checkoutId !== null ? [fact.checkoutId] : [],
  )
  const payments = facts.flatMap((fact) => ('paymentIntentId' in fact ? [fact.paymentIntentId] : []))
  const bookable = facts.flatMap((fact) => (fact.kind === 'checkout_succeeded' ? [fact.paymentIntentId] : []))
  // Locks first, on payments and on checkouts' rows: a concurrent batch waits there, and then sees our donations.
  const [, checkouts, donations, waiting] = await Promise.all([
    payments.length > 0 ? lockPayments(tx, payments) : null,
    sessions.length > 0 ? checkoutsOf(tx, sessions, ids) : [],
    donationsOf(tx, payments, sessions),
    bookable.length > 0 ? claimWaitingFor(tx, bookable) : [],
  ])
  return { known: { checkouts, donations }, waiting }
}

async function writeChanges(
  tx: Queryable,
  changes: Changes,
  posted: readonly LedgerTransaction[],
  now: Date,
): Promise<void> {
  const { moves, booked, amended, warnings } = changes
  const back = [
    ...booked.map(({ id, moneyBack }) => ({ donationId: id, moneyBack })),
    ...amended
      .filter(({ before, moneyBack }) => moneyBack !== before.moneyBack)
      .map(({ before, moneyBack }) => ({ donationId: before.id, moneyBack })),
  ]
  await Promise.all([
    moveCheckouts(tx, moves),
    insertDonations(tx, booked),
    amendDonations(tx, amended),
    writeMoneyBack(tx, back),
    keepWarnings(tx, warnings),
    postToLedger(tx, posted, now),
  ])
}

async function latestReceiptsOf(tx: Queryable, donations: readonly DonationId[]) {
  return donations.length === 0 ? [] : latestReceipts(tx, donations)
}

async function receiptMeans(tx: Queryable, owed: readonly OwedReceipt[]) {
  if (owed.length === 0) return { profiles: [], lastNumbers: new Map<number, bigint>() }
  const [profiles, lastNumbers] = await Promise.all([
    profilesInForce(tx),
    takeNumbers(tx, receiptsPerYear(owed)),
  ])
  return { profiles, lastNumbers }
}

function citing({ donationId, receipt, reason }: OwedVoiding, issued: readonly IssuedReceipt[]) {
  const cited = receipt ?? issued.find((own) => own.donationId === donationId && own.edition === 1)
  if (!cited) throw new Error('a receipt to be voided was not issued')
  return { donationId, year: cited.year, number: cited.number, reason }
}

/** The gifts whose donors are to be written to: they left an address, and not everything said of them was said before. */
function mailable(
  booked: readonly Donation[],
  amended: Changes['amended'],
  all: readonly Concerned[],
): ReadonlySet<DonationId> {
  const news = new Set(all.filter(({ event }) => !event.quiet).map(({ concerns }) => concerns))
  const withAddress = booked.filter(({ donorEmail }) => donorEmail !== null)
  const touched = [...withAddress, ...amended.map(({ before }) => before)]
  return new Set(touched.filter(({ paymentIntentId }) => news.has(paymentIntentId)).map(({ id }) => id))
}

function outcomeOf({ id }: KeptEvent, concerns: string, verdict: Verdict | undefined): Decided {
  switch (verdict) {
    case 'taken':
      return { id, concerns, outcome: 'applied', reason: null }
    case 'not_ours':
      return { id, concerns, outcome: 'kept', reason: 'not a checkout of this service' }
    case 'contradicts':
      return { id, concerns, outcome: 'poisoned', reason: 'contradicts what is already booked' }
    case 'waits':
    case undefined:
      return { id, concerns, outcome: 'waiting', reason: 'names a payment not known yet' }
  }
}
