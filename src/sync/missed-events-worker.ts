import type { Queryable } from '../db/database.ts'
import type { DecisionDeps } from '../processing/changes.ts'
import { lockKnownCheckouts } from '../checkout/checkout-store.ts'
import { knownDonations } from '../donations/donation-store.ts'
import { namedIds, type PaymentFact } from '../donations/payment-fact.ts'
import { isMissed } from '../processing/missed-facts.ts'
import { knownAmong } from '../processing/ownership-store.ts'
import { UnreadableEvent, type Reading } from '../stripe/events/event-reader.ts'
import { claimOf, claimOfEvent, type Claim, type Ownership } from '../stripe/events/ownership.ts'
import { readEvent } from '../stripe/handled-event-types.ts'
import { knownSubscriptions } from '../subscriptions/subscription-store.ts'
import type { InboxEvent } from '../inbox/inbox-event.ts'
import type { UnreadableRow } from '../settlement/unreadable-row.ts'
import {
  comingPayments,
  recordedEvents,
  recordedSubscriptions,
  recordedWarnings,
} from './recorded-events-store.ts'

/** What finding missed events needs besides the database. */
export type MissedEventsDeps = DecisionDeps & { readonly ownership: Ownership }

/**
 * Events synthesised from Stripe objects whose state is newer than ours, found with the same readers and the same
 * decision as in processing.
 */
export async function missedEventsOf(
  db: Queryable,
  events: readonly InboxEvent[],
  processing: MissedEventsDeps,
): Promise<InboxEvent[]> {
  const { ownership } = processing
  const readings = events.map((event) => ({ event, reading: read(event, ownership) }))
  const facts = readings.flatMap(({ reading }) => (isFact(reading) ? [reading.fact] : []))
  const { known, recorded } = await knownTo(db, facts)
  const claims = readings.flatMap(({ reading }) => (isClaim(reading) ? [reading] : []))
  const own = await ownAmong(db, claims)
  const isMissedReading = (reading: ReturnType<typeof read>): boolean => {
    // An event of ours that cannot be read counts as missed, too: processing marks it as failed, so that somebody looks.
    if (!isFact(reading)) return isClaim(reading) && own.has(reading)
    try {
      return isMissed(reading.fact, known, recorded, processing, besideOf(reading.fact, facts))
    } catch {
      return true // processing marks it as failed
    }
  }
  const missed = readings.filter(({ reading }) => isMissedReading(reading)).map(({ event }) => event)
  const recordedIds = await recordedEvents(
    db,
    missed.map(({ eventId }) => eventId),
  )
  return missed.filter(({ eventId }) => !recordedIds.has(eventId))
}

/** Of rows that could not be read, those that are ours: another program's object may look as it likes. */
export async function ownRows(
  db: Queryable,
  rows: readonly UnreadableRow[],
  ownership: Ownership,
): Promise<UnreadableRow[]> {
  const claimed = rows.map((row) => {
    const json: unknown = JSON.parse(row.text)
    return { row, claim: row.list === 'events' ? claimOfEvent(json, ownership) : claimOf(json, ownership) }
  })
  const own = await ownAmong(
    db,
    claimed.map(({ claim }) => claim),
  )
  return claimed.filter(({ claim }) => own.has(claim)).map(({ row }) => row)
}

async function ownAmong(db: Queryable, claims: readonly Claim[]): Promise<ReadonlySet<Claim>> {
  const known = await knownAmong(
    db,
    claims.flatMap(({ ids }) => ids),
  )
  return new Set(
    claims.filter(({ checkoutId, ids }) => checkoutId !== null || ids.some((id) => known.has(id))),
  )
}

/** The paid invoice decides whose its payment is. */
function besideOf(fact: PaymentFact, facts: readonly PaymentFact[]): PaymentFact[] {
  if (fact.kind !== 'invoice_payment') return []
  return facts.filter((other) => other.kind === 'invoice_paid' && other.invoiceId === fact.invoiceId)
}

function isFact(reading: Reading | Claim): reading is NonNullable<Reading> {
  return reading !== null && 'fact' in reading
}

function isClaim(reading: Reading | Claim): reading is Claim {
  return reading !== null && 'ids' in reading
}

function read({ type, createdAt, body }: InboxEvent, ownership: Ownership): Reading | Claim {
  const json: unknown = JSON.parse(body)
  try {
    return readEvent(type, createdAt, json, ownership)
  } catch (error) {
    if (error instanceof UnreadableEvent) return claimOfEvent(json, ownership)
    throw error
  }
}

async function knownTo(db: Queryable, facts: readonly PaymentFact[]) {
  const { payments, sessions, invoices, checkouts: checkoutIds, subscriptions: named } = namedIds(facts)
  const warnings = facts.flatMap((fact) => (fact.kind === 'fraud_warning' ? [fact.warning.id] : []))
  // Asked first: an event that is applied between this answer and the next ones is a donation already then.
  const awaitedPayments = await comingPayments(db, payments)
  const subscriptions = await knownSubscriptions(db, named)
  const allCheckouts = [...checkoutIds, ...subscriptions.map(({ checkoutId }) => checkoutId)]
  const [checkouts, donations] = [
    await lockKnownCheckouts(db, sessions, allCheckouts),
    await knownDonations(db, payments, sessions, invoices),
  ]
  return {
    known: { checkouts, donations, subscriptions },
    recorded: {
      awaitedPayments,
      warnings: await recordedWarnings(db, warnings),
      subscriptions: await recordedSubscriptions(db, named),
    },
  }
}
