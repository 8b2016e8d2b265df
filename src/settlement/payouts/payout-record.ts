import { z } from 'zod'
import { pageLimit } from '../../http/parse.ts'
import { jsonAmount } from '../../money/money.ts'
import { balanceKind, type BalanceKind } from '../balance/balance-types.ts'
import { itemisations, type Itemisation } from '../balance/stripe-balance.ts'

/** A payout with its items, as the API answers it. */

const amount = z.int().meta({ description: 'Minor units of `currency`' })

const part = z.strictObject({
  kind: z.enum(['gifts', 'refunds', 'disputes', 'other_programs', 'stripe_fees', 'payouts', 'other']),
  count: z.int(),
  amount,
  fee: amount,
  net: amount,
})

const item = z.strictObject({
  id: z.string().meta({ description: 'Stripe’s balance transaction' }),
  type: z.string(),
  at: z.iso.datetime(),
  amount,
  fee: amount,
  net: amount,
  about: z.string().nullable().meta({ description: 'The Stripe object that it settles' }),
  donationId: z.uuid().nullable(),
  donorName: z.string().nullable(),
  articleTitle: z.string().nullable(),
  description: z.string().nullable(),
})

export const payoutRecord = z
  .strictObject({
    id: z.string(),
    status: z.string(),
    amount,
    currency: z.string(),
    arrivalDate: z.iso.date(),
    automatic: z.boolean(),
    itemisation: z.enum(itemisations),
    failureCode: z.string().nullable(),
    parts: z.array(part).meta({ description: 'Sums of its items by what they are' }),
    unexplained: amount.nullable().meta({
      description:
        'The payout less the sum of its items; null while Stripe has not itemised it, or never will',
    }),
    items: z.array(item),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'Payout' })

export type PayoutRecord = z.output<typeof payoutRecord>
export type PayoutPart = z.output<typeof part>
export type PayoutItem = z.output<typeof item>

export const payoutQuery = z.strictObject({
  limit: pageLimit({ usual: 100, largest: 500 }),
  cursor: z
    .string()
    .regex(/^txn_\w{1,100}$/, 'must be a nextCursor of this list')
    .optional(),
})

/** A payout as the database holds it. */
export type StoredPayout = {
  readonly id: string
  readonly status: string
  readonly amountMinor: bigint
  readonly currency: string
  readonly arrivalDate: string
  readonly automatic: boolean
  readonly itemisation: Itemisation
  readonly failureCode: string | null
}

/** Sums by Stripe's type and category; `source` is that of one of them, since it decides what an adjustment is. */
export type TypeSum = {
  readonly type: string
  readonly reportingCategory: string
  readonly source: string | null
  readonly count: bigint
  readonly amountMinor: bigint
  readonly feeMinor: bigint
  readonly netMinor: bigint
  /** Whether another program on the Stripe account made them. */
  readonly isOfOthers: boolean
}

export type StoredItem = {
  readonly id: string
  readonly type: string
  readonly at: Date
  readonly amountMinor: bigint
  readonly feeMinor: bigint
  readonly netMinor: bigint
  readonly about: string
  readonly donationId: string | null
  readonly donorName: string | null
  readonly articleTitle: string | null
  readonly description: string | null
}

/** @param next the last item's id when there are more */
export function payoutFrom(
  payout: StoredPayout,
  sums: readonly TypeSum[],
  items: readonly StoredItem[],
  next: string | null,
): PayoutRecord {
  const parts = partsOf(sums)
  const net = parts.reduce((sum, own) => sum + own.net, 0)
  const { id, status, currency, arrivalDate, automatic, itemisation, failureCode } = payout
  const paid = jsonAmount(payout.amountMinor)
  return {
    id,
    status,
    amount: paid,
    currency,
    arrivalDate,
    automatic,
    itemisation,
    failureCode,
    parts,
    unexplained: itemisation === 'complete' ? paid - net : null,
    items: items.map(({ at, amountMinor, feeMinor, netMinor, about, ...rest }) => ({
      ...rest,
      at: at.toISOString(),
      amount: jsonAmount(amountMinor),
      fee: jsonAmount(feeMinor),
      net: jsonAmount(netMinor),
      about: about.startsWith('txn_') ? null : about,
    })),
    nextCursor: next,
  }
}

const PART: Readonly<Record<BalanceKind, PayoutPart['kind']>> = {
  payment: 'gifts',
  refund: 'refunds',
  refund_failure: 'refunds',
  bank_return: 'refunds',
  dispute: 'disputes',
  own_fee: 'stripe_fees',
  payout: 'payouts',
  topup: 'other',
  reserve: 'other',
  product: 'other',
  activity: 'other',
  unknown: 'other',
}

const ORDER = ['gifts', 'refunds', 'disputes', 'other_programs', 'stripe_fees', 'payouts', 'other'] as const

function partsOf(sums: readonly TypeSum[]): PayoutPart[] {
  return ORDER.flatMap((kind) => {
    const own = sums.filter((sum) => (sum.isOfOthers ? 'other_programs' : PART[balanceKind(sum)]) === kind)
    if (own.length === 0) return []
    const total = (of: (sum: TypeSum) => bigint) => jsonAmount(own.reduce((sum, one) => sum + of(one), 0n))
    return [
      {
        kind,
        count: total(({ count }) => count),
        amount: total(({ amountMinor }) => amountMinor),
        fee: total(({ feeMinor }) => feeMinor),
        net: total(({ netMinor }) => netMinor),
      },
    ]
  })
}
