import type { FormerTerms, SubscriptionState } from './subscription.ts'

/** The mails about an agreement that carry no receipt. Each is a kind of mail of the same name. */
export const noticeKinds = [
  'recurring_failed',
  'recurring_card_expires',
  'recurring_stopped',
  'recurring_reminder',
  'recurring_changed',
  'recurring_paused',
  'recurring_resumed',
] as const
export type NoticeKind = (typeof noticeKinds)[number]

export function isNoticeKind(kind: string): kind is NoticeKind {
  return noticeKinds.some((one) => one === kind)
}

/** A mail that is owed, and what it is about: for one agreement and occasion it is owed once, however often this is asked. */
export type OwedNotice = { readonly kind: NoticeKind; readonly occasion: string }

const DAY_MS = 86_400_000
/** Older than so much is history: it is read late, after an outage or from an older system, and nobody waits for word of it. */
const STALE_MS = 7 * DAY_MS
/** Stripe tries a failed payment again for at most two months (docs.stripe.com/billing/revenue-recovery/smart-retries). */
const LONGEST_RETRIES_MS = 60 * DAY_MS
/** How long before the next payment a reader hears that its card will have expired by then. */
const CARD_NOTICE_MS = 21 * DAY_MS

const RUNNING = ['active', 'trialing']
const FAILING = ['past_due', 'unpaid']
/** The first payment was never made, so nothing was agreed. */
const NEVER_STARTED = ['incomplete', 'incomplete_expired']

/**
 * What readers are to hear of an agreement in this state, which has just been read from Stripe. The state decides and not
 * the event that announced it: an event may come late or twice, and what has passed meanwhile is not in the state.
 * @param reminderDays how many days before a yearly renewal readers are reminded; null: never
 */
export function owedNotices(state: SubscriptionState, now: Date, reminderDays: number | null): OwedNotice[] {
  if (NEVER_STARTED.includes(state.status)) return []
  if (state.endedAt !== null || state.cancelAt !== null) return stopped(state, now)
  if (FAILING.includes(state.status)) return failed(state, now)
  // Nothing is charged while it is paused, so there is nothing to be reminded of.
  if (!RUNNING.includes(state.status) || state.pause) return []
  return [...cardExpires(state, now), ...reminder(state, now, reminderDays)]
}

/**
 * What readers are to hear of a change between the state that is stored and one that has just been read from Stripe, whoever
 * made it: the donor on our page, or somebody at Stripe. Each change is an occasion of its own.
 */
export function changeNotices(former: FormerTerms, state: SubscriptionState, now: Date): OwedNotice[] {
  if (NEVER_STARTED.includes(state.status) || state.endedAt !== null || state.cancelAt !== null) return []
  const occasion = String(now.getTime())
  const { amount, pause } = state
  const hasNewAmount =
    amount !== null &&
    former.amountMinor !== null &&
    (amount.minor !== former.amountMinor || amount.currency !== former.currency)
  const isNewPause = pause
    ? !former.isPaused || pause.resumesAt?.getTime() !== former.resumesAt?.getTime()
    : false
  return [
    ...(hasNewAmount ? [{ kind: 'recurring_changed', occasion } as const] : []),
    ...(isNewPause ? [{ kind: 'recurring_paused', occasion } as const] : []),
    ...(former.isPaused && !pause ? [{ kind: 'recurring_resumed', occasion } as const] : []),
  ]
}

/** An end by request is announced once: when it is asked for, and not again when the paid period is over. */
function stopped({ canceledAt, endedAt, cancelAt }: SubscriptionState, now: Date): OwedNotice[] {
  const since = canceledAt ?? endedAt ?? cancelAt
  if (!since || now.getTime() - since.getTime() > STALE_MS) return []
  return [{ kind: 'recurring_stopped', occasion: String(Math.floor(since.getTime() / 1000)) }]
}

/** Once for an unpaid invoice, however often Stripe tries it. */
function failed({ openInvoice }: SubscriptionState, now: Date): OwedNotice[] {
  if (!openInvoice || now.getTime() - openInvoice.createdAt.getTime() > LONGEST_RETRIES_MS) return []
  return [{ kind: 'recurring_failed', occasion: openInvoice.id }]
}

function cardExpires({ card, currentPeriodEnd: next }: SubscriptionState, now: Date): OwedNotice[] {
  if (!card || !next || next <= now || next.getTime() - now.getTime() > CARD_NOTICE_MS) return []
  return isValidAt(card.expires, next)
    ? []
    : [{ kind: 'recurring_card_expires', occasion: `${card.expires}-${card.last4}` }]
}

/** A card is valid to the end of its last month, `2026-12`. */
function isValidAt(expires: string, instant: Date): boolean {
  return instant.toISOString().slice(0, 7) <= expires
}

/**
 * California asks for one 15 to 45 days before an agreement of a year or longer renews (Business and Professions Code
 * § 17602), New York and others for a like one. Whether a law applies to gifts is for the newsroom's counsel to say.
 */
function reminder(
  { frequency, currentPeriodEnd: next }: SubscriptionState,
  now: Date,
  days: number | null,
): OwedNotice[] {
  if (days === null || frequency !== 'yearly' || !next || next <= now) return []
  if (next.getTime() - now.getTime() > days * DAY_MS) return []
  return [{ kind: 'recurring_reminder', occasion: next.toISOString().slice(0, 10) }]
}
