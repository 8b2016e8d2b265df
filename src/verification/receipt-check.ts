import type { Donation } from '../donations/donation.ts'
import { donationBalance } from '../refunds/donation-balance.ts'
import { profileAt, type ProfileInForce } from '../newsroom/profile.ts'
import { receiptNumber } from '../receipts/receipt-number.ts'
import { compare, NOTHING, type Finding, type Compared } from './finding.ts'
import { newsroomDays, oneOf, type Zones } from './newsroom-day.ts'

export type FoundReceipt = {
  readonly year: number
  readonly number: bigint
  readonly revision: number
  readonly currency: string
  readonly grossMinor: bigint
  readonly givenOn: string
  readonly profileId: number
  /** The number of the one it replaces. */
  readonly replaces: string | null
  readonly issuedAt: Date
  readonly voided: boolean
}

export type ReceiptDeps = {
  readonly zones: Zones
  readonly profiles: readonly ProfileInForce[]
}

// A receipt is numbered for the day on which its database transaction began.
const SLACK_MS = 60_000

/** @param chain all receipts of the gift, by revision; not empty */
export function receiptDifferences(
  gift: Donation,
  proofs: readonly Date[],
  chain: readonly FoundReceipt[],
  deps: ReceiptDeps,
): Finding[] {
  const { receiptableMinor: rightMinor } = donationBalance(gift.gross, gift.reversals)
  const last = chain.at(-1)
  return [
    ...missingRevisions(gift, chain),
    ...chain.flatMap((receipt, at) => {
      const isLast = receipt === last
      const saysMinor = receipt.revision === 1 ? gift.gross.minor : receipt.grossMinor
      const wrong = !isLast || rightMinor === 0n || (receipt.revision === 1 && saysMinor !== rightMinor)
      const amount = isLast && !receipt.voided && receipt.revision > 1 ? rightMinor : saysMinor
      if (wrong && !receipt.voided) return [notVoided(receipt, rightMinor)]
      return receiptColumns(gift, proofs, receipt, amount, chain[at - 1], deps)
    }),
    ...(last?.voided && rightMinor > 0n ? [notValid(gift, rightMinor)] : []),
  ]
}

function receiptColumns(
  gift: Donation,
  proofs: readonly Date[],
  receipt: FoundReceipt,
  amount: bigint,
  before: FoundReceipt | undefined,
  { zones, profiles }: ReceiptDeps,
): Finding[] {
  const moments = [gift.succeededAt, ...proofs]
  const days = newsroomDays(moments, zones)
  const { revision, issuedAt } = receipt
  const issued = [new Date(issuedAt.getTime() - SLACK_MS), issuedAt]
  const years = new Set(
    [...(revision === 1 ? days : newsroomDays(issued, zones))].map((day) => day.slice(0, 4)),
  )
  const inForce = new Set(moments.map((at) => String(profileAt(profiles, at).id)))
  const isNext = revision === 1 || before?.revision === revision - 1
  const cites = before && isNext ? numberOf(before) : null
  return compare('receipt_differs', numberOf(receipt), [
    ['amount', `${amount} ${gift.gross.currency}`, `${receipt.grossMinor} ${receipt.currency}`],
    anyOf('given on', days, receipt.givenOn),
    anyOf('particulars', inForce, String(receipt.profileId)),
    anyOf('year', years, String(receipt.year)),
    // Where the one before is missing, that is what is reported.
    ['cites', isNext ? cites : receipt.replaces, receipt.replaces],
  ])
}

function anyOf(name: string, allowed: ReadonlySet<string>, found: string): Compared {
  return [name, allowed.has(found) ? found : oneOf(allowed), found]
}

function missingRevisions(gift: Donation, chain: readonly FoundReceipt[]): Finding[] {
  const there = new Set(chain.map(({ revision }) => revision))
  const last = chain.at(-1)?.revision ?? 0
  return Array.from({ length: last }, (_, at) => at + 1)
    .filter((revision) => !there.has(revision))
    .map((revision) => missingReceipt(gift, revision))
}

export function missingReceipt({ paymentIntentId: object }: Donation, revision = 1): Finding {
  return { kind: 'receipt_missing', object, expected: `revision ${revision}`, found: NOTHING }
}

export function unexpectedReceipt(found: FoundReceipt): Finding {
  const { grossMinor, currency } = found
  return {
    kind: 'receipt_unexpected',
    object: numberOf(found),
    expected: NOTHING,
    found: `${grossMinor} ${currency}`,
  }
}

function notVoided(receipt: FoundReceipt, rightMinor: bigint): Finding {
  const expected = rightMinor === 0n ? 'void' : `void, ${rightMinor} ${receipt.currency} are left`
  const found = `valid, ${receipt.grossMinor} ${receipt.currency}`
  return { kind: 'receipt_not_voided', object: numberOf(receipt), expected, found }
}

function notValid({ paymentIntentId: object, gross }: Donation, rightMinor: bigint): Finding {
  const expected = `one of ${rightMinor} ${gross.currency}`
  return { kind: 'receipt_not_valid', object, expected, found: 'the last one void' }
}

function numberOf({ year, number }: Pick<FoundReceipt, 'year' | 'number'>): string {
  return receiptNumber(year, number)
}

/** A year's numbers and its counter; null where there are none. */
export type YearOfReceipts = {
  readonly year: number
  readonly receipts: bigint
  readonly first: bigint | null
  readonly last: bigint | null
  readonly counter: bigint | null
}

/** Numbers run from one without a hole, and the counter is the last of them. */
export function numberDifferences({ year, receipts, first, last, counter }: YearOfReceipts): Finding[] {
  const whole = last === null || (first === 1n && last === receipts)
  return [
    ...compare('receipt_numbers', String(year), [['numbers', whole ? receipts : (last ?? 0n), receipts]]),
    ...compare('receipt_counter', String(year), [['last number', last ?? 0n, counter ?? 0n]]),
  ]
}
