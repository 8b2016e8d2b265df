import { z } from 'zod'
import type { ReconciliationRecord } from '../reconciliation-record.ts'

/**
 * How the records of closed months are read back. A closed month's record never changes, so it keeps the shape of the
 * release that closed the month, and its row names that shape's version.
 *
 * When `reconciliationRecord` changes: leave every schema below as it is, add the new shape under the next number, raise
 * RECORD_VERSION to it, turn the older versions into the new shape with `.transform`, and add a stored record of the new
 * version to `test/fixtures`.
 */
export const RECORD_VERSION = 4

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

const differenceV4 = differenceV1.extend({
  type: z.string().nullable(),
  explanation: z
    .strictObject({ id: z.string(), reason: z.string(), madeBy: z.string(), madeAt: z.iso.datetime() })
    .nullable(),
})
const decidedV4 = z
  .strictObject({ by: z.string(), at: z.iso.datetime(), reason: z.string().nullable() })
  .nullable()
const recordV4 = recordV3.extend({
  payouts: z.array(payoutV1.extend({ differences: z.array(differenceV4) })),
  differences: z.array(differenceV4),
  signOffs: z.array(recordV1.shape.signOffs.element.extend({ month: z.string() })),
  writeOffs: z.array(
    z.strictObject({
      id: z.string(),
      month: z.string(),
      kind: z.string(),
      object: z.string(),
      currency: z.string(),
      amount: amountV1,
      fromAccount: z.string(),
      toAccount: z.string(),
      reason: z.string(),
      needsApproval: z.boolean(),
      preparedBy: z.string(),
      preparedAt: z.iso.datetime(),
      posted: decidedV4,
      declined: decidedV4,
      reversed: decidedV4,
    }),
  ),
  exports: z.array(z.strictObject({ name: z.string(), sha256: z.string() })),
  otherActivity: recordV3.shape.otherActivity.extend({ reason: z.string().nullable() }),
})

const noOtherActivity = { explained: false, decidedBy: null, decidedAt: null, movements: [] }

/** Until version 3 no standing explanation and no write-off was known, and a sign-off did not name its month. */
function fromV3(record: z.output<typeof recordV3>): ReconciliationRecord {
  const withoutExplanation = (one: z.output<typeof differenceV1>) => ({
    ...one,
    type: null,
    explanation: null,
  })
  return {
    ...record,
    payouts: record.payouts.map((payout) => ({
      ...payout,
      differences: payout.differences.map(withoutExplanation),
    })),
    differences: record.differences.map(withoutExplanation),
    signOffs: record.signOffs.map((signOff) => ({ ...signOff, month: record.month })),
    writeOffs: [],
    exports: [],
    otherActivity: { ...record.otherActivity, reason: null },
  }
}

/** The compiler refuses a version that does not give today's record. */
export const recordVersions: ReadonlyMap<number, z.ZodType<ReconciliationRecord>> = new Map<
  number,
  z.ZodType<ReconciliationRecord>
>([
  [
    1,
    recordV1.transform((record) =>
      fromV3({
        ...record,
        beforeTheBooks: { opening: null, reversals: [] },
        otherActivity: noOtherActivity,
      }),
    ),
  ],
  [2, recordV2.transform((record) => fromV3({ ...record, otherActivity: noOtherActivity }))],
  [3, recordV3.transform(fromV3)],
  [4, recordV4],
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
