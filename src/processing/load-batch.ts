import { lockKnownCheckouts } from '../checkout/checkout-store.ts'
import type { Queryable } from '../db/database.ts'
import { knownDonations, lockPayments } from '../donations/donation-store.ts'
import { namedIds, type PaymentFact } from '../donations/payment-fact.ts'
import { quarantineReason, type ExpectedEvents, type StoredEvent } from '../inbox/inbox-event.ts'
import { claimWaitingFor, releaseWaitingFor, type EventOutcome } from '../inbox/inbox-store.ts'
import { UnreadableEvent, type Reading } from '../stripe/events/event-reader.ts'
import { claimOfEvent, type Ownership } from '../stripe/events/ownership.ts'
import { readEvent } from '../stripe/handled-event-types.ts'
import { knownSubscriptions } from '../subscriptions/subscription-store.ts'
import type { InvoiceId, SubscriptionId } from '../ids.ts'
import type { KnownState } from './changes.ts'
import type { UnreadableEventClaim } from './unreadable-events.ts'

/** An event, the fact that it brings, and the id of the Stripe object that it is about. */
export type CorrelatedFact = {
  readonly event: StoredEvent
  readonly fact: PaymentFact
  readonly correlationId: string
}

/** The facts of a batch, and the outcomes of its events that bring none. */
type Batch = {
  readonly facts: readonly CorrelatedFact[]
  readonly withoutFact: readonly EventOutcome[]
  readonly unreadable: readonly UnreadableEventClaim[]
}

/** What loading needs besides the database. */
export type LoadDeps = { readonly expected: ExpectedEvents; readonly ownership: Ownership }

/**
 * What is done with the events that waited for one of a batch. `join`: they are applied with it; `release`: they become
 * pending and are applied by themselves.
 */
export type WaitingEvents = 'join' | 'release'

/**
 * Reads events, claims those that waited for one of them or were ignored without it, and loads everything that their
 * facts name. Subscriptions, invoices and payments are locked first, in this order, then checkouts: a concurrent batch
 * that names them waits, and then sees what this batch has booked.
 */
export async function loadBatch(
  tx: Queryable,
  events: readonly StoredEvent[],
  deps: LoadDeps,
  waitingEvents: WaitingEvents = 'join',
): Promise<Batch & { readonly known: KnownState }> {
  const claimWaiting = async (ids: readonly string[]): Promise<StoredEvent[]> => {
    if (waitingEvents === 'join') return claimWaitingFor(tx, ids)
    await releaseWaitingFor(tx, ids)
    return []
  }
  let batch = read(events, deps)
  const claim = async (ids: readonly (SubscriptionId | InvoiceId)[]): Promise<void> => {
    if (ids.length === 0) return
    const [, waiting] = await Promise.all([lockPayments(tx, ids), claimWaiting(ids)])
    batch = joined(batch, read(waiting, deps))
  }
  // An invoice may have been ignored before its subscription was known as ours. The other fact of an invoice may wait.
  // It names the payment, whose events may wait, too.
  await claim(namedIds(factsOf(batch)).subscriptions)
  await claim(namedIds(factsOf(batch)).invoices)
  return withKnownState(tx, batch, deps, claimWaiting)
}

async function withKnownState(
  tx: Queryable,
  batch: Batch,
  deps: LoadDeps,
  claimWaiting: (ids: readonly string[]) => Promise<StoredEvent[]>,
): Promise<Batch & { readonly known: KnownState }> {
  const facts = factsOf(batch)
  if (facts.length === 0) return { ...batch, known: { checkouts: [], donations: [], subscriptions: [] } }
  const named = namedIds(facts)
  const awaited = facts.flatMap(awaitedPayment)
  const subscriptions = await knownSubscriptions(tx, named.subscriptions)
  const checkoutIds = [...named.checkouts, ...subscriptions.map(({ checkoutId }) => checkoutId)]
  const [, checkouts, donations, waiting] = await Promise.all([
    named.payments.length > 0 ? lockPayments(tx, named.payments) : null,
    lockKnownCheckouts(tx, named.sessions, checkoutIds),
    knownDonations(tx, named.payments, named.sessions, named.invoices),
    awaited.length > 0 ? claimWaiting(awaited) : [],
  ])
  return { ...joined(batch, read(waiting, deps)), known: { checkouts, donations, subscriptions } }
}

const factsOf = ({ facts }: Batch) => facts.map(({ fact }) => fact)

/**
 * Refunds and disputes wait for the gift to be booked, bank returns wait for its charge, and a refund of an unknown status
 * waits for a status that we know.
 */
function awaitedPayment(fact: PaymentFact) {
  switch (fact.kind) {
    case 'invoice_payment':
      return fact.paymentIntentId ? [fact.paymentIntentId] : []
    case 'checkout_succeeded':
    case 'charge_succeeded':
    case 'refund':
      return [fact.paymentIntentId]
    default:
      return []
  }
}

function joined(a: Batch, b: Batch): Batch {
  return {
    facts: [...a.facts, ...b.facts],
    withoutFact: [...a.withoutFact, ...b.withoutFact],
    unreadable: [...a.unreadable, ...b.unreadable],
  }
}

function read(events: readonly StoredEvent[], deps: LoadDeps): Batch {
  const facts: CorrelatedFact[] = []
  const withoutFact: EventOutcome[] = []
  const unreadable: UnreadableEventClaim[] = []
  for (const event of events) {
    const reading = readOne(event, deps)
    if ('outcome' in reading) withoutFact.push(reading)
    else if ('fact' in reading) facts.push({ event, ...reading })
    else unreadable.push(reading)
  }
  return { facts, withoutFact, unreadable }
}

function readOne(
  event: StoredEvent,
  { expected, ownership }: LoadDeps,
): NonNullable<Reading> | EventOutcome | UnreadableEventClaim {
  const { id, type, createdAt, body } = event
  const reason = quarantineReason(event, expected)
  if (reason) return { id, correlationId: null, outcome: 'quarantined', reason }
  try {
    const reading = readEvent(type, createdAt, body, ownership)
    return reading ?? { id, correlationId: null, outcome: 'ignored', reason: null }
  } catch (error) {
    if (!(error instanceof UnreadableEvent)) throw error
    return { id, reason: error.message, claim: claimOfEvent(body, ownership) }
  }
}
