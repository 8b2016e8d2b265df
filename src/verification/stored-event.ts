import type { PaymentFact } from '../donations/payment-fact.ts'
import { EVENT_OUTCOMES, type FactOutcome } from '../processing/changes.ts'
import { UnreadableEvent } from '../stripe/event-schema.ts'
import { readEvent } from '../stripe/payment-facts.ts'
import type { Finding } from './finding.ts'

/** An event of the inbox that is neither pending nor set apart, and what the apply step made of it. */
export type StoredEvent = {
  readonly id: bigint
  readonly eventId: string
  readonly type: string
  readonly createdAt: Date
  readonly body: unknown
  readonly outcome: 'applied' | 'ignored' | 'waiting'
}

/** What one event proves. */
export type Told = {
  readonly eventId: string
  readonly outcome: StoredEvent['outcome']
  readonly fact: PaymentFact
}

/** Reads an event once more. @returns null when it says nothing to us, as was found before */
export function readAgain(event: StoredEvent): Told | Finding | null {
  const { eventId, outcome } = event
  try {
    const reading = readEvent(event.type, event.createdAt, event.body)
    if (reading) return { eventId, outcome, fact: withoutDonor(reading.fact) }
    return outcome === 'ignored' ? null : otherOutcome(eventId, 'ignored', outcome)
  } catch (error) {
    if (error instanceof UnreadableEvent) return otherOutcome(eventId, 'failed', outcome)
    throw error
  }
}

/** Whether processing came to the outcome that the whole inbox leads to. */
export function outcomeDifferences({ eventId, outcome }: Told, ofFact: FactOutcome): Finding[] {
  const expected = EVENT_OUTCOMES[ofFact]
  return expected === outcome ? [] : [otherOutcome(eventId, expected, outcome)]
}

function otherOutcome(object: string, expected: string, found: string): Finding {
  return { kind: 'event_outcome', object, expected, found }
}

/** Nothing of a donor is compared, so nothing of a donor is held. */
function withoutDonor(fact: PaymentFact): PaymentFact {
  const nobody = { donorName: null, donorEmail: null }
  if ('news' in fact) return { ...fact, news: { ...fact.news, ...nobody } }
  return 'donorEmail' in fact ? { ...fact, ...nobody } : fact
}
