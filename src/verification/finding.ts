/** What can be wrong in the tables, in words. */
const WHAT = {
  event_pending: 'events still to be applied',
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
  subscription_missing: 'recurring gift is missing',
  subscription_unexpected: 'recurring gift that nothing proves',
  ledger_missing: 'ledger transaction is missing',
  ledger_unexpected: 'ledger transaction that nothing proves',
  ledger_differs: 'ledger transaction differs',
  ledger_day: 'ledger transaction counts for another day',
  trial_balance: 'ledger does not balance',
  day_total: 'day total differs',
  receipt_missing: 'receipt is missing',
  receipt_unexpected: 'receipt that nothing proves',
  receipt_differs: 'receipt differs',
  receipt_not_voided: 'receipt should be void',
  receipt_not_valid: 'gift has no valid receipt',
  receipt_numbers: 'receipt numbers have a hole',
  receipt_counter: 'receipt counter differs',
  balance_transaction_missing: 'balance transaction is missing',
  balance_transaction_unexpected: 'balance transaction that Stripe does not know',
  balance_transaction_differs: 'balance transaction differs',
  payout_missing: 'payout is missing',
  payout_unexpected: 'payout that Stripe does not know',
  payout_differs: 'payout differs',
  payout_items: 'payout’s parts do not add up to it',
} as const

/** One thing in the tables that is not what the inbox and Stripe's objects make it. Never holds donor data. */
export type Finding = {
  readonly kind: keyof typeof WHAT
  /** An id of Stripe's, a receipt number, a day, a currency. */
  readonly object: string
  readonly expected: string
  readonly found: string
}

/** For people, on one line. */
export function lineOf({ kind, object, expected, found }: Finding): string {
  return `${WHAT[kind]}  ${object}  expected ${expected}  found ${found}`
}

export const NOTHING = 'nothing'

export type Value = string | bigint | number | boolean | Date | null
/** A column: its name, what it should be, and what it is. */
export type Compared = readonly [name: string, expected: Value, found: Value]

/** One difference that names every column that is not as it should be; none when all are. */
export function compare(kind: Finding['kind'], object: string, columns: readonly Compared[]): Finding[] {
  const off = columns.filter(([, expected, found]) => text(expected) !== text(found))
  if (off.length === 0) return []
  return [
    {
      kind,
      object,
      expected: off.map(([name, expected]) => `${name} ${text(expected)}`).join(', '),
      found: off.map(([name, , found]) => `${name} ${text(found)}`).join(', '),
    },
  ]
}

// Breaks lines, or turns them round: what JSON leaves as it is.
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu

/** Quoted where it holds more than an id or a number: an article's title must not look like a part of the line. */
function text(value: Value): string {
  if (value === null) return NOTHING
  if (value instanceof Date) return value.toISOString()
  const plain = String(value)
  if (plain !== NOTHING && /^[\p{L}\p{N}_.,:/ -]+$/u.test(plain)) return plain
  return JSON.stringify(plain).replaceAll(INVISIBLE, (one) => `\\u{${one.codePointAt(0)?.toString(16)}}`)
}
