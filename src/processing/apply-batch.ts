import { EVENT_OUTCOMES, type Changes, type DecisionDeps, type FactOutcome } from './changes.ts'
import { saveCheckoutProgress } from '../checkout/checkout-store.ts'
import { decide } from './decide.ts'
import { dayDeltas } from '../donations/day-totals.ts'
import { addToDayTotals } from '../donations/day-totals-store.ts'
import { amendDonations, insertDonations } from '../donations/donation-store.ts'
import type { DonationId } from '../ids.ts'
import type { Queryable } from '../db/database.ts'
import { saveSubscriptionUpdates } from '../subscriptions/subscription-store.ts'
import { insertFraudWarnings, writeReversals } from '../refunds/reversal-store.ts'
import { closedMonths } from '../ledger/closing-store.ts'
import type { LedgerTransaction } from '../ledger/ledger.ts'
import { postToLedger } from '../ledger/ledger-store.ts'
import { putIntoOutbox } from '../outbox/outbox-store.ts'
import {
  numberReceipts,
  reservedNumbersFor,
  receiptsPerYear,
  type CitedReceipt,
  type IssuedReceipt,
  type OwedReceipt,
} from '../receipts/receipt-numbering.ts'
import { profilesInForce } from '../newsroom/profile-store.ts'
import { reservedNumbers, alreadyMailedAsVoid } from '../receipts/reserved-number-store.ts'
import { insertReceipts, latestReceipts, takeNumbers, voidReceipts } from '../receipts/receipt-store.ts'
import type { ExpectedEvents, StoredEvent } from '../inbox/inbox-event.ts'
import { loadBatch } from './load-batch.ts'
import { postings } from './batch-postings.ts'
import { owedMails } from './batch-mails.ts'
import { owedReceipts, revisable, type OwedVoiding } from './batch-receipts.ts'
import { recordOutcomes, type EventOutcome } from '../inbox/inbox-store.ts'

/** What applying needs besides the database: given, so that a test can fix the clock and every id. */
export type ProcessingDeps = DecisionDeps & {
  readonly expected: ExpectedEvents
  readonly now: () => Date
  readonly newId: () => string
  /** The unguessable part of a receipt's address: the same for the same number, so that links in old mails go on. */
  readonly receiptToken: (receipt: CitedReceipt) => string
}

/**
 * Applies claimed events in the caller's database transaction: read → load what they touch → decide → write set-wise.
 * Everything or nothing: donations, ledger, receipts, totals, outbox and the events' outcomes commit together.
 * Statements that need no answer of one another are sent together and run in the order in which they stand: a busy
 * process takes longer to come back to an answer than Postgres to give it.
 * @returns what became of each event
 */
export async function applyBatch(
  tx: Queryable,
  events: readonly StoredEvent[],
  deps: ProcessingDeps,
): Promise<EventOutcome[]> {
  const [{ concerned: all, decided, known }, closed] = await Promise.all([
    loadBatch(tx, events, deps.expected),
    closedMonths(tx),
  ])
  const { changes, outcomes: factOutcomes } = decide(
    known,
    all.map(({ fact }) => fact),
    deps,
  )

  const today = deps.localDate(deps.now())
  const [, latest] = await Promise.all([
    writeChanges(tx, changes, postings(changes, closed, deps), deps.now()),
    latestReceiptsOf(tx, revisable(changes)),
  ])
  const { owed, voidings } = owedReceipts(changes, latest, today)
  // Last, as the day totals are: these rows are shared by all gifts, and held until the commit.
  const { before, profiles, lastNumbers } = await receiptDeps(tx, owed)
  const receipts = numberReceipts(owed, before, lastNumbers, profiles, deps.receiptToken)
  const voided = voidings.map((voiding) => citing(voiding, receipts))
  const told = voided.length === 0 ? [] : await alreadyMailedAsVoid(tx, voided)
  const outcomesOfFacts = all.map(({ event, correlationId }, index): EventOutcome => {
    const outcome = factOutcomes[index] ?? 'waiting'
    return { id: event.id, correlationId, outcome: EVENT_OUTCOMES[outcome], reason: REASONS[outcome] }
  })
  const outcomes = [...decided, ...outcomesOfFacts]
  await Promise.all([
    insertReceipts(tx, receipts, deps.now()),
    voidReceipts(tx, voided, deps.now()),
    putIntoOutbox(tx, owedMails(receipts, voided, told, mailable(changes))),
    recordOutcomes(tx, outcomes, deps.now()),
    addToDayTotals(tx, dayDeltas(changes)),
  ])
  return outcomes
}

async function writeChanges(
  tx: Queryable,
  changes: Changes,
  posted: readonly LedgerTransaction[],
  now: Date,
): Promise<void> {
  const { moves, booked, amended, warnings, subscriptions } = changes
  const back = [
    ...booked.map(({ id, reversals }) => ({ donationId: id, reversals })),
    ...amended
      .filter(({ before, reversals }) => reversals !== before.reversals)
      .map(({ before, reversals }) => ({ donationId: before.id, reversals })),
  ]
  await Promise.all([
    saveCheckoutProgress(tx, moves),
    insertDonations(tx, booked),
    amendDonations(tx, amended),
    writeReversals(tx, back),
    insertFraudWarnings(tx, warnings),
    saveSubscriptionUpdates(tx, subscriptions),
    postToLedger(tx, posted, now),
  ])
}

async function latestReceiptsOf(tx: Queryable, donations: readonly DonationId[]) {
  return donations.length === 0 ? [] : latestReceipts(tx, donations)
}

async function receiptDeps(tx: Queryable, owed: readonly OwedReceipt[]) {
  if (owed.length === 0) return { before: new Map(), profiles: [], lastNumbers: new Map<number, bigint>() }
  const free = await reservedNumbers(
    tx,
    owed.map(({ donationId }) => donationId),
  )
  const before = reservedNumbersFor(owed, free)
  const [profiles, lastNumbers] = await Promise.all([
    profilesInForce(tx),
    takeNumbers(tx, receiptsPerYear(owed.filter((receipt) => !before.has(receipt)))),
  ])
  return { before, profiles, lastNumbers }
}

function citing({ donationId, receipt, reason }: OwedVoiding, issued: readonly IssuedReceipt[]) {
  const cited = receipt ?? issued.find((own) => own.donationId === donationId && own.revision === 1)
  if (!cited) throw new Error('a receipt to be voided was not issued')
  return { donationId, year: cited.year, number: cited.number, reason }
}

/** The gifts whose donors are to be written to. Who left an address for an older gift is looked up at sending. */
function mailable({ booked, amended }: Changes): ReadonlySet<DonationId> {
  const withAddress = booked.filter(({ donorEmail }) => donorEmail !== null)
  return new Set([...withAddress, ...amended.map(({ before }) => before)].map(({ id }) => id))
}

const REASONS: Readonly<Record<FactOutcome, string | null>> = {
  applied: null,
  waiting: 'names a payment that is not known yet',
  not_ours: 'is not about a checkout of this service',
  contradictory: 'contradicts what is already booked',
}
