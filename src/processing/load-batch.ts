import { lockKnownCheckouts } from '../checkout/checkout-store.ts'
import type { Queryable } from '../db/database.ts'
import { knownDonations, lockPayments } from '../donations/donation-store.ts'
import { namedIds, type PaymentFact } from '../donations/payment-fact.ts'
import { quarantineReason, type ExpectedEvents, type StoredEvent } from '../inbox/inbox-event.ts'
import { claimWaitingFor, releaseWaitingFor, type EventOutcome } from '../inbox/inbox-store.ts'
import { UnreadableEvent, type Reading } from '../stripe/events/event-reader.ts'
import { readEvent } from '../stripe/handled-event-types.ts'
import type { KnownState } from './changes.ts'

/** An event, the fact that it brings, and the id of the Stripe object that it is about. */
export type CorrelatedFact = {
  readonly event: StoredEvent
  readonly fact: PaymentFact
  readonly correlationId: string
}

/** The facts of a batch, and the outcomes of its events that bring none. */
type Batch = { readonly facts: readonly CorrelatedFact[]; readonly withoutFact: readonly EventOutcome[] }

/**
 * What is done with the events that waited for one of a batch. `join`: they are applied with it; `release`: they become
 * pending and are applied by themselves.
 */
export type WaitingEvents = 'join' | 'release'

/**
 * Reads events, claims those that waited for one of them, and loads everything that their facts name.
 * Payments, invoices and checkouts are locked first: a concurrent batch that names them waits, and then sees what this
 * batch has booked.
 */
export async function loadBatch(
  tx: Queryable,
  events: readonly StoredEvent[],
  expected: ExpectedEvents,
  waitingEvents: WaitingEvents = 'join',
): Promise<Batch & { readonly known: KnownState }> {
  const claimWaiting = async (ids: readonly string[]): Promise<StoredEvent[]> => {
    if (waitingEvents === 'join') return claimWaitingFor(tx, ids)
    await releaseWaitingFor(tx, ids)
    return []
  }
  const batch = read(events, expected)
  const { invoices } = namedIds(batch.facts.map(({ fact }) => fact))
  if (invoices.length === 0) return withKnownState(tx, batch, expected, claimWaiting)
  // The other fact of the invoice may wait. It names the payment, whose events may wait, too.
  const [, waiting] = await Promise.all([lockPayments(tx, invoices), claimWaiting(invoices)])
  return withKnownState(tx, joined(batch, read(waiting, expected)), expected, claimWaiting)
}

async function withKnownState(
  tx: Queryable,
  batch: Batch,
  expected: ExpectedEvents,
  claimWaiting: (ids: readonly string[]) => Promise<StoredEvent[]>,
): Promise<Batch & { readonly known: KnownState }> {
  const facts = batch.facts.map(({ fact }) => fact)
  if (facts.length === 0) return { ...batch, known: { checkouts: [], donations: [] } }
  const named = namedIds(facts)
  const awaited = facts.flatMap(awaitedPayment)
  const [, checkouts, donations, waiting] = await Promise.all([
    named.payments.length > 0 ? lockPayments(tx, named.payments) : null,
    named.sessions.length + named.checkouts.length > 0
      ? lockKnownCheckouts(tx, named.sessions, named.checkouts)
      : [],
    knownDonations(tx, named.payments, named.sessions, named.invoices),
    awaited.length > 0 ? claimWaiting(awaited) : [],
  ])
  return { ...joined(batch, read(waiting, expected)), known: { checkouts, donations } }
}

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
  return { facts: [...a.facts, ...b.facts], withoutFact: [...a.withoutFact, ...b.withoutFact] }
}

function read(events: readonly StoredEvent[], expected: ExpectedEvents): Batch {
  const facts: CorrelatedFact[] = []
  const withoutFact: EventOutcome[] = []
  for (const event of events) {
    const reading = readOne(event, expected)
    if ('outcome' in reading) withoutFact.push(reading)
    else facts.push({ event, ...reading })
  }
  return { facts, withoutFact }
}

function readOne(event: StoredEvent, expected: ExpectedEvents): NonNullable<Reading> | EventOutcome {
  const { id, type, createdAt, body } = event
  const reason = quarantineReason(event, expected)
  if (reason) return { id, correlationId: null, outcome: 'quarantined', reason }
  try {
    const reading = readEvent(type, createdAt, body)
    return reading ?? { id, correlationId: null, outcome: 'ignored', reason: null }
  } catch (error) {
    if (!(error instanceof UnreadableEvent)) throw error
    return { id, correlationId: null, outcome: 'failed', reason: error.message }
  }
}
