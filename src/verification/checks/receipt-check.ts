import type { Donation } from '../../donations/donation.ts'
import { receiptableAmounts, donationBalance } from '../../refunds/donation-balance.ts'
import { profileAt, type ProfileInForce } from '../../newsroom/profile.ts'
import { receiptNumber } from '../../receipts/receipt-number.ts'
import type { VoidReason } from '../../receipts/receipt-revisions.ts'
import { newsroomDays, type Zones } from '../expectation.ts'
import { compareColumns, missing, oneOf, unexpected, type Finding, type Compared } from '../finding.ts'

export type ReceiptRow = {
  readonly year: number
  readonly number: bigint
  readonly revision: number
  readonly currency: string
  readonly grossMinor: bigint
  readonly givenOn: string
  readonly profileId: number
  /** The number of the receipt that it replaces. */
  readonly replaces: string | null
  readonly issuedAt: Date
  readonly voided: boolean
  readonly voidReason: VoidReason | null
}

export type ReceiptDeps = {
  readonly zones: Zones
  readonly profiles: readonly ProfileInForce[]
  /** The day on which the donation counts. */
  readonly day: string
}

// A receipt's number is of the year in which its database transaction began.
const SLACK_MS = 60_000

/**
 * @param successTimes every instant at which the donation succeeded according to one of Stripe's events
 * @param chain all receipts of the donation, by revision; not empty
 */
export function receiptFindings(
  donation: Donation,
  successTimes: readonly Date[],
  chain: readonly ReceiptRow[],
  deps: ReceiptDeps,
): Finding[] {
  const { receiptableMinor: rightMinor } = donationBalance(donation.gross, donation.reversals)
  const last = chain.at(-1)
  const onceRight = receiptableAmounts(donation.gross, donation.reversals)
  return [
    ...missingRevisions(donation, chain),
    ...chain.flatMap((receipt, index) => {
      const isLast = receipt === last
      const statedMinor = receipt.revision === 1 ? donation.gross.minor : receipt.grossMinor
      const mustBeVoid =
        !isLast || rightMinor === 0n || (receipt.revision === 1 && statedMinor !== rightMinor)
      if (mustBeVoid && !receipt.voided) return [notVoided(receipt, rightMinor)]
      const amounts =
        receipt.revision === 1
          ? new Set([donation.gross.minor])
          : isLast && !receipt.voided
            ? new Set([rightMinor])
            : amountsAfter(chain[index - 1], receipt, onceRight)
      return receiptColumns(donation, successTimes, receipt, amounts, chain[index - 1], deps)
    }),
    ...(last?.voided && rightMinor > 0n ? [notValid(donation, rightMinor)] : []),
  ]
}

/**
 * What a receipt that is void may state: an amount that was right at some time, and one that fits the reason for which the
 * receipt before it was voided.
 */
function amountsAfter(
  previous: ReceiptRow | undefined,
  { revision }: ReceiptRow,
  onceRight: ReadonlySet<bigint> | null,
): ReadonlySet<bigint> | null {
  if (previous?.revision !== revision - 1) return onceRight
  const { voidReason, grossMinor } = previous
  if (voidReason === 'redated' || voidReason === 'corrected') return new Set([grossMinor])
  if (voidReason !== 'reversal_undone' || onceRight === null) return onceRight
  return new Set([...onceRight].filter((minor) => minor > grossMinor))
}

function receiptColumns(
  donation: Donation,
  successTimes: readonly Date[],
  receipt: ReceiptRow,
  amounts: ReadonlySet<bigint> | null,
  previous: ReceiptRow | undefined,
  { zones, profiles, day }: ReceiptDeps,
): Finding[] {
  const instants = [donation.succeededAt, ...successTimes]
  const days = newsroomDays(instants, zones)
  const { revision, issuedAt } = receipt
  const issued = [new Date(issuedAt.getTime() - SLACK_MS), issuedAt]
  const years = new Set(
    [...(revision === 1 ? days : newsroomDays(issued, zones))].map((allowed) => allowed.slice(0, 4)),
  )
  const inForce = new Set(instants.map((instant) => String(profileAt(profiles, instant).id)))
  const isNext = revision === 1 || previous?.revision === revision - 1
  const replaced = previous && isNext ? numberOf(previous) : null
  return compareColumns('receipt_differs', numberOf(receipt), [
    anyOf(
      'amount',
      new Set([...(amounts ?? [receipt.grossMinor])].map((minor) => `${minor} ${donation.gross.currency}`)),
      `${receipt.grossMinor} ${receipt.currency}`,
    ),
    // A receipt that is void may state a day from which the donation was moved since.
    anyOf('given on', receipt.voided ? days : new Set([day]), receipt.givenOn),
    anyOf('profile', inForce, String(receipt.profileId)),
    anyOf('year', years, String(receipt.year)),
    // A missing revision is reported as missing, and not a second time by its successor.
    ['replaces', isNext ? replaced : receipt.replaces, receipt.replaces],
  ])
}

function anyOf(name: string, allowed: ReadonlySet<string>, found: string): Compared {
  return [name, allowed.has(found) ? found : oneOf(allowed), found]
}

function missingRevisions(donation: Donation, chain: readonly ReceiptRow[]): Finding[] {
  const present = new Set(chain.map(({ revision }) => revision))
  const last = chain.at(-1)?.revision ?? 0
  return Array.from({ length: last }, (_, index) => index + 1)
    .filter((revision) => !present.has(revision))
    .map((revision) => missingReceipt(donation, revision))
}

export function missingReceipt({ paymentIntentId }: Donation, revision = 1): Finding {
  return missing('receipt_missing', paymentIntentId, `revision ${revision}`)
}

export function unexpectedReceipt(found: ReceiptRow): Finding {
  return unexpected('receipt_unexpected', numberOf(found), `${found.grossMinor} ${found.currency}`)
}

function notVoided(receipt: ReceiptRow, rightMinor: bigint): Finding {
  const expected = rightMinor === 0n ? 'void' : `void, ${rightMinor} ${receipt.currency} are left`
  const found = `valid, ${receipt.grossMinor} ${receipt.currency}`
  return { kind: 'receipt_not_voided', object: numberOf(receipt), expected, found }
}

function notValid({ paymentIntentId: object, gross }: Donation, rightMinor: bigint): Finding {
  const expected = `one of ${rightMinor} ${gross.currency}`
  return { kind: 'receipt_not_valid', object, expected, found: 'the last one is void' }
}

function numberOf({ year, number }: Pick<ReceiptRow, 'year' | 'number'>): string {
  return receiptNumber(year, number)
}

/** A year's numbers and its counter; null where there are none. */
export type YearOfReceipts = {
  readonly year: number
  readonly receipts: bigint
  readonly first: bigint | null
  readonly last: bigint | null
  readonly counter: bigint | null
  /** How many receipts the register says there are. */
  readonly counted: bigint
}

/** Numbers run from 1 without a gap, the counter holds the last of them, and as many receipts are counted as there are. */
export function numberFindings({ year, receipts, first, last, counter, counted }: YearOfReceipts): Finding[] {
  const isComplete = last === null || (first === 1n && last === receipts)
  return [
    ...compareColumns('receipt_numbers', String(year), [
      ['numbers', isComplete ? receipts : (last ?? 0n), receipts],
    ]),
    ...compareColumns('receipt_counter', String(year), [
      ['last number', last ?? 0n, counter ?? 0n],
      ['receipts', receipts, counted],
    ]),
  ]
}
