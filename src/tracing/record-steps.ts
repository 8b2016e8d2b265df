import type { Queryable } from '../db/database.ts'
import { checkoutOfDonation } from '../donations/donation-store.ts'
import type { CheckoutId } from '../ids.ts'
import type { InboxEvent, Outcome, StoredEvent } from '../inbox/inbox-event.ts'
import type { OutboxMessage } from '../outbox/outbox.ts'
import { eventSteps, type Step } from './gift-trace.ts'

/** What the parts of the service call when a step of a gift has ended. */
export type GiftTrace = {
  onOpened(id: CheckoutId, startedAt: Date): void
  onReceived(event: InboxEvent, startedAt: Date): void
  onApplied(events: readonly StoredEvent[], outcomes: ReadonlyMap<bigint, Outcome>, startedAt: Date): void
  onSent(message: OutboxMessage, startedAt: Date): void
}

/** What takes a trace where a collector is configured. */
export type Traced = { readonly trace?: GiftTrace | undefined }

/** @param record sends a step to the collector */
export function giftTrace(deps: {
  readonly record: (step: Step) => void
  readonly db: Queryable
  readonly clock: () => Date
}): GiftTrace {
  const { record, db, clock } = deps
  return {
    onOpened: (checkout, startedAt) =>
      record({ checkout, name: 'checkout', startedAt, endedAt: clock(), attributes: {} }),
    onReceived({ json, ...event }, startedAt) {
      const times = { startedAt, endedAt: clock() }
      for (const step of eventSteps('webhook', [{ ...event, body: json }], times)) record(step)
    },
    onApplied(events, outcomes, startedAt) {
      const outcomeOf = (at: number) => outcomes.get(events[at]?.id ?? -1n)
      for (const step of eventSteps('processing', events, { startedAt, endedAt: clock() }, outcomeOf))
        record(step)
    },
    onSent({ kind, subject, attempts }, startedAt) {
      if (kind !== 'receipt') return
      const endedAt = clock()
      const send = (checkout: CheckoutId | null): void => {
        const attributes = { 'mail.attempts': attempts }
        if (checkout) record({ checkout, name: 'receipt mail', startedAt, endedAt, attributes })
      }
      // A trace without its last step is no reason to disturb anybody.
      checkoutOfDonation(db, subject).then(send, () => undefined)
    },
  }
}
