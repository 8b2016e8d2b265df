import { unknownDonor } from '../donations/donation.ts'
import type { PaymentFact } from '../donations/payment-fact.ts'
import { EVENT_OUTCOMES, type FactOutcome } from '../processing/changes.ts'
import { UnreadableEvent } from '../stripe/events/event-reader.ts'
import { claimOfEvent, type Claim, type Ownership } from '../stripe/events/ownership.ts'
import { readEvent } from '../stripe/handled-event-types.ts'
import type { Finding } from './finding.ts'

/** An event of the inbox with an outcome that counts as evidence. Failed and quarantined ones prove nothing. */
export type StoredEvent = {
  readonly id: bigint
  readonly eventId: string
  readonly type: string
  readonly createdAt: Date
  readonly body: unknown
  readonly outcome: 'applied' | 'ignored' | 'waiting'
}

/** What one event proves. */
export type Evidence = {
  readonly eventId: string
  readonly outcome: StoredEvent['outcome']
  readonly fact: PaymentFact
}

/** An ignored event whose object cannot be read: it was rightly ignored unless the object is ours. */
export type UnreadableEvidence = { readonly eventId: string; readonly claim: Claim }

/** Reads a stored event as processing did. @returns null when it states no fact and was ignored, as it should be */
export function evidenceOf(
  event: StoredEvent,
  ownership: Ownership,
): Evidence | UnreadableEvidence | Finding | null {
  const { eventId, outcome } = event
  try {
    const reading = readEvent(event.type, event.createdAt, event.body, ownership)
    if (reading) return { eventId, outcome, fact: withoutDonor(reading.fact) }
    return outcome === 'ignored' ? null : otherOutcome(eventId, 'ignored', outcome)
  } catch (error) {
    if (!(error instanceof UnreadableEvent)) throw error
    return outcome === 'ignored'
      ? { eventId, claim: claimOfEvent(event.body, ownership) }
      : otherOutcome(eventId, 'failed', outcome)
  }
}

/** @param own the ids of everything that is ours */
export function unreadableFindings(
  { eventId, claim }: UnreadableEvidence,
  own: ReadonlySet<string>,
): Finding[] {
  const isOurs = claim.checkoutId !== null || claim.ids.some((id) => own.has(id))
  return isOurs ? [otherOutcome(eventId, 'failed', 'ignored')] : []
}

/** Compares the outcome that processing stored with the one that the whole inbox leads to. */
export function outcomeFindings({ eventId, outcome }: Evidence, factOutcome: FactOutcome): Finding[] {
  const expected = EVENT_OUTCOMES[factOutcome]
  return expected === outcome ? [] : [otherOutcome(eventId, expected, outcome)]
}

function otherOutcome(object: string, expected: string, found: string): Finding {
  return { kind: 'event_outcome', object, expected, found }
}

/** Donor data is not compared, so it is not kept in memory. */
function withoutDonor(fact: PaymentFact): PaymentFact {
  return 'donor' in fact ? { ...fact, donor: unknownDonor } : fact
}
