import { z } from 'zod'
import type { ReconciliationRecord } from './reconciliation-record.ts'

/**
 * How the records of closed months are read back. A closed month's record never changes, so it keeps the shape of the
 * release that closed the month, and its row names that shape's version.
 *
 * When `reconciliationRecord` changes: leave every schema below as it is, add the new shape under the next number, raise
 * RECORD_VERSION to it, turn the older versions into the new shape with `.transform`, and add a stored record of the new
 * version to `test/fixtures`.
 */
export const RECORD_VERSION = 3

const amountV1 = z.int()
const differenceV1 = z.strictObject({
  kind: z.string(),
  object: z.string(),
  currency: z.string(),
  amount: amountV1,
  what: z.string(),
  todo: z.string(),
  explained: z.boolean(),
})
const payoutV1 = z.strictObject({
  id: z.string(),
  status: z.string(),
  amount: amountV1,
  currency: z.string(),
  arrivalDate: z.iso.date(),
  itemised: z.boolean(),
  itemisation: z.enum(['complete', 'awaited', 'not_possible']),
  differences: z.array(differenceV1),
})
const recordV1 = z.strictObject({
  month: z.string(),
  closed: z.boolean(),
  closedAt: z.iso.datetime().nullable(),
  closedBy: z.string().nullable(),
  completeUpTo: z.iso.datetime().nullable(),
  unexplained: z.array(z.strictObject({ currency: z.string(), amount: amountV1 })),
  payouts: z.array(payoutV1),
  differences: z.array(differenceV1),
  signOffs: z.array(
    z.strictObject({
      kind: z.string(),
      object: z.string(),
      currency: z.string(),
      amount: amountV1,
      reason: z.string(),
      signedOffBy: z.string(),
      signedOffAt: z.iso.datetime(),
    }),
  ),
  priorPeriodAdjustments: z.array(z.strictObject({ period: z.string(), transactions: z.int() })),
})

const recordV2 = recordV1.extend({
  beforeTheBooks: z.strictObject({
    opening: z
      .strictObject({
        opensOn: z.iso.date(),
        balances: z.array(z.strictObject({ currency: z.string(), amount: amountV1 })),
      })
      .nullable(),
    reversals: z.array(
      z.strictObject({ object: z.string(), type: z.string(), currency: z.string(), amount: amountV1 }),
    ),
  }),
})

const recordV3 = recordV2.extend({
  otherActivity: z.strictObject({
    explained: z.boolean(),
    decidedBy: z.string().nullable(),
    decidedAt: z.iso.datetime().nullable(),
    movements: z.array(
      z.strictObject({
        type: z.string(),
        product: z.string().nullable(),
        currency: z.string(),
        count: z.int(),
        gross: amountV1,
        fee: amountV1,
        net: amountV1,
      }),
    ),
  }),
})

const noOtherActivity = { explained: false, decidedBy: null, decidedAt: null, movements: [] }

/** The compiler refuses a version that does not give today's record. */
export const recordVersions: ReadonlyMap<number, z.ZodType<ReconciliationRecord>> = new Map<
  number,
  z.ZodType<ReconciliationRecord>
>([
  [
    1,
    recordV1.transform((record) => ({
      ...record,
      beforeTheBooks: { opening: null, reversals: [] },
      otherActivity: noOtherActivity,
    })),
  ],
  [2, recordV2.transform((record) => ({ ...record, otherActivity: noOtherActivity }))],
  [3, recordV3],
])

/** A closing as it is stored. */
export type StoredClosing = {
  readonly month: string
  readonly closedAt: Date
  readonly closedBy: string
  readonly version: number
  /** The record in the shape of its version. */
  readonly stored: unknown
}

/** A month's record, or the closing whose record this release cannot read: of a newer version, or damaged. */
export type MonthRecord =
  | { readonly record: ReconciliationRecord }
  | { readonly record: null; readonly unreadable: StoredClosing }

/** Never throws: what cannot be read is shown as it was stored. */
export function readClosing(closing: StoredClosing): MonthRecord {
  const read = recordVersions.get(closing.version)?.safeParse(closing.stored)
  return read?.success ? { record: read.data } : { record: null, unreadable: closing }
}

/**
 * The payouts that a closed month's record shows as settled and itemised. Of a record that cannot be read, none: its
 * payouts are then compared again, and those that agree stay out of sight.
 */
export function finishedPayouts(closing: StoredClosing): string[] {
  const payouts = readClosing(closing).record?.payouts ?? []
  return payouts
    .filter(
      ({ itemisation, differences }) =>
        itemisation !== 'awaited' &&
        differences.every(({ explained, kind }) => explained && kind !== 'not_settled'),
    )
    .map(({ id }) => id)
}
