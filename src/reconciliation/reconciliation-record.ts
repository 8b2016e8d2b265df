import { z } from 'zod'
import { parseMonth } from '../calendar/month.ts'
import { parsedBy } from '../http/parse.ts'
import { jsonAmount } from '../money/money.ts'
import { itemisations } from '../settlement/balance/stripe-balance.ts'
import { needsExplanation, type Difference } from './items/difference.ts'
import type { Decided, WriteOff } from './write-offs/write-off.ts'
import type { OtherPrograms } from './other-programs.ts'
import type { BeforeTheBooks, Reconciliation } from './reconciliation.ts'

/**
 * A month's reconciliation as programs read it, and as `month_closings` keeps it once the month is closed. A change here
 * needs a new version in `stored-record.ts`.
 */

const amount = z.int().meta({ description: 'Minor units' })
const instant = z.iso.datetime()

const differenceRecord = z
  .strictObject({
    kind: z.string(),
    object: z.string().meta({ description: 'Stripe’s id of what the difference is about' }),
    currency: z.string(),
    amount: amount.meta({
      description: 'What stays in the clearing account because of it, or the amount that `what` speaks of',
    }),
    what: z.string(),
    todo: z.string(),
    explained: z.boolean().meta({ description: 'False: the month cannot be closed until it is signed off' }),
    type: z
      .string()
      .nullable()
      .meta({ description: 'Stripe’s type of movement, where one explanation may hold for all' }),
    explanation: z
      .strictObject({ id: z.string(), reason: z.string(), madeBy: z.string(), madeAt: instant })
      .nullable()
      .meta({ description: 'The standing explanation that holds for it' }),
  })
  .meta({ id: 'Difference' })

const payoutLine = z
  .strictObject({
    id: z.string(),
    status: z.string(),
    amount,
    currency: z.string(),
    arrivalDate: z.iso.date(),
    itemised: z.boolean(),
    itemisation: z.enum(itemisations),
    differences: z.array(differenceRecord),
  })
  .meta({ id: 'PayoutLine' })

const signOffRecord = z.strictObject({
  kind: z.string(),
  object: z.string(),
  currency: z.string(),
  amount,
  reason: z.string(),
  signedOffBy: z.string(),
  signedOffAt: instant,
  month: z.string().meta({ description: 'The month in which it was accepted' }),
})

const decided = z.strictObject({ by: z.string(), at: instant, reason: z.string().nullable() }).nullable()

const writeOffRecord = z
  .strictObject({
    id: z.string(),
    month: z.string(),
    kind: z.string(),
    object: z.string(),
    currency: z.string(),
    amount,
    fromAccount: z.string(),
    toAccount: z.string(),
    reason: z.string(),
    needsApproval: z.boolean(),
    preparedBy: z.string(),
    preparedAt: instant,
    posted: decided.meta({
      description: 'Who posted it, and approved it where that is needed; null: nothing is posted',
    }),
    declined: decided,
    reversed: decided,
  })
  .meta({ id: 'WriteOff' })

const beforeTheBooksRecord = z.strictObject({
  opening: z
    .strictObject({
      opensOn: z.iso.date(),
      balances: z.array(z.strictObject({ currency: z.string(), amount })),
    })
    .nullable(),
  reversals: z.array(z.strictObject({ object: z.string(), type: z.string(), currency: z.string(), amount })),
})

const otherActivityRecord = z.strictObject({
  explained: z.boolean().meta({ description: 'Whether staff has said that it is not theirs to explain' }),
  decidedBy: z.string().nullable(),
  decidedAt: instant.nullable(),
  reason: z.string().nullable(),
  movements: z.array(
    z.strictObject({
      type: z.string().meta({ description: 'Stripe’s type of balance transaction' }),
      product: z.string().nullable().meta({ description: 'Null where no invoice names one' }),
      currency: z.string(),
      count: z.int(),
      gross: amount,
      fee: amount,
      net: amount,
    }),
  ),
})

export const reconciliationRecord = z
  .strictObject({
    month: z.string(),
    closed: z.boolean(),
    closedAt: instant.nullable(),
    closedBy: z.string().nullable(),
    completeUpTo: instant.nullable().meta({
      description: 'Everything at Stripe until then has been read; null: not everything has been read once',
    }),
    unexplained: z.array(z.strictObject({ currency: z.string(), amount })).meta({
      description:
        'By currency, the sum of the unexplained differences without their signs; 0 in `xxx` stands for events whose amount cannot be read. Empty: everything is explained',
    }),
    payouts: z.array(payoutLine),
    differences: z.array(differenceRecord),
    signOffs: z
      .array(signOffRecord)
      .meta({ description: 'Differences that somebody explained, with the reason' }),
    priorPeriodAdjustments: z.array(z.strictObject({ period: z.string(), transactions: z.int() })).meta({
      description: 'How many ledger transactions of this month belong to a period that was closed before',
    }),
    beforeTheBooks: beforeTheBooksRecord.meta({
      description:
        'What the month has to do with the time before the first day of the books: in their first month the opening balances at Stripe, and in any month the reversals of earlier charges',
    }),
    writeOffs: z.array(writeOffRecord).meta({
      description: 'Items that were written off on this month’s page, or that belong to it',
    }),
    exports: z
      .array(z.strictObject({ name: z.string(), sha256: z.string() }))
      .meta({ description: 'The files of the month when it was closed, by their hashes' }),
    otherActivity: otherActivityRecord.meta({
      description: 'What other programs on the same Stripe account moved',
    }),
  })
  .meta({ id: 'Reconciliation' })

export type ReconciliationRecord = z.output<typeof reconciliationRecord>
export type DifferenceRecord = z.output<typeof differenceRecord>

export const reconciliationQuery = z.strictObject({
  month: z
    .string({ error: 'is needed, such as 2026-01' })
    .transform(parsedBy(parseMonth, 'must be a month such as 2026-01'))
    .meta({ description: 'In the newsroom’s timezone', example: '2026-01' }),
})

/** @throws RangeError for an amount that a JSON number cannot hold */
export function recordOf(
  reconciliation: Reconciliation,
  exports: readonly { readonly name: string; readonly sha256: string }[],
): ReconciliationRecord {
  const { month, closing, completeUpTo, unexplained, payouts, differences } = reconciliation
  return {
    month,
    closed: closing !== null,
    closedAt: closing?.closedAt.toISOString() ?? null,
    closedBy: closing?.closedBy ?? null,
    completeUpTo: completeUpTo?.toISOString() ?? null,
    unexplained: unexplained.map(({ currency, amountMinor }) => ({
      currency,
      amount: jsonAmount(amountMinor),
    })),
    payouts: payouts.map((payout) => ({
      id: payout.id,
      status: payout.status,
      amount: jsonAmount(payout.amountMinor),
      currency: payout.currency,
      arrivalDate: payout.arrivalDate,
      itemised: payout.itemisation === 'complete',
      itemisation: payout.itemisation,
      differences: payout.differences.map(differenceRecordOf),
    })),
    differences: differences.map(differenceRecordOf),
    signOffs: reconciliation.signOffs.map(({ amountMinor, signedOffAt, ...signOff }) => ({
      ...signOff,
      amount: jsonAmount(amountMinor),
      signedOffAt: signedOffAt.toISOString(),
    })),
    priorPeriodAdjustments: reconciliation.priorPeriodAdjustments.map(({ period, transactions }) => ({
      period,
      transactions: jsonAmount(transactions),
    })),
    beforeTheBooks: beforeTheBooksRecordOf(reconciliation.beforeTheBooks),
    writeOffs: reconciliation.writeOffs.map(writeOffRecordOf),
    exports: exports.map(({ name, sha256 }) => ({ name, sha256 })),
    otherActivity: otherActivityRecordOf(reconciliation.otherPrograms),
  }
}

function otherActivityRecordOf({ rule, movements }: OtherPrograms) {
  return {
    explained: rule?.isExplained ?? false,
    decidedBy: rule?.decidedBy ?? null,
    decidedAt: rule?.decidedAt.toISOString() ?? null,
    reason: rule?.reason ?? null,
    movements: movements.map(({ type, product, currency, count, ...sums }) => ({
      type,
      product,
      currency,
      count: jsonAmount(count),
      gross: jsonAmount(sums.grossMinor),
      fee: jsonAmount(sums.feeMinor),
      net: jsonAmount(sums.netMinor),
    })),
  }
}

function beforeTheBooksRecordOf({ opening, reversals }: BeforeTheBooks) {
  const withAmount = <Row extends { readonly amountMinor: bigint }>({ amountMinor, ...row }: Row) => ({
    ...row,
    amount: jsonAmount(amountMinor),
  })
  return {
    opening: opening && { opensOn: opening.opensOn, balances: opening.balances.map(withAmount) },
    reversals: reversals.map(withAmount),
  }
}

export function writeOffRecordOf({
  amountMinor,
  preparedAt,
  posted,
  declined,
  reversed,
  ...writeOff
}: WriteOff) {
  const record = (decision: Decided | null) =>
    decision && { by: decision.by, at: decision.at.toISOString(), reason: decision.reason }
  return {
    ...writeOff,
    amount: jsonAmount(amountMinor),
    preparedAt: preparedAt.toISOString(),
    posted: record(posted),
    declined: record(declined),
    reversed: record(reversed),
  }
}

function differenceRecordOf({ amountMinor, explanation, ...difference }: Difference): DifferenceRecord {
  return {
    ...difference,
    amount: jsonAmount(amountMinor),
    explained: !needsExplanation({ kind: difference.kind, explanation }),
    explanation: explanation && {
      id: explanation.id,
      reason: explanation.reason,
      madeBy: explanation.madeBy,
      madeAt: explanation.madeAt.toISOString(),
    },
  }
}
