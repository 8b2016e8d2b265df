import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'

/** What went wrong on the webhooks' way, by kind. */
export type FaultCounts = { readonly events: number } & Record<
  'sentTwice' | 'twins' | 'shuffled' | 'heldBack' | 'lost',
  number
>

/** Looks at the line of those to be sent, before they go: that an event was held back is forgotten afterwards. */
export function faultWatch(box: Sandbox) {
  const heldBack = new Set<string>()
  return {
    look(): void {
      for (const { eventId, notBeforeMs } of box.state().delivery.values())
        if (notBeforeMs !== undefined) heldBack.add(eventId)
    },
    counts(): FaultCounts {
      const { event, delivery } = box.state()
      const deliveries = [...delivery.values()]
      // A twin carries the same object, not merely an equal one.
      const objects = new Set([...event.values()].map(({ data }) => data))
      return {
        events: event.size,
        sentTwice: deliveries.filter(({ sendTwice }) => sendTwice === true).length,
        twins: event.size - objects.size,
        shuffled: deliveries.filter(({ position = 0 }) => !Number.isInteger(position)).length,
        heldBack: heldBack.size,
        lost: deliveries.filter(({ status }) => status === 'given_up').length,
      }
    },
  }
}
