import type { MonthEndItem, OpenItemSum } from '../../ledger/kept-tables.ts'
import { difference, hasReadPast, HOUR_MS, type Difference } from './difference.ts'

/**
 * A Stripe object whose entries in the account `stripe_clearing` do not sum to zero in one currency: what events posted
 * and what Stripe's balance transactions posted do not cancel each other out. Amounts in minor units.
 */
export type ClearingItem = {
  /** Stripe's id: of the payment, refund or dispute; of the balance transaction itself when it names none of them. */
  readonly object: string
  readonly currency: string
  /** Posted from events; null: no event posted anything in this currency. */
  readonly eventsMinor: bigint | null
  /** Posted from balance transactions, with the opposite sign when both agree; null: none posted in this currency. */
  readonly balanceMinor: bigint | null
  /** Posted by write-offs, less what was reversed of them. */
  readonly writtenOffMinor: bigint
  /** The object has an open clearing item in another currency, too. */
  readonly hasOtherCurrency: boolean
  /** Stripe's types of its balance transactions. */
  readonly types: readonly string[]
  /** The payment that it belongs to, as far as Stripe's balance transactions name one. */
  readonly paymentIntentId: string | null
  /** When the last event and the last balance transaction happened; null when there is none. */
  readonly lastEventAt: Date | null
  readonly lastMovementAt: Date | null
}

// Stripe books a charge within minutes and a bank debit when it sends it to the bank; refunds may take some days.
export const SETTLES_WITHIN_MS = 7 * 24 * HOUR_MS
// Until the bank answers, nobody knows whether a debit succeeds. The object sync fetches a success whose event was lost.
export const BANK_ANSWERS_WITHIN_MS = 14 * 24 * HOUR_MS

/**
 * What an open clearing item means. What one source reported moments ago may not have been read from the other yet:
 * that is no mistake.
 * @param readUpTo everything at Stripe until then has been read; null: nothing has
 */
export function clearingDifference(item: ClearingItem, readUpTo: Date | null): Difference {
  const { object, currency, eventsMinor, balanceMinor, writtenOffMinor, types } = item
  const { lastEventAt, lastMovementAt } = item
  const subject = {
    object,
    currency,
    amountMinor: (eventsMinor ?? 0n) + (balanceMinor ?? 0n) + writtenOffMinor,
  }
  const typeNames = types.join(', ')
  // What became known since counts beside the write-off, and whoever wrote the item off has to look at it again.
  if (writtenOffMinor !== 0n) return difference('changed_after_write_off', subject, amountsOf(item))
  if (item.hasOtherCurrency) return difference('currency_mismatch', subject, amountsOf(item))
  if (eventsMinor !== null && balanceMinor !== null) {
    if (lastEventAt && !hasReadPast(readUpTo, lastEventAt))
      return difference('not_settled', subject, amountsOf(item))
    if (lastMovementAt && !hasReadPast(readUpTo, lastMovementAt))
      return difference('not_booked_yet', subject, amountsOf(item))
    return difference('amount_mismatch', subject, amountsOf(item) + (typeNames && `, as ${typeNames}`))
  }
  if (eventsMinor !== null) {
    const isOverdue = lastEventAt && hasReadPast(readUpTo, lastEventAt, SETTLES_WITHIN_MS)
    return difference(isOverdue ? 'missing_at_stripe' : 'not_settled', subject)
  }
  // Only Stripe's balance posts under the id of a balance transaction.
  if (object.startsWith('txn_'))
    return types.includes('adjustment')
      ? difference('adjustment', subject)
      : difference('unknown_type', { ...subject, type: typeNames }, typeNames)
  const isPastAnswer = lastMovementAt && hasReadPast(readUpTo, lastMovementAt, BANK_ANSWERS_WITHIN_MS)
  if (typeNames === 'payment' && !isPastAnswer) return difference('debit_under_way', subject)
  const isOverdue = lastMovementAt && hasReadPast(readUpTo, lastMovementAt)
  return difference(isOverdue ? 'missing_here' : 'not_booked_yet', subject, typeNames)
}

/** Open items that are not listed one by one. */
export type FurtherItems = OpenItemSum

const FURTHER = ' further objects'

/** How many items a difference stands for that are not listed one by one; null for a difference of one object. */
export function furtherCount({ object }: Pick<Difference, 'object'>): number | null {
  return object.endsWith(FURTHER) ? Number(object.slice(0, -FURTHER.length)) : null
}

/** How many items these differences are, with those that are not listed one by one. */
export function itemCount(differences: readonly Pick<Difference, 'object'>[]): number {
  return differences.reduce((sum, one) => sum + (furtherCount(one) ?? 1), 0)
}

/**
 * What items mean that are not listed: one difference for each kind, currency and type that can be explained. The amounts
 * are added without their signs, so that items which cancel each other out count, too.
 * @param readUpTo everything at Stripe until then has been read; null: nothing has
 */
export function furtherDifferences(sums: readonly FurtherItems[], readUpTo: Date | null): Difference[] {
  const judged = sums.map((sum) => {
    const { kind, type } = clearingDifference(typicalItem(sum), readUpTo)
    return { kind, type, sum }
  })
  const alike = Map.groupBy(judged, ({ kind, type, sum }) => `${kind} ${sum.currency} ${type ?? ''}`)
  return [...alike.values()].flatMap((ones) => {
    const [first] = ones
    if (!first) return []
    const { kind, type, sum } = first
    const count = ones.reduce((all, one) => all + one.sum.count, 0n)
    const amountMinor = ones.reduce((all, one) => all + one.sum.openMinor, 0n)
    const object = `${count}${FURTHER}`
    return [difference(kind, { object, currency: sum.currency, amountMinor, type }, type ?? undefined)]
  })
}

/** An item that is judged as each of the sum is. An object that is open in two currencies is judged in each. */
function typicalItem(sum: FurtherItems): ClearingItem {
  const { currency, hasEvents, hasBalance, isWrittenOff, isMovement, types, openMinor } = sum
  return {
    object: isMovement ? 'txn_' : '',
    currency,
    eventsMinor: hasEvents ? openMinor : null,
    balanceMinor: hasBalance ? 0n : null,
    writtenOffMinor: isWrittenOff ? openMinor : 0n,
    hasOtherCurrency: false,
    types,
    paymentIntentId: null,
    lastEventAt: sum.lastEventBy,
    lastMovementAt: sum.lastMovementBy,
  }
}

/** What the account held at the end of a month and later postings cleared. */
export function clearedDifference(item: MonthEndItem): Difference {
  const { object, currency, clearedMinor, wasSettled, clearedOn } = item
  const kind = wasSettled ? 'recorded_later' : 'settled_later'
  return difference(kind, { object, currency, amountMinor: clearedMinor }, clearedOn)
}

function amountsOf({ eventsMinor, balanceMinor, currency }: ClearingItem): string {
  const unit = `${currency.toUpperCase()} in minor units`
  if (balanceMinor === null && eventsMinor === null) return `0 ${unit}`
  if (balanceMinor === null) return `${eventsMinor} ${unit} here`
  if (eventsMinor === null) return `${-balanceMinor} ${unit} there`
  return `${eventsMinor} here, ${-balanceMinor} there, ${unit}`
}
