import { z } from 'zod'
import { pageLimit, parsedBy } from '../http/parse.ts'
import { parseReceiptNumber } from '../receipts/receipt-number.ts'
import { donationStatuses } from '../refunds/donation-balance.ts'
import { donationRecord } from './donation-record.ts'
import { daysInOrder, NOT_BEFORE_FROM, reportDay } from './report-query.ts'
import { reportBasis } from './totals/grouping.ts'

/** What a text in the search box looks for. Our numbers and Stripe's ids are looked up, other words are searched. */
export type Search =
  | { readonly by: 'receipt'; readonly year: number; readonly sequence: bigint }
  | { readonly by: 'payment_intent'; readonly id: string }
  /** A refund or a dispute. */
  | { readonly by: 'reversal'; readonly id: string }
  | { readonly by: 'email'; readonly start: string }
  | { readonly by: 'words'; readonly words: string }

export function parseSearch(text: string): Search {
  const receipt = parseReceiptNumber(text)
  if (receipt) return { by: 'receipt', ...receipt }
  if (/^pi_\w+$/.test(text)) return { by: 'payment_intent', id: text }
  if (/^(re|pyr|dp|du)_\w+$/.test(text)) return { by: 'reversal', id: text }
  if (/^[^\s@]+@[^\s@]*$/.test(text)) return { by: 'email', start: text.toLowerCase() }
  return { by: 'words', words: text }
}

/**
 * The last donation of a page; the next page goes on after it. The time is in microseconds, as Postgres counts: rounded
 * to the milliseconds of a JavaScript date, a page would repeat or skip donations of the same millisecond.
 */
export type DonationCursor = { readonly succeededAtMicros: string; readonly id: string }

const cursorParts = z.tuple([z.string().regex(/^\d{1,16}$/), z.uuid()])

/** The cursor as a text that programs pass on without reading it. */
export function cursorText({ succeededAtMicros, id }: DonationCursor): string {
  return Buffer.from(JSON.stringify([succeededAtMicros, id])).toString('base64url')
}

/** @returns null for a text that `cursorText` did not write */
export function parseCursor(text: string): DonationCursor | null {
  try {
    const [succeededAtMicros, id] = cursorParts.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    return { succeededAtMicros, id }
  } catch {
    return null
  }
}

const day = reportDay.optional()

/** Strict: a misspelt filter is a problem, since without it the list would hold other donations than meant. */
export const donationsQuery = z
  .strictObject({
    from: day.meta({ description: 'First day, in the newsroom’s timezone', example: '2026-01-01' }),
    to: day.meta({ description: 'Last day, inclusive', example: '2026-01-31' }),
    basis: reportBasis.optional(),
    status: z.enum(donationStatuses).optional(),
    q: z
      .string()
      .trim()
      .min(1, 'must not be empty')
      .max(200, 'must have at most 200 characters')
      // Postgres cannot store a NUL in a text.
      .refine((text) => !text.includes('\0'), 'must be text')
      .transform(parseSearch)
      .optional()
      .meta({
        description:
          'A receipt number, the id of a payment intent, a refund or a dispute, the beginning of an e-mail address, or words from the donor’s name or address or the article',
      }),
    limit: pageLimit({ usual: 50, largest: 200 }),
    cursor: z
      .string()
      .transform(parsedBy(parseCursor, 'must be a nextCursor of this list'))
      .optional()
      .meta({ description: 'The nextCursor of the page before' }),
  })
  .refine(daysInOrder, NOT_BEFORE_FROM)

export type DonationsQuery = z.output<typeof donationsQuery>

const { limit: _limit, cursor: _cursor, ...filters } = donationsQuery.shape

/** The filters of the list for a file, which has no pages. */
export const donationsFileQuery = z.strictObject(filters).refine(daysInOrder, NOT_BEFORE_FROM)

export const donationsAnswer = z
  .strictObject({
    data: z.array(donationRecord),
    nextCursor: z.string().nullable().meta({ description: 'Null on the last page' }),
  })
  .meta({ id: 'Donations' })
