import {
  asPostedBefore,
  settlementEntries,
  unknownEntries,
} from '../../settlement/balance/balance-posting.ts'
import type { BalanceTransaction } from '../../settlement/balance/balance-transaction.ts'
import { wasUnknown } from '../../settlement/balance/balance-types.ts'
import type { Itemisation, Payout } from '../../settlement/balance/stripe-balance.ts'
import { entriesText, type ExpectedPosting } from '../expectation.ts'
import { compareColumns, missing, unexpected, type Compared, type Finding } from '../finding.ts'

/** What a balance transaction must be in the ledger; null when it moves nothing. */
export function settlementOf(transaction: BalanceTransaction): ExpectedPosting | null {
  const { id, clears, paymentIntentId, createdAt } = transaction
  const entries = entriesText(settlementEntries(transaction))
  if (entries === '') return null
  return { source: id, effect: 'settled', clears, payment: paymentIntentId, entries, instants: [createdAt] }
}

/** What earlier releases posted instead: those that did not know the type, and those with fewer accounts. */
export function settlementsOfEarlierReleases(transaction: BalanceTransaction): ExpectedPosting[] {
  const expected = settlementOf(transaction)
  if (expected === null) return []
  const entries = entriesText(asPostedBefore(transaction, settlementEntries(transaction)))
  const before = entries === expected.entries ? [] : [{ ...expected, entries }]
  if (!wasUnknown(transaction)) return before
  return [
    ...before,
    { ...expected, clears: transaction.id, entries: entriesText(unknownEntries(transaction)) },
  ]
}

/** Compares everything but Stripe's description, whose words may change. */
export function transactionFindings(current: BalanceTransaction, stored: BalanceTransaction): Finding[] {
  const isOfEarlierRelease = stored.clears === current.id && wasUnknown(current)
  const listed = isOfEarlierRelease ? { ...current, clears: current.id, presentment: null } : current
  return compareColumns('balance_transaction_differs', listed.id, [
    ['type', listed.type, stored.type],
    ['category', listed.reportingCategory, stored.reportingCategory],
    ['amount', amountOf(listed), amountOf(stored)],
    ['fee', listed.feeMinor, stored.feeMinor],
    ['net', listed.netMinor, stored.netMinor],
    ['made', listed.createdAt, stored.createdAt],
    ['available', listed.availableOn, stored.availableOn],
    ['source', listed.source, stored.source],
    ['clears', listed.clears, stored.clears],
    ['payment', listed.paymentIntentId, stored.paymentIntentId],
    ['presentment', presentmentOf(listed), presentmentOf(stored)],
    ['rate', rateOf(listed), rateOf(stored)],
  ])
}

function amountOf({ amountMinor, currency }: BalanceTransaction | PayoutRow | Payout): string {
  return `${amountMinor} ${currency}`
}

function presentmentOf({ presentment }: BalanceTransaction): string | null {
  return presentment && `${presentment.minor} ${presentment.currency}`
}

/** As a number: the database may write the same rate with other digits. */
function rateOf({ exchangeRate }: BalanceTransaction): number | null {
  return exchangeRate === null ? null : Number(exchangeRate)
}

export function missingTransaction(listed: BalanceTransaction): Finding {
  return missing('balance_transaction_missing', listed.id, `${listed.type} ${amountOf(listed)}`)
}

export function unexpectedTransaction(stored: BalanceTransaction): Finding {
  return unexpected('balance_transaction_unexpected', stored.id, `${stored.type} ${amountOf(stored)}`)
}

/** A row of `payouts`. */
export type PayoutRow = Omit<Payout, 'itemisable'> & {
  readonly itemisation: Itemisation
  /** The kept sum of the items; null while they are added up when they are read. */
  readonly itemsMinor: bigint | null
  readonly readAt: Date
}

/** By stored status, the statuses that Stripe may have moved on to since the last sync. A paid payout can still fail. */
const LATER_STATUSES: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['pending', new Set(['in_transit', 'paid', 'failed', 'canceled'])],
  ['in_transit', new Set(['paid', 'failed', 'canceled'])],
  ['paid', new Set(['failed'])],
])

/** Stripe may move the arrival of a payout that is still on its way, and of no other. */
const ENDED: ReadonlySet<string> = new Set(['paid', 'failed', 'canceled'])

/** Compares only what cannot have changed since the last sync. */
export function payoutFindings(listed: Payout, stored: PayoutRow): Finding[] {
  const hasMovedOn = LATER_STATUSES.get(stored.status)?.has(listed.status) ?? false
  const onceSet = (name: string, listedId: string | null, storedId: string | null): Compared =>
    storedId === null || hasMovedOn ? [name, null, null] : [name, listedId, storedId]
  return compareColumns('payout_differs', listed.id, [
    ['amount', amountOf(listed), amountOf(stored)],
    ['automatic', listed.automatic, stored.automatic],
    ['made', listed.createdAt, stored.createdAt],
    ['status', hasMovedOn ? stored.status : listed.status, stored.status],
    [
      'arrival',
      ENDED.has(stored.status) && !hasMovedOn ? listed.arrivalDate : stored.arrivalDate,
      stored.arrivalDate,
    ],
    onceSet('movement', listed.balanceTransactionId, stored.balanceTransactionId),
    onceSet('movement back', listed.failureBalanceTransactionId, stored.failureBalanceTransactionId),
    ['failure', hasMovedOn ? stored.failureCode : listed.failureCode, stored.failureCode],
  ])
}

/** A balance transaction as an item of a payout. */
export type PayoutItem = { readonly netMinor: bigint; readonly currency: string }

/** An itemised payout is the sum of its items. @param itemOf null for a balance transaction that is not known */
export function payoutItemFindings(
  payout: Pick<PayoutRow, 'id' | 'itemisation' | 'amountMinor' | 'currency' | 'itemsMinor'>,
  itemIds: readonly string[],
  itemOf: (id: string) => PayoutItem | null,
): Finding[] {
  const { id, itemisation, amountMinor, currency, itemsMinor } = payout
  if (itemisation !== 'complete') return []
  const unknown = itemIds.filter((itemId) => itemOf(itemId) === null)
  const items = itemIds.flatMap((itemId) => itemOf(itemId) ?? [])
  const sumMinor = items
    .filter((item) => item.currency === currency)
    .reduce((total, { netMinor }) => total + netMinor, 0n)
  return compareColumns('payout_items', id, [
    ['unknown items', null, unknown.length === 0 ? null : unknown.join(' ')],
    ['sum', unknown.length === 0 ? amountMinor : sumMinor, sumMinor],
    // Null: it is added up whenever it is read.
    ['kept sum', itemsMinor === null ? null : sumOfAll(items), itemsMinor],
  ])
}

const sumOfAll = (items: readonly PayoutItem[]) => items.reduce((total, { netMinor }) => total + netMinor, 0n)

export function missingPayout(listed: Payout): Finding {
  return missing('payout_missing', listed.id, amountOf(listed))
}

export function unexpectedPayout(stored: PayoutRow): Finding {
  return unexpected('payout_unexpected', stored.id, amountOf(stored))
}
