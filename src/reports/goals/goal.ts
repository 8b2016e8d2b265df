import { z } from 'zod'
import { parseCurrency, type CurrencyCode } from '../../money/currency.ts'
import { parsedBy } from '../../http/parse.ts'
import type { FiguresFilter } from '../totals/figures.ts'

/** Which gifts a goal counts. The constraint `goals_counted_is_known` in the database lists the same. */
export const countedGifts = ['campaign', 'once', 'monthly', 'all'] as const
export type CountedGifts = (typeof countedGifts)[number]

/** An amount that the newsroom asks its readers to reach. Days are the newsroom's, both included. */
export type Goal = {
  readonly id: string
  readonly title: string
  readonly counted: CountedGifts
  /** Of `counted: 'campaign'` alone. */
  readonly campaignName: string | null
  readonly currency: CurrencyCode
  readonly amountMinor: bigint
  readonly startsOn: string
  readonly endsOn: string
  /** Somebody who adds to readers' gifts: said, and never part of what was raised. */
  readonly matching: { readonly text: string; readonly minor: bigint } | null
}

/** How a goal stands. */
export type GoalProgress = {
  /** Gross less refunds and disputes, in the goal's currency; never below zero. */
  readonly raisedMinor: bigint
  /** Whole percent, rounded down, so that 100 means reached; above 100 when more came in. */
  readonly percent: number
  readonly isOver: boolean
}

/** More are hardly looked after, and each is counted for readers. */
export const MOST_GOALS = 50

export const goalRow = z
  .object({
    id: z.uuid(),
    title: z.string(),
    counted: z.enum(countedGifts),
    campaignName: z.string().nullable(),
    currency: z.string().transform(parsedBy(parseCurrency, 'is no currency')),
    amountMinor: z.bigint(),
    startsOn: z.string(),
    endsOn: z.string(),
    matchingText: z.string().nullable(),
    matchingMinor: z.bigint().nullable(),
  })
  .transform(({ matchingText: words, matchingMinor: minor, ...goal }): Goal => ({
    ...goal,
    matching: words === null || minor === null ? null : { text: words, minor },
  }))

/** Which gifts the kept totals add up; undefined: all of them. */
export function goalFilter({ counted, campaignName }: Goal): FiguresFilter | undefined {
  if (counted === 'all') return undefined
  if (counted === 'campaign')
    return { dimension: 'campaign', keys: campaignName === null ? [] : [campaignName] }
  return { dimension: 'frequency', keys: [counted] }
}

/** @param today in the newsroom's timezone */
export function goalProgress(
  goal: Goal,
  sums: { readonly grossMinor: bigint; readonly refundedMinor: bigint; readonly disputedMinor: bigint },
  today: string,
): GoalProgress {
  const left = sums.grossMinor - sums.refundedMinor - sums.disputedMinor
  const raisedMinor = left > 0n ? left : 0n
  return {
    raisedMinor,
    percent: Number((raisedMinor * 100n) / goal.amountMinor),
    isOver: today > goal.endsOn,
  }
}
