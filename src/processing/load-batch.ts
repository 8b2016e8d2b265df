import { lockKnownCheckouts } from '../checkout/checkout-store.ts'
import type { KnownState } from './changes.ts'
import { knownDonations, lockPayments } from '../donations/donation-store.ts'
import type { PaymentFact } from '../donations/payment-fact.ts'
import type { Queryable } from '../db/database.ts'
import { UnreadableEvent, type Reading } from '../stripe/event-schema.ts'
import { readEvent } from '../stripe/payment-facts.ts'
import { quarantineReason, type ExpectedEvents, type StoredEvent } from '../inbox/inbox-event.ts'
import { claimWaitingFor, type EventOutcome } from '../inbox/inbox-store.ts'

/** An event, the fact it brings, and the Stripe object that it is about. */
export type CorrelatedFact = {
  readonly event: StoredEvent
  readonly fact: PaymentFact
  readonly correlationId: string
}

type Batch = { readonly concerned: readonly CorrelatedFact[]; readonly decided: readonly EventOutcome[] }

/**
 * Reads events and loads all that deciding them needs, what waited for them included.
 * Locks first, on payments, invoices and checkouts' rows: a concurrent batch waits there, and then sees our donations.
 */
export async function loadBatch(
  tx: Queryable,
  events: readonly StoredEvent[],
  expected: ExpectedEvents,
): Promise<Batch & { readonly known: KnownState }> {
  const batch = read(events, expected)
  const invoices = batch.concerned.flatMap(({ fact }) => ('invoiceId' in fact ? [fact.invoiceId] : []))
  if (invoices.length === 0) return withKnown(tx, batch, expected)
  // A collection's other half may wait, and with it the name of the payment.
  const [, waiting] = await Promise.all([lockPayments(tx, invoices), claimWaitingFor(tx, invoices)])
  return withKnown(tx, both(batch, read(waiting, expected)), expected)
}

async function withKnown(
  tx: Queryable,
  batch: Batch,
  expected: ExpectedEvents,
): Promise<Batch & { readonly known: KnownState }> {
  const facts = batch.concerned.map(({ fact }) => fact)
  if (facts.length === 0) return { ...batch, known: { checkouts: [], donations: [] } }
  const sessions = facts.flatMap((fact) => ('sessionId' in fact ? [fact.sessionId] : []))
  const ids = facts.flatMap((fact) => checkoutIn(fact) ?? [])
  const invoices = facts.flatMap((fact) => ('invoiceId' in fact ? [fact.invoiceId] : []))
  const payments = facts.flatMap((fact) => ('paymentIntentId' in fact ? [fact.paymentIntentId] : []))
  const awaited = facts.flatMap((fact) => (isAwaited(fact) ? [fact.paymentIntentId] : []))
  const [, checkouts, donations, waiting] = await Promise.all([
    payments.length > 0 ? lockPayments(tx, payments) : null,
    sessions.length + ids.length > 0 ? lockKnownCheckouts(tx, sessions, ids) : [],
    knownDonations(tx, payments, sessions, invoices),
    awaited.length > 0 ? claimWaitingFor(tx, awaited) : [],
  ])
  return { ...both(batch, read(waiting, expected)), known: { checkouts, donations } }
}

type Awaited = PaymentFact & { kind: 'checkout_succeeded' | 'invoice_payment' | 'charge_succeeded' }

/** What went back waits for the gift; a debit that came back waits for the name of its charge, too. */
function isAwaited(fact: PaymentFact): fact is Awaited {
  const { kind } = fact
  return kind === 'checkout_succeeded' || kind === 'invoice_payment' || kind === 'charge_succeeded'
}

function checkoutIn(fact: PaymentFact) {
  return 'checkoutId' in fact ? fact.checkoutId : 'news' in fact ? fact.news.checkoutId : null
}

function both(a: Batch, b: Batch): Batch {
  return { concerned: [...a.concerned, ...b.concerned], decided: [...a.decided, ...b.decided] }
}

function read(events: readonly StoredEvent[], expected: ExpectedEvents): Batch {
  const concerned: CorrelatedFact[] = []
  const decided: EventOutcome[] = []
  for (const event of events) {
    const reading = readOne(event, expected)
    if ('outcome' in reading) decided.push(reading)
    else concerned.push({ event, ...reading })
  }
  return { concerned, decided }
}

function readOne(event: StoredEvent, expected: ExpectedEvents): NonNullable<Reading> | EventOutcome {
  const setApart = { id: event.id, correlationId: null }
  const quarantine = quarantineReason(event, expected)
  if (quarantine) return { ...setApart, outcome: 'quarantined', reason: quarantine }
  try {
    return (
      readEvent(event.type, event.createdAt, event.body) ?? { ...setApart, outcome: 'ignored', reason: null }
    )
  } catch (error) {
    if (error instanceof UnreadableEvent) return { ...setApart, outcome: 'failed', reason: error.message }
    throw error
  }
}
