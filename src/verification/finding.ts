/** What can be wrong in the tables, in words for the operator. */
const KINDS = {
  event_pending: 'events are still to be processed',
  event_outcome: 'event has another outcome',
  checkout_status: 'checkout has another status',
  donation_missing: 'donation is missing',
  donation_unexpected: 'donation that nothing proves',
  donation_differs: 'donation differs',
  refund_missing: 'refund is missing',
  refund_unexpected: 'refund that nothing proves',
  refund_differs: 'refund differs',
  dispute_missing: 'dispute is missing',
  dispute_unexpected: 'dispute that nothing proves',
  dispute_differs: 'dispute differs',
  fraud_warning_missing: 'fraud warning is missing',
  fraud_warning_unexpected: 'fraud warning that nothing proves',
  subscription_missing: 'subscription is missing',
  subscription_unexpected: 'subscription that nothing proves',
  ledger_missing: 'ledger transaction is missing',
  ledger_unexpected: 'ledger transaction that nothing proves',
  ledger_differs: 'ledger transaction differs',
  ledger_day: 'ledger transaction is booked on another day',
  trial_balance: 'ledger does not balance',
  agreement_total: 'kept sum of recurring donations differs',
  charge_volume: 'kept sum of a month’s charges differs',
  kept_balance: 'kept balance of an account differs',
  open_item: 'kept open item differs',
  open_item_sum: 'kept sum of open items differs from the items',
  month_end_item: 'item at the end of a month is not kept',
  stripe_day: 'kept sum of a day of Stripe’s balance differs',
  report_line: 'line of the reports differs from the ledger',
  report_total: 'sum of the reports differs from what it sums',
  receipt_missing: 'receipt is missing',
  receipt_unexpected: 'receipt that nothing proves',
  receipt_differs: 'receipt differs',
  receipt_not_voided: 'receipt should be void',
  receipt_not_valid: 'donation has no valid receipt',
  receipt_numbers: 'receipt numbers have a gap',
  receipt_counter: 'receipt counter differs',
  balance_transaction_missing: 'balance transaction is missing',
  balance_transaction_unexpected: 'balance transaction that Stripe does not know',
  balance_transaction_differs: 'balance transaction differs',
  payout_missing: 'payout is missing',
  payout_unexpected: 'payout that Stripe does not know',
  payout_differs: 'payout differs',
  unreadable_row_missing: 'row of Stripe’s lists that cannot be read is not kept',
  payout_items: 'payout items do not add up to the payout',
} as const

/** One thing in the tables that differs from what the stored events and Stripe's lists prove. It never holds donor data. */
export type Finding = {
  readonly kind: keyof typeof KINDS
  /** Which one: an id of Stripe's, a receipt number, a day or a currency. */
  readonly object: string
  readonly expected: string
  readonly found: string
}

/** The finding as one line of the operator's output. */
export function lineOf({ kind, object, expected, found }: Finding): string {
  return `${KINDS[kind]}  ${object}  expected ${expected}  found ${found}`
}

const NOTHING = 'nothing'

/** @param expected what should be stored */
export function missing(kind: Finding['kind'], object: string, expected: string): Finding {
  return { kind, object, expected, found: NOTHING }
}

/** @param found what is stored although nothing proves it */
export function unexpected(kind: Finding['kind'], object: string, found: string): Finding {
  return { kind, object, expected: NOTHING, found }
}

export type Value = string | bigint | number | boolean | Date | null
/** A column: its name, what it should hold, and what it holds. */
export type Compared = readonly [name: string, expected: Value, found: Value]

/** One finding that names every column which holds another value than expected; none when all hold it. */
export function compareColumns(
  kind: Finding['kind'],
  object: string,
  columns: readonly Compared[],
): Finding[] {
  const differing = columns.filter(([, expected, found]) => textOf(expected) !== textOf(found))
  if (differing.length === 0) return []
  return [
    {
      kind,
      object,
      expected: differing.map(([name, expected]) => `${name} ${textOf(expected)}`).join(', '),
      found: differing.map(([name, , found]) => `${name} ${textOf(found)}`).join(', '),
    },
  ]
}

/** Several values, each of which would be right: `2026-01-31 or 2026-02-01`. */
export function oneOf(allowed: Iterable<string>): string {
  return [...allowed].join(' or ')
}

// Characters that JSON leaves as they are and that break a line or reverse its direction.
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu

/** Quoted when it holds more than an id or a number: an article's title must not pass for a part of the line. */
function textOf(value: Value): string {
  if (value === null) return NOTHING
  if (value instanceof Date) return value.toISOString()
  const plain = String(value)
  if (plain !== NOTHING && /^[\p{L}\p{N}_.,:/ -]+$/u.test(plain)) return plain
  return JSON.stringify(plain).replaceAll(
    INVISIBLE,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  )
}
