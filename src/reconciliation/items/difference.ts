import type { StandingExplanation } from '../explanations/standing-explanation.ts'

/** What can be wrong, or not finished yet, between our ledger and Stripe's balance. */
export type DifferenceKind = keyof typeof KINDS

/** One thing for finance to look at. */
export type Difference = {
  readonly kind: DifferenceKind
  /** Stripe's id of the payment, refund, dispute, movement, payout or event. */
  readonly object: string
  readonly currency: string
  /** Minor units: what stays in the clearing account because of it, or the amount that `what` speaks of. */
  readonly amountMinor: bigint
  readonly what: string
  readonly todo: string
  /** Stripe's type of the movements that it is about, where a standing explanation may explain them all; else null. */
  readonly type: string | null
  /** The standing explanation that holds for it; null: none does. */
  readonly explanation: StandingExplanation | null
}

type KindTexts = {
  readonly what: string
  readonly todo: string
  /** Whether its month stays open until somebody explains it or signs it off. */
  readonly unexplained: boolean
}

const KINDS = {
  not_settled: {
    what: 'Stripe has not settled it yet',
    todo: 'Wait; it usually reaches Stripe’s balance within days.',
    unexplained: false,
  },
  not_booked_yet: {
    what: 'in Stripe’s balance, and its event has not been processed here yet',
    todo: 'Wait; a webhook takes moments, and the event sync fetches those that were lost.',
    unexplained: false,
  },
  debit_under_way: {
    what: 'a bank debit that Stripe has sent to the bank, which has not confirmed it yet',
    todo: 'Wait; it takes days, two weeks at most.',
    unexplained: false,
  },
  recorded_later: {
    what: 'in Stripe’s balance at the end of the month, and recorded here in a later month',
    todo: 'Nothing to do: a timing difference, which has cleared by itself.',
    unexplained: false,
  },
  settled_later: {
    what: 'recorded here at the end of the month, and in Stripe’s balance in a later month',
    todo: 'Nothing to do: a timing difference, which has cleared by itself.',
    unexplained: false,
  },
  missing_at_stripe: {
    what: 'booked here, but not in Stripe’s balance',
    todo: 'Look the object up in Stripe’s dashboard. If it is not there, ask who sent it.',
    unexplained: true,
  },
  missing_here: {
    what: 'in Stripe’s balance, but not booked here',
    todo: 'Run `npm run admin -- backfill`. If it stays, look the payment up in Stripe’s dashboard.',
    unexplained: true,
  },
  amount_mismatch: {
    what: 'the amounts here and at Stripe differ',
    todo: 'Compare the donation’s history with the object in Stripe’s dashboard.',
    unexplained: true,
  },
  currency_mismatch: {
    what: 'the currencies here and at Stripe differ',
    todo: 'Compare the donation’s history with the object in Stripe’s dashboard.',
    unexplained: true,
  },
  unknown_type: {
    what: 'a movement of a type that this service does not know',
    todo: 'Read its description in Stripe’s dashboard, and sign it off with the reason.',
    unexplained: true,
  },
  adjustment: {
    what: 'an adjustment by Stripe that belongs to no dispute',
    todo: 'Read its description in Stripe’s dashboard, and sign it off with the reason.',
    unexplained: true,
  },
  changed_after_write_off: {
    what: 'written off, and its amounts have changed since',
    todo: 'Reverse the write-off: what became known since explains the item, or part of it.',
    unexplained: true,
  },
  refunded_too_much: {
    what: 'more was refunded than was given',
    todo: 'Check the refunds in Stripe’s dashboard: one may have been made twice.',
    unexplained: false,
  },
  disputed_too_much: {
    what: 'disputes withdrew more than was given',
    todo: 'Check the dispute in Stripe’s dashboard; its amount may rightly differ.',
    unexplained: false,
  },
  reversed_twice: {
    what: 'refunded and withdrawn by a dispute, together more than was given',
    todo: 'Answer the dispute in Stripe’s dashboard with the proof of the refund.',
    unexplained: false,
  },
  payout_failed: {
    what: 'the payout did not reach the bank, and its money is back in the Stripe balance',
    todo: 'Check the bank account in Stripe’s dashboard; the money goes out with a later payout.',
    unexplained: false,
  },
  payout_not_returned: {
    what: 'the payout did not reach the bank, and its money has not come back to the Stripe balance',
    todo: 'Ask Stripe’s support where the money is, and look at the bank account.',
    unexplained: true,
  },
  payout_amount_mismatch: {
    what: 'the amount of the payout differs from what left the Stripe balance for it',
    todo: 'Compare the payout in Stripe’s dashboard with what the bank got.',
    unexplained: true,
  },
  payout_unknown: {
    what: 'money left the Stripe balance for a payout that Stripe’s list of payouts does not have',
    todo: 'Look the payout up in Stripe’s dashboard and at the bank; ask Stripe’s support where the money is.',
    unexplained: true,
  },
  payout_never_itemised: {
    what: 'an automatic payout that Stripe does not itemise',
    todo: 'Nothing to do for a payout that failed: its movements go out with a later one.',
    unexplained: false,
  },
  payout_not_itemisable: {
    what: 'a manual payout: Stripe does not say which movements it consists of',
    todo: 'Nothing to do. Stripe itemises automatic payouts.',
    unexplained: false,
  },
  payout_items_mismatch: {
    what: 'the items of the payout do not add up to it',
    todo: 'Wait for the next sync; if it stays, compare with the payout in Stripe’s dashboard.',
    unexplained: true,
  },
  payout_item_unknown: {
    what: 'an item of a payout that the sync has not read',
    todo: 'Wait for the next sync; if it stays, report it to the developers of this service.',
    unexplained: true,
  },
  reserve_held: {
    what: 'money that Stripe holds back at the end of the month',
    todo: 'Nothing to do; Stripe releases it later. Its terms are in Stripe’s dashboard.',
    unexplained: false,
  },
  stripe_product: {
    what: 'bought from Stripe, or given through it, out of the balance',
    todo: 'Compare it with Stripe’s invoice or with the settings in its dashboard.',
    unexplained: false,
  },
  other_stripe_activity: {
    what: 'movements of a product of Stripe that has nothing to do with donations',
    todo: 'Read them in Stripe’s dashboard, and sign all of this type off at once with the reason.',
    unexplained: true,
  },
  other_activity: {
    what: 'other activity on this Stripe account, which no checkout of this service asked for',
    todo: 'Look at it under “Other activity on this Stripe account”. If it is not yours to explain, say so there once.',
    unexplained: true,
  },
  unreadable_row: {
    what: 'a row of Stripe’s lists that this service cannot read, so it is in no book',
    todo: 'Look the object up in Stripe’s dashboard. An update of this service may read it; otherwise sign it off with the reason.',
    unexplained: true,
  },
  unprocessed_event: {
    what: 'an event from Stripe could not be processed',
    todo: 'Read its reason in `inbox_states`; once the cause is fixed, run `npm run admin -- replay`.',
    unexplained: true,
  },
} as const satisfies Readonly<Record<string, KindTexts>>

/** Every kind. */
export const differenceKinds = Object.keys(KINDS).filter(isDifferenceKind)

/** False for a kind that a later release gave up, whose records stay. */
export function isDifferenceKind(kind: string): kind is DifferenceKind {
  return Object.hasOwn(KINDS, kind)
}

/** Kinds of what stands in the clearing account at the end of a month and leaves it without anybody's doing. */
const TIMING: ReadonlySet<string> = new Set<DifferenceKind>([
  'debit_under_way',
  'not_booked_yet',
  'not_settled',
  'recorded_later',
  'settled_later',
])

export function isTimingDifference(kind: string): boolean {
  return TIMING.has(kind)
}

/** Whether a difference keeps its month open. */
export function needsExplanation({ kind, explanation }: Pick<Difference, 'kind' | 'explanation'>): boolean {
  return isUnexplained(kind) && explanation === null
}

/** Whether such a difference must be explained or signed off before its month can be closed. */
export function isUnexplained(kind: DifferenceKind): boolean {
  return KINDS[kind].unexplained
}

/** @param detail what the texts of the kind leave out: amounts, a type, a reason */
export function difference(
  kind: DifferenceKind,
  subject: Pick<Difference, 'object' | 'currency' | 'amountMinor'> & Partial<Pick<Difference, 'type'>>,
  detail?: string,
): Difference {
  const { what, todo } = KINDS[kind]
  const words = { what: detail === undefined ? what : `${what}: ${detail}`, todo }
  return { kind, type: null, ...subject, ...words, explanation: null }
}

export const HOUR_MS = 60 * 60 * 1000

/**
 * Whether everything at Stripe has been read until at least `byMs` after the instant. Before that, what is missing may
 * merely not have been read yet.
 * @param readUpTo everything at Stripe until then has been read; null: nothing has
 */
export function hasReadPast(readUpTo: Date | null, instant: Date, byMs = HOUR_MS): boolean {
  return readUpTo !== null && readUpTo.getTime() >= instant.getTime() + byMs
}
