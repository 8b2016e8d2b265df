import { z } from 'zod'

/** What of a Stripe event the inbox needs; the rest of the body is kept as sent and read when it is applied. */
const envelope = z.object({
  id: z.string().regex(/^evt_\w{1,200}$/),
  object: z.literal('event'),
  type: z.string().min(1).max(200),
  api_version: z.string().max(100).nullish(),
  livemode: z.boolean(),
  account: z.string().max(255).nullish(),
  created: z.int().nonnegative().max(253_402_300_799),
  // Read when it is applied; looking at every field of it here would cost more than the signature.
  data: z.object({ object: z.custom<object>(isObject) }),
})

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A verified event of Stripe, before it is kept. */
export type InboxEvent = {
  readonly eventId: string
  readonly type: string
  readonly apiVersion: string | null
  readonly livemode: boolean
  /** Set only for events of another (connected) account. */
  readonly account: string | null
  readonly createdAt: Date
  /** The raw text that was signed. */
  readonly body: string
  /** The same, parsed. */
  readonly json: unknown
}

/** An event that was not in the inbox before, with its row's id. */
export type NewlyStored = InboxEvent & { readonly id: bigint }

/** A stored event with its parsed body, as the processing worker takes it. */
export type StoredEvent = Omit<InboxEvent, 'body' | 'json'> & {
  readonly id: bigint
  readonly body: unknown
}

/** @returns null when the body is not a Stripe event */
export function inboxEvent(body: string, json: unknown): InboxEvent | null {
  const parsed = envelope.safeParse(json)
  if (!parsed.success) return null
  const event = parsed.data
  return {
    eventId: event.id,
    type: event.type,
    apiVersion: event.api_version ?? null,
    livemode: event.livemode,
    account: event.account ?? null,
    createdAt: new Date(event.created * 1000),
    body,
    json,
  }
}

/** Where an event came from: Stripe's webhook, or our own reading of its lists; the words of inbox_events.origin. */
export type Origin = 'webhook' | 'event_list' | 'object_list'

/** How an event came out of the apply step; the words of inbox_states.outcome. */
export type Outcome = 'applied' | 'waiting' | 'ignored' | 'quarantined' | 'failed'

/** What this deployment takes events of. */
export type ExpectedEvents = {
  readonly livemode: boolean
  readonly account: string | null
  readonly apiVersion: string
}

/**
 * Why an event must never be applied here, or null. Test money in live books, another account's money, or an
 * object of another API version's shape would all be booked as if they were ours.
 */
export function quarantineReason(
  event: Pick<InboxEvent, 'livemode' | 'account' | 'apiVersion'>,
  expected: ExpectedEvents,
): string | null {
  if (event.livemode !== expected.livemode)
    return event.livemode ? 'live event in test mode' : 'test event in live mode'
  if (event.account !== null && event.account !== expected.account) return 'event of another account'
  if (event.apiVersion !== expected.apiVersion)
    return `API version ${event.apiVersion ?? 'missing'}, expected ${expected.apiVersion}`
  return null
}
