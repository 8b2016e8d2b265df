import { difference, type Difference } from './items/difference.ts'

/** What other programs on the Stripe account moved in a month, and whether that counts as explained. */
export type OtherPrograms = {
  /** The latest decision; null: nobody has decided, so it counts as a difference. */
  readonly rule: OthersRule | null
  readonly movements: readonly OtherProgramsSum[]
}

/** Somebody's decision whether the activity of other programs is the newsroom's to explain. */
export type OthersRule = {
  readonly isExplained: boolean
  /** Null: nobody was asked for it. */
  readonly reason: string | null
  readonly decidedBy: string
  readonly decidedAt: Date
}

/** The movements of one type, product and currency. Amounts in minor units, negative when money left. */
export type OtherProgramsSum = {
  readonly type: string
  /** Stripe's id of the product, or several of one invoice; null when no invoice names one. */
  readonly product: string | null
  readonly currency: string
  readonly count: bigint
  readonly grossMinor: bigint
  readonly feeMinor: bigint
  readonly netMinor: bigint
}

/** One difference for each currency, until somebody has said that it is not the newsroom's to explain. */
export function otherProgramsDifferences({ rule, movements }: OtherPrograms): Difference[] {
  if (rule?.isExplained) return []
  const byCurrency = Map.groupBy(movements, ({ currency }) => currency)
  return [...byCurrency].map(([currency, rows]) => {
    const amountMinor = rows.reduce((sum, { netMinor }) => sum + netMinor, 0n)
    const count = rows.reduce((sum, row) => sum + row.count, 0n)
    return difference(
      'other_activity',
      { object: 'other_programs', currency, amountMinor },
      `${count} in this month`,
    )
  })
}
