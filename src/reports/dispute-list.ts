import { z } from 'zod'
import { pageLimit, parsedBy } from '../http/parse.ts'
import { jsonAmount } from '../money/money.ts'

/** Stripe's statuses in which nothing is left to be done (docs.stripe.com/api/disputes/object). */
export const CLOSED_STATUSES = ['won', 'lost', 'warning_closed', 'prevented'] as const

/** The last dispute of a page; the next page goes on after it. */
export type DisputeCursor = { readonly createdAtMicros: string; readonly id: string }

const cursorParts = z.tuple([z.string().regex(/^\d{1,16}$/), z.string().regex(/^\w{1,255}$/)])

/** The cursor as a text that programs pass on without reading it. */
export function disputeCursorText({ createdAtMicros, id }: DisputeCursor): string {
  return Buffer.from(JSON.stringify([createdAtMicros, id])).toString('base64url')
}

/** @returns null for a text that `disputeCursorText` did not write */
function parseDisputeCursor(text: string): DisputeCursor | null {
  try {
    const [createdAtMicros, id] = cursorParts.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    return { createdAtMicros, id }
  } catch {
    return null
  }
}

export const disputesQuery = z.strictObject({
  state: z
    .enum(['open', 'closed'])
    .optional()
    .meta({
      description: `closed: ${CLOSED_STATUSES.join(', ')}. open: in any other status, so that somebody may have to answer`,
    }),
  limit: pageLimit({ usual: 50, largest: 200 }),
  cursor: z
    .string()
    .transform(parsedBy(parseDisputeCursor, 'must be a nextCursor of this list'))
    .optional()
    .meta({ description: 'The nextCursor of the page before' }),
})
export type DisputesQuery = z.output<typeof disputesQuery>

const amount = z.int().meta({ description: 'Minor units of `currency`' })

/** A dispute, or an inquiry that may become one, as programs read it. */
const disputeRecord = z
  .strictObject({
    id: z.string(),
    status: z.string().meta({ description: 'Stripe’s word, of a list that Stripe may extend' }),
    reason: z.string().nullable().meta({ description: 'Stripe’s word, such as fraudulent' }),
    currency: z.string(),
    amount,
    withdrawn: amount.meta({ description: 'What Stripe withdrew less what it reinstated' }),
    evidenceDueBy: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'Until when Stripe takes an answer; null when none is possible' }),
    createdAt: z.iso.datetime(),
    donation: z.strictObject({
      id: z.uuid(),
      gross: amount,
      succeededAt: z.iso.datetime(),
      paymentIntentId: z.string(),
    }),
  })
  .meta({ id: 'Dispute' })

/** A dispute as the database gives it. Amounts in minor units of the currency, which is the donation's. */
export type DisputeRow = {
  readonly id: string
  readonly status: string
  readonly reason: string | null
  readonly currency: string
  readonly amountMinor: bigint
  readonly withdrawnMinor: bigint
  readonly evidenceDueBy: Date | null
  readonly createdAt: Date
  readonly createdAtMicros: bigint
  readonly donationId: string
  readonly grossMinor: bigint
  readonly succeededAt: Date
  readonly paymentIntentId: string
}

export function disputeFrom(row: DisputeRow): z.output<typeof disputeRecord> {
  return {
    id: row.id,
    status: row.status,
    reason: row.reason,
    currency: row.currency,
    amount: jsonAmount(row.amountMinor),
    withdrawn: jsonAmount(row.withdrawnMinor),
    evidenceDueBy: row.evidenceDueBy?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    donation: {
      id: row.donationId,
      gross: jsonAmount(row.grossMinor),
      succeededAt: row.succeededAt.toISOString(),
      paymentIntentId: row.paymentIntentId,
    },
  }
}

export const disputesAnswer = z
  .strictObject({
    data: z.array(disputeRecord),
    nextCursor: z.string().nullable().meta({ description: 'Null on the last page' }),
  })
  .meta({ id: 'Disputes' })
