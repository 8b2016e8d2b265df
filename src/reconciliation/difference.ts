import type { ClearingItem } from './clearing-items.ts'

/** What can be wrong, or not finished, between our books and Stripe's. */
export type DifferenceKind = keyof typeof WORDS

/** One thing to look at. `amountMinor`: what stays in the clearing account because of it, or what the words say. */
export type Difference = {
  readonly kind: DifferenceKind
  /** Stripe's id of it. */
  readonly object: string
  readonly currency: string
  readonly amountMinor: bigint
  readonly what: string
  readonly todo: string
}

type Words = { readonly what: string; readonly todo: string; readonly unexplained: boolean }

/** In words for people, and whether it stands in the way of closing the month until somebody signs it. */
const WORDS = {
  not_settled: {
    what: 'Stripe has not settled it yet',
    todo: 'Wait; Stripe’s books usually follow within days.',
    unexplained: false,
  },
  not_booked_yet: {
    what: 'in Stripe’s books, and the event that tells of it has not been applied yet',
    todo: 'Wait; webhooks take moments, and the sweep of events brings what they lost.',
    unexplained: false,
  },
  debit_under_way: {
    what: 'a bank debit that Stripe has sent to the bank, which has not said yet whether it succeeds',
    todo: 'Wait; it takes days, two weeks at most.',
    unexplained: false,
  },
  missing_at_stripe: {
    what: 'booked here, but Stripe’s books do not know it',
    todo: 'Look the object up in Stripe’s dashboard. If it is not there, ask who sent it.',
    unexplained: true,
  },
  missing_here: {
    what: 'in Stripe’s books, but nothing of it was booked here',
    todo: 'Run `npm run admin -- backfill`. If it stays, it was charged by something else on the same Stripe account.',
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
    what: 'a movement of a type that we do not know',
    todo: 'Read its description in Stripe’s dashboard, and sign it with the reason.',
    unexplained: true,
  },
  adjustment: {
    what: 'an adjustment by Stripe that belongs to no dispute',
    todo: 'Read its description in Stripe’s dashboard, and sign it with the reason.',
    unexplained: true,
  },
  refunded_too_much: {
    what: 'more was refunded than was given',
    todo: 'Check the refunds in Stripe’s dashboard: one may have been made twice.',
    unexplained: false,
  },
  disputed_too_much: {
    what: 'more was withdrawn by disputes than was given',
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
    what: 'the payout is not what left the Stripe balance for it',
    todo: 'Compare the payout in Stripe’s dashboard with what the bank got.',
    unexplained: true,
  },
  payout_not_itemisable: {
    what: 'a manual payout: Stripe cannot say what it is made of',
    todo: 'Nothing to do. Automatic payouts are itemised.',
    unexplained: false,
  },
  payout_items_mismatch: {
    what: 'its parts do not add up to the payout',
    todo: 'Wait for the next sweep; if it stays, compare with the payout in Stripe’s dashboard.',
    unexplained: true,
  },
  payout_item_unknown: {
    what: 'a part of a payout that the sweep has not read',
    todo: 'Wait for the next sweep; if it stays, tell us: this should not happen.',
    unexplained: true,
  },
  unprocessed_event: {
    what: 'an event of Stripe could not be applied',
    todo: 'See its reason in `inbox_states`; after mending, `npm run admin -- replay`.',
    unexplained: true,
  },
} as const satisfies Readonly<Record<string, Words>>

/** Whether it must be explained, or signed, before its month can be closed. */
export function isUnexplained(kind: DifferenceKind): boolean {
  return WORDS[kind].unexplained
}

/** @param detail what the words alone do not say: amounts, a type, a reason */
export function difference(
  kind: DifferenceKind,
  at: { readonly object: string; readonly currency: string; readonly amountMinor: bigint },
  detail?: string,
): Difference {
  const { what, todo } = WORDS[kind]
  return { kind, ...at, what: detail === undefined ? what : `${what}: ${detail}`, todo }
}

const AN_HOUR_MS = 60 * 60 * 1000
// Stripe books a charge within minutes and a bank debit when it is sent to the bank; refunds may take some days.
const SETTLES_WITHIN_MS = 7 * 24 * AN_HOUR_MS
// Of a debit nobody can say more before the bank has spoken. A gift whose success was told and lost is refilled anyway.
const BANK_SPEAKS_WITHIN_MS = 14 * 24 * AN_HOUR_MS

/** Whether everything at Stripe has been read until so long after that moment. */
export function readPast(readUpTo: Date | null, moment: Date, byMs = AN_HOUR_MS): boolean {
  return readUpTo !== null && readUpTo.getTime() >= moment.getTime() + byMs
}

/**
 * What two sides that do not cancel each other out mean. What one side said a moment ago the other may not have been
 * asked about since: that is no mistake yet.
 * @param readUpTo everything at Stripe until then has been read; null: nothing has
 */
export function classify(clearingItems: ClearingItem, readUpTo: Date | null): Difference {
  const { object, currency, oursMinor, theirsMinor, otherCurrency, types, oursAt, theirsAt } = clearingItems
  const at = { object, currency, amountMinor: (oursMinor ?? 0n) + (theirsMinor ?? 0n) }
  const said = types.length > 0 ? `, as ${types.join(', ')}` : ''
  if (otherCurrency) return difference('currency_mismatch', at, amounts(clearingItems))
  if (oursMinor !== null && theirsMinor !== null) {
    if (oursAt && !readPast(readUpTo, oursAt)) return difference('not_settled', at, amounts(clearingItems))
    if (theirsAt && !readPast(readUpTo, theirsAt))
      return difference('not_booked_yet', at, amounts(clearingItems))
    return difference('amount_mismatch', at, amounts(clearingItems) + said)
  }
  if (oursMinor !== null) {
    const isOverdue = oursAt && readPast(readUpTo, oursAt, SETTLES_WITHIN_MS)
    return difference(isOverdue ? 'missing_at_stripe' : 'not_settled', at)
  }
  // Only Stripe's books ever name a movement itself.
  if (types.includes('adjustment') && object.startsWith('txn_')) return difference('adjustment', at)
  if (object.startsWith('txn_')) return difference('unknown_type', at, types.join(', '))
  if (types.join() === 'payment' && !(theirsAt && readPast(readUpTo, theirsAt, BANK_SPEAKS_WITHIN_MS)))
    return difference('debit_under_way', at)
  const isOverdue = theirsAt && readPast(readUpTo, theirsAt)
  return difference(isOverdue ? 'missing_here' : 'not_booked_yet', at, types.join(', '))
}

function amounts({ oursMinor, theirsMinor, currency }: ClearingItem): string {
  const unit = `${currency.toUpperCase()} in minor units`
  if (theirsMinor === null) return `${oursMinor} ${unit} here`
  if (oursMinor === null) return `${-theirsMinor} ${unit} there`
  return `${oursMinor} here, ${-theirsMinor} there, ${unit}`
}
