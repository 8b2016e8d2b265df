import type { Queryable } from '../db/database.ts'
import type { DecisionDeps } from '../processing/changes.ts'
import { lockKnownCheckouts } from '../checkout/checkout-store.ts'
import { knownDonations } from '../donations/donation-store.ts'
import { namedIds, type PaymentFact } from '../donations/payment-fact.ts'
import { isMissed } from '../processing/missed-facts.ts'
import { UnreadableEvent, type Reading } from '../stripe/events/event-reader.ts'
import { readEvent } from '../stripe/handled-event-types.ts'
import type { InboxEvent } from '../inbox/inbox-event.ts'
import {
  comingPayments,
  recordedEvents,
  recordedSubscriptions,
  recordedWarnings,
} from './recorded-events-store.ts'

/**
 * Events synthesised from Stripe objects whose state is newer than ours, found with the same readers and the same
 * decision as in processing.
 */
export async function missedEventsOf(
  db: Queryable,
  events: readonly InboxEvent[],
  processing: DecisionDeps,
): Promise<InboxEvent[]> {
  const readings = events.map((event) => ({ event, reading: read(event) }))
  const facts = readings.flatMap(({ reading }) =>
    reading === null || reading === 'unreadable' ? [] : [reading.fact],
  )
  const { known, recorded } = await knownTo(db, facts)
  const missed = readings.filter(({ reading }) => {
    if (reading === null || reading === 'unreadable') return reading !== null
    try {
      return isMissed(reading.fact, known, recorded, processing)
    } catch {
      return true // processing marks it as failed
    }
  })
  const recordedIds = await recordedEvents(
    db,
    missed.map(({ event }) => event.eventId),
  )
  return missed.map(({ event }) => event).filter(({ eventId }) => !recordedIds.has(eventId))
}

/** An event that cannot be read counts as missed, too: processing marks it as failed, so that somebody looks at it. */
function read({ type, createdAt, body }: InboxEvent): Reading | 'unreadable' {
  try {
    return readEvent(type, createdAt, JSON.parse(body))
  } catch (error) {
    if (error instanceof UnreadableEvent) return 'unreadable'
    throw error
  }
}

async function knownTo(db: Queryable, facts: readonly PaymentFact[]) {
  const { payments, sessions, invoices, checkouts: checkoutIds } = namedIds(facts)
  const warnings = facts.flatMap((fact) => (fact.kind === 'fraud_warning' ? [fact.warning.id] : []))
  const subscriptions = facts.flatMap((fact) => ('subscription' in fact ? [fact.subscription.id] : []))
  // Asked first: an event that is applied between this answer and the next ones is a donation already then.
  const awaitedPayments = await comingPayments(db, payments)
  const [checkouts, donations] = [
    await lockKnownCheckouts(db, sessions, checkoutIds),
    await knownDonations(db, payments, sessions, invoices),
  ]
  return {
    known: { checkouts, donations },
    recorded: {
      awaitedPayments,
      warnings: await recordedWarnings(db, warnings),
      subscriptions: await recordedSubscriptions(db, subscriptions),
    },
  }
}
