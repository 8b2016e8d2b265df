import type { SettledSides } from './sides.ts'

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
  payout_failed: {
    what: 'the payout did not reach the bank, and its money is back in the Stripe balance',
    todo: 'Check the bank account in Stripe’s dashboard; the money goes out with a later payout.',
    unexplained: false,
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
  event_set_apart: {
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

// Stripe books a charge within minutes and a bank debit when it succeeds; refunds may take some days.
const SETTLES_WITHIN_MS = 7 * 24 * 60 * 60 * 1000

/**
 * What two sides that do not cancel each other out mean.
 * @param sweptUpTo everything at Stripe until then has been read; null: nothing has
 */
export function classify(sides: SettledSides, sweptUpTo: Date | null): Difference {
  const { object, currency, oursMinor, theirsMinor, otherCurrency, types, lastAt } = sides
  const at = { object, currency, amountMinor: (oursMinor ?? 0n) + (theirsMinor ?? 0n) }
  if (otherCurrency) return difference('currency_mismatch', at)
  if (oursMinor !== null && theirsMinor !== null)
    return difference('amount_mismatch', at, `${oursMinor} here, ${-theirsMinor} there, in minor units`)
  if (oursMinor !== null) {
    const due = new Date(lastAt.getTime() + SETTLES_WITHIN_MS)
    return difference(sweptUpTo === null || sweptUpTo < due ? 'not_settled' : 'missing_at_stripe', at)
  }
  if (types.includes('adjustment') && object.startsWith('txn_')) return difference('adjustment', at)
  if (object.startsWith('txn_')) return difference('unknown_type', at, types.join(', '))
  return difference('missing_here', at, types.join(', '))
}
