import { randomUUIDv7 } from 'node:crypto'
import { localDate } from '../calendar/local-date.ts'
import { saveCheckoutProgress } from '../checkout/checkout-store.ts'
import { dropRemindersTo } from '../checkout/reminder-store.ts'
import type { Keyring } from '../config/keyring.ts'
import type { Queryable } from '../db/database.ts'
import { amendDonations, insertDonations, nameDonors } from '../donations/donation-store.ts'
import { ownedThrough, type PaymentFact } from '../donations/payment-fact.ts'
import type { DonationId } from '../ids.ts'
import type { ExpectedEvents, StoredEvent } from '../inbox/inbox-event.ts'
import { recordOutcomes, type EventOutcome } from '../inbox/inbox-store.ts'
import { closedMonths } from '../ledger/closing-store.ts'
import { postToLedger } from '../ledger/ledger-store.ts'
import type { LedgerTransaction } from '../ledger/ledger.ts'
import { profilesInForce } from '../newsroom/profile-store.ts'
import { putIntoOutbox } from '../outbox/outbox-store.ts'
import {
  numberReceipts,
  reservedNumbersFor,
  receiptsPerYear,
  type CitedReceipt,
  type IssuedReceipt,
  type OwedReceipt,
} from '../receipts/receipt-numbering.ts'
import { receiptLinks } from '../receipts/receipt-link.ts'
import { alreadyMailedAsVoid, reservedNumbers, takeNumbers } from '../receipts/receipt-number-store.ts'
import { insertReceipts, latestReceipts, voidReceipts } from '../receipts/receipt-store.ts'
import { insertCardDeclines } from '../protection/protection-store.ts'
import { insertFraudWarnings, writeReversals } from '../refunds/reversal-store.ts'
import type { Ownership } from '../stripe/events/ownership.ts'
import { donationMessages } from '../webhooks/donation-messages.ts'
import { putMessages, wantedEvents } from '../webhooks/webhook-message-store.ts'
import { saveSubscriptionUpdates } from '../subscriptions/subscription-store.ts'
import { owedMails, refusedMails } from './batch-mails.ts'
import { postings } from './batch-postings.ts'
import { owedReceipts, revisable, type OwedVoiding } from './batch-receipts.ts'
import { EVENT_OUTCOMES, NOT_OURS, type Changes, type DecisionDeps, type FactOutcome } from './changes.ts'
import { withClosedDays } from './closed-days.ts'
import { decide } from './decide.ts'
import { loadBatch, type WaitingEvents } from './load-batch.ts'
import { knownAmong } from './ownership-store.ts'
import { unreadableOutcomes } from './unreadable-events.ts'

/** What processing needs besides the database, passed in so that a test can fix the clock and every id. */
export type ProcessingDeps = DecisionDeps & {
  readonly expected: ExpectedEvents
  readonly ownership: Ownership
  readonly now: () => Date
  readonly newId: () => string
  /** The unguessable part of a receipt's address: the same for the same number, so that links in old mails keep working. */
  readonly receiptToken: (receipt: CitedReceipt) => string
}

export function processingDeps(
  expected: ExpectedEvents,
  ownership: Ownership,
  timezone: string,
  clock: () => Date,
  keys: Pick<Keyring, 'receiptLinks'>,
): ProcessingDeps {
  return {
    expected,
    ownership,
    now: clock,
    localDate: (instant) => localDate(instant, timezone),
    // Ids that sort by age keep indexes compact. New donations get the brand here and nowhere else.
    newDonationId: () => randomUUIDv7() as DonationId,
    newId: () => randomUUIDv7(),
    receiptToken: receiptLinks(keys.receiptLinks).tokenFor,
  }
}

/**
 * Applies claimed events in the caller's database transaction: reads them, loads what they name, decides, and writes
 * all changes. Donations, ledger, receipts, outbox and the outcomes of the events commit together.
 * Statements that do not need each other's answers are sent together and run in the order in which they stand here: a
 * busy process takes longer to look at an answer than Postgres takes to give it.
 * @returns what became of each event
 */
export async function applyBatch(
  tx: Queryable,
  events: readonly StoredEvent[],
  deps: ProcessingDeps,
  waitingEvents?: WaitingEvents,
): Promise<EventOutcome[]> {
  const [{ facts, withoutFact, unreadable, known }, closed, wanted] = await Promise.all([
    loadBatch(tx, events, deps, waitingEvents),
    closedMonths(tx),
    wantedEvents(tx),
  ])
  const { changes: decided, outcomes: factOutcomes } = decide(
    known,
    facts.map(({ fact }) => fact),
    deps,
  )
  const changes = withClosedDays(decided, closed)
  const knownIds = await knownAmong(
    tx,
    unreadable.flatMap(({ claim }) => claim.ids),
  )

  const today = deps.localDate(deps.now())
  const [, latest] = await Promise.all([
    writeChanges(tx, changes, postings(changes, closed, deps), deps.now()),
    latestReceiptsOf(tx, revisable(changes)),
  ])
  const { owed, voidings } = owedReceipts(changes, latest, today)
  // Receipt counters come last: all gifts share their rows, which stay locked until the commit.
  const { reserved, profiles, lastNumbers } = await loadNumbering(tx, owed)
  const receipts = numberReceipts(owed, reserved, lastNumbers, profiles, deps.receiptToken)
  const voided = voidings.map((voiding) => withNumber(voiding, receipts))
  const mailedVoid = voided.length === 0 ? [] : await alreadyMailedAsVoid(tx, voided)
  const outcomes = [
    ...withoutFact,
    ...unreadableOutcomes(unreadable, knownIds, changes),
    ...facts.map(({ event, fact, correlationId: about }, index): EventOutcome => {
      const outcome = factOutcomes[index] ?? 'waiting'
      return {
        id: event.id,
        correlationId: outcome === 'not_ours' ? ownedThrough(fact) : about,
        outcome: EVENT_OUTCOMES[outcome],
        reason: reasonOf(outcome, fact),
      }
    }),
  ]
  const settling = facts.flatMap(({ fact }, index) =>
    fact.kind === 'checkout_status_changed' && fact.email && factOutcomes[index] === 'applied'
      ? [fact.email]
      : [],
  )
  await Promise.all([
    dropRemindersTo(tx, settling),
    insertReceipts(tx, receipts, deps.now()),
    voidReceipts(tx, voided, deps.now()),
    putIntoOutbox(tx, [
      ...owedMails(receipts, voided, mailedVoid, donationsWithMail(changes)),
      ...refusedMails(changes.checkouts),
    ]),
    putMessages(tx, donationMessages(changes, wanted), { recordedAt: deps.now(), newId: deps.newId }),
    recordOutcomes(tx, outcomes, deps.now()),
  ])
  return outcomes
}

const REASONS: Readonly<Record<FactOutcome, string | null>> = {
  applied: null,
  waiting: 'names a payment that is not known yet',
  not_ours: NOT_OURS,
  contradictory: 'contradicts what is already booked',
}

function reasonOf(outcome: FactOutcome, { kind }: PaymentFact): string | null {
  if (outcome === 'waiting' && kind === 'refund_of_unknown_status')
    return 'reports a refund with a status that is not known'
  return REASONS[outcome]
}

async function writeChanges(
  tx: Queryable,
  { checkouts, booked, amended, warnings, declines, subscriptions }: Changes,
  posted: readonly LedgerTransaction[],
  now: Date,
): Promise<void> {
  const changedReversals = [
    ...booked.map(({ id, reversals }) => ({ donationId: id, reversals })),
    ...amended
      .filter(({ before, reversals }) => reversals !== before.reversals)
      .map(({ before, reversals }) => ({ donationId: before.id, reversals })),
  ]
  await Promise.all([
    saveCheckoutProgress(tx, checkouts),
    insertDonations(tx, booked),
    amendDonations(tx, amended),
    writeReversals(tx, changedReversals),
    insertFraudWarnings(tx, warnings),
    saveSubscriptionUpdates(tx, subscriptions),
    // Afterwards, because a renewal is known by the customer of its subscription.
    insertCardDeclines(tx, declines),
    nameDonors(
      tx,
      subscriptions.map(({ id }) => id),
    ),
    postToLedger(tx, posted, now),
  ])
}

async function latestReceiptsOf(tx: Queryable, donations: readonly DonationId[]) {
  return donations.length === 0 ? [] : latestReceipts(tx, donations)
}

async function loadNumbering(tx: Queryable, owed: readonly OwedReceipt[]) {
  if (owed.length === 0) return { reserved: new Map(), profiles: [], lastNumbers: new Map<number, bigint>() }
  const free = await reservedNumbers(
    tx,
    owed.map(({ donationId }) => donationId),
  )
  const reserved = reservedNumbersFor(owed, free)
  const [profiles, lastNumbers] = await Promise.all([
    profilesInForce(tx),
    takeNumbers(tx, receiptsPerYear(owed.filter((receipt) => !reserved.has(receipt)))),
  ])
  return { reserved, profiles, lastNumbers }
}

/** @throws Error when the receipt is neither known nor issued by this batch */
function withNumber({ donationId, receipt, reason }: OwedVoiding, issued: readonly IssuedReceipt[]) {
  const cited = receipt ?? issued.find((other) => other.donationId === donationId && other.revision === 1)
  if (!cited) throw new Error(`The receipt of donation ${donationId} that is to be voided was not issued`)
  return { donationId, year: cited.year, number: cited.number, reason }
}

/** The gifts whose donors may get mail. Whether the donor of an older gift has an address is checked when it is sent. */
function donationsWithMail({ booked, amended }: Changes): ReadonlySet<DonationId> {
  const withAddress = booked.filter(({ donor }) => donor.email !== null)
  return new Set([...withAddress, ...amended.map(({ before }) => before)].map(({ id }) => id))
}
