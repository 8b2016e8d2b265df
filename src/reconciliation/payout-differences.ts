import { difference, readPast, type Difference } from './difference.ts'

/** A payout beside what the ledger and Stripe's balance say of it. Amounts in minor units. */
export type PayoutRow = {
  readonly id: string
  readonly status: string
  readonly currency: string
  readonly amountMinor: bigint
  readonly arrivalDate: string
  readonly createdAt: Date
  readonly itemisation: 'not_possible' | 'awaited' | 'complete'
  /** What the ledger says the bank has of it: nothing once it came back. */
  readonly bankMinor: bigint
  /** Stripe names the movement that brings the money back, and the sweep has not read it. */
  readonly returnIsUnread: boolean
  /** Of its items, less fees; null when none is known. */
  readonly itemsMinor: bigint | null
  /** Items that the sweep of balance transactions has not read. */
  readonly unknownItems: readonly string[]
  /** Of a month closed before all of it was known: it counts only when something of it must be explained. */
  readonly isLeftOver: boolean
}

/** @param readUpTo everything at Stripe until then has been read; null: nothing has */
export function payoutDifferences(payout: PayoutRow, readUpTo: Date | null): Difference[] {
  const at = { object: payout.id, currency: payout.currency, amountMinor: payout.amountMinor }
  return [
    ...bankDifferences(payout, readUpTo),
    ...(payout.itemisation === 'not_possible' ? [difference('payout_not_itemisable', at)] : []),
    ...(payout.itemisation === 'complete' ? itemDifferences(payout) : []),
  ]
}

function bankDifferences(payout: PayoutRow, readUpTo: Date | null): Difference[] {
  const { id: object, currency, amountMinor, bankMinor, status } = payout
  const at = { object, currency, amountMinor }
  if (status === 'failed' || status === 'canceled') {
    if (bankMinor === 0n) return [difference('payout_failed', at, status)]
    const stays = { object, currency, amountMinor: bankMinor }
    return [difference(payout.returnIsUnread ? 'not_settled' : 'payout_not_returned', stays, status)]
  }
  if (bankMinor === amountMinor) return []
  const off = { object, currency, amountMinor: amountMinor - bankMinor }
  if (!readPast(readUpTo, payout.createdAt)) return [difference('not_settled', off)]
  return [difference('payout_amount_mismatch', off, `${bankMinor} of ${amountMinor} in minor units`)]
}

function itemDifferences({ id, currency, amountMinor, itemsMinor, unknownItems }: PayoutRow): Difference[] {
  const missingMinor = amountMinor - (itemsMinor ?? 0n)
  if (unknownItems.length === 0)
    return missingMinor === 0n
      ? []
      : [
          difference(
            'payout_items_mismatch',
            { object: id, currency, amountMinor: missingMinor },
            `${itemsMinor ?? 0n} of ${amountMinor} in minor units`,
          ),
        ]
  // What several unread items are worth is known of all together only: the first one stands for it.
  return unknownItems.map((object, n) =>
    difference(
      'payout_item_unknown',
      { object, currency, amountMinor: n === 0 ? missingMinor : 0n },
      `of payout ${id}`,
    ),
  )
}
