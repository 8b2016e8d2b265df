import { z } from 'zod'
import { parseMonth, type Month } from '../calendar/month.ts'
import { isUnexplained, type Difference } from './difference.ts'
import { jsonAmount } from '../money/json-amount.ts'
import type { Reconciliation } from './reconciliation.ts'

/** A month's reconciliation as programs read it, and as it is kept when the month is closed. */

const amount = z.int().meta({ description: 'Minor units' })
const at = z.iso.datetime()

const differenceRecord = z
  .strictObject({
    kind: z.string(),
    object: z.string().meta({ description: 'Stripe’s id of what it is about' }),
    currency: z.string(),
    amount: amount.meta({ description: 'What stays open because of it, or what the words say' }),
    what: z.string(),
    todo: z.string(),
    explained: z.boolean().meta({ description: 'False: stands in the way of closing until it is signed' }),
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
    itemisation: z.enum(['not_possible', 'awaited', 'complete']),
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
  signedOffAt: at,
})

export const reconciliationRecord = z
  .strictObject({
    month: z.string(),
    closed: z.boolean(),
    closedAt: at.nullable(),
    closedBy: z.string().nullable(),
    completeUpTo: at.nullable().meta({
      description: 'Everything at Stripe until then has been read; null: not everything has been read once',
    }),
    unexplained: z.array(z.strictObject({ currency: z.string(), amount })).meta({
      description:
        'By currency, every open difference counted without its sign; `xxx` of 0 stands for events of which no amount can be read. Empty: all is explained',
    }),
    payouts: z.array(payoutLine),
    differences: z.array(differenceRecord),
    signed: z
      .array(signOffRecord)
      .meta({ description: 'Differences that somebody looked at, with the reason' }),
    late: z.array(z.strictObject({ month: z.string(), entries: z.int() })).meta({
      description: 'How many ledger transactions of this month belong to a month that was closed before',
    }),
  })
  .meta({ id: 'Reconciliation' })

export type ReconciliationRecord = z.output<typeof reconciliationRecord>
export type DifferenceRecord = z.output<typeof differenceRecord>

export const reconciliationQuery = z.strictObject({
  month: z
    .string({ error: 'is needed, such as 2026-01' })
    .transform((text, context): Month => {
      const month = parseMonth(text)
      if (month) return month
      context.issues.push({ code: 'custom', message: 'must be a month such as 2026-01', input: text })
      return z.NEVER
    })
    .meta({ description: 'In the newsroom’s timezone', example: '2026-01' }),
})

/** @throws RangeError for an amount that a JSON number cannot hold */
export function recordOf(books: Reconciliation): ReconciliationRecord {
  const { month, closing, completeUpTo } = books
  return {
    month,
    closed: closing !== null,
    closedAt: closing?.closedAt.toISOString() ?? null,
    closedBy: closing?.closedBy ?? null,
    completeUpTo: completeUpTo?.toISOString() ?? null,
    unexplained: books.unexplained.map((sum) => ({
      currency: sum.currency,
      amount: jsonAmount(sum.amountMinor),
    })),
    payouts: books.payouts.map(
      ({ id, status, amountMinor, currency, arrivalDate, itemisation, differences }) => ({
        id,
        status,
        amount: jsonAmount(amountMinor),
        currency,
        arrivalDate,
        itemised: itemisation === 'complete',
        itemisation,
        differences: differences.map(differenceOf),
      }),
    ),
    differences: books.differences.map(differenceOf),
    signed: books.signed.map(({ kind, object, currency, amountMinor, reason, signedOffBy, signedOffAt }) => ({
      kind,
      object,
      currency,
      amount: jsonAmount(amountMinor),
      reason,
      signedOffBy,
      signedOffAt: signedOffAt.toISOString(),
    })),
    late: books.late.map(({ month: of, entries }) => ({ month: of, entries: jsonAmount(entries) })),
  }
}

function differenceOf({ kind, object, currency, amountMinor, what, todo }: Difference): DifferenceRecord {
  return {
    kind,
    object,
    currency,
    amount: jsonAmount(amountMinor),
    what,
    todo,
    explained: !isUnexplained(kind),
  }
}
