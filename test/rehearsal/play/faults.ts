import type { Sandbox } from '../../../src/stripe-sandbox/sandbox.ts'

/** How many webhooks were delivered with each kind of fault. */
export type FaultCounts = { readonly events: number } & Record<
  'sentTwice' | 'twins' | 'shuffled' | 'heldBack' | 'lost',
  number
>

/** Counts faults. `look` before each delivery: the sandbox forgets afterwards that an event was held back. */
export function watchFaults(sandbox: Sandbox) {
  const heldBack = new Set<string>()
  return {
    look(): void {
      for (const { eventId, notBeforeMs } of sandbox.state().delivery.values())
        if (notBeforeMs !== undefined) heldBack.add(eventId)
    },
    counts(): FaultCounts {
      const { event, delivery } = sandbox.state()
      const deliveries = [...delivery.values()]
      // The two events of a twin have the same object, not merely an equal one.
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
