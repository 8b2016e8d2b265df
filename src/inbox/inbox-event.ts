import { z } from 'zod'
import { storableText } from '../text/storable-text.ts'

const text = z.string().transform(storableText)

/** The fields of an event that the inbox needs. Its object is checked later, when the event is processed. */
const envelope = z.object({
  id: z.string().regex(/^evt_\w{1,200}$/),
  object: z.literal('event'),
  type: text.pipe(z.string().min(1).max(200)),
  api_version: text.pipe(z.string().max(100)).nullish(),
  livemode: z.boolean(),
  account: text.pipe(z.string().max(255)).nullish(),
  context: text.pipe(z.string().max(1000)).nullish(),
  created: z.int().nonnegative().max(253_402_300_799),
  // Checking every field of the object here would take longer than verifying the signature.
  data: z.object({ object: z.custom<object>(isObject) }),
})

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An event of Stripe, verified and not yet stored. */
export type InboxEvent = {
  readonly eventId: string
  readonly type: string
  readonly apiVersion: string | null
  readonly livemode: boolean
  /** Set only for events of another (connected) account, by Stripe's `account` or else by its `context`. */
  readonly account: string | null
  readonly createdAt: Date
  /** The body as Stripe signed it. */
  readonly body: string
  /** The parsed body. */
  readonly json: unknown
}

/** An event that was stored for the first time, and the id of its row. */
export type NewlyStored = InboxEvent & { readonly id: bigint }

/** A stored event as the processing worker claims it; the body is parsed. */
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
    account: event.account || accountIn(event.context),
    createdAt: new Date(event.created * 1000),
    body,
    json,
  }
}

/** What keeps a body from being a Stripe event: its fields and what is wrong with each, without their values. */
export function envelopeProblem(json: unknown): string {
  const issues = envelope.safeParse(json).error?.issues ?? []
  return issues.map(({ path, message }) => `${path.join('.') || 'event'} (${message})`).join(', ')
}

/**
 * The account of a context, the path of accounts that leads to the event's object: `acct_1`, or `org_1/acct_1` where an
 * organisation receives the events of its accounts.
 */
function accountIn(context: string | null | undefined): string | null {
  return context?.split('/').at(-1) || context || null
}

/**
 * Where an event came from: Stripe's webhook, Stripe's list of events, or an object from which the event was made. The
 * column inbox_events.origin contains these words.
 */
export type Origin = 'webhook' | 'event_list' | 'object_list'

/**
 * What became of an event. `applied`: it changed what it had to; `waiting`: it names a payment that is not known yet;
 * `ignored`: it says nothing that we use; `quarantined`: it belongs to another mode, account or API version; `failed`: it
 * could not be applied. The column inbox_states.outcome contains these words, and `pending` before.
 */
export type Outcome = 'applied' | 'waiting' | 'ignored' | 'quarantined' | 'failed'

/** The mode, account and API version whose events this service applies. */
export type ExpectedEvents = {
  readonly livemode: boolean
  readonly account: string | null
  readonly apiVersion: string
}

/**
 * Why an event must not be applied; null when it may be. Otherwise test money would be booked as live money, another
 * account's money as ours, and an object of another API version would be misread.
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
