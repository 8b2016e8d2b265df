import { z } from 'zod'
import { parseReceiptNumber } from '../receipts/receipt-number.ts'
import { parseCursor } from './donation-cursor.ts'
import { dayAsked } from './time-asked.ts'
import { donationRecord, donationStatuses } from './donation-record.ts'

/** What somebody who types into a search box means: numbers of ours and of Stripe's are looked up, the rest is searched. */
export type Search =
  | { readonly by: 'receipt'; readonly year: number; readonly sequence: bigint }
  | { readonly by: 'payment_intent'; readonly id: string }
  /** A refund or a dispute. */
  | { readonly by: 'money_back'; readonly id: string }
  | { readonly by: 'email'; readonly start: string }
  | { readonly by: 'words'; readonly words: string }

export function searchFor(text: string): Search {
  const receipt = parseReceiptNumber(text)
  if (receipt) return { by: 'receipt', ...receipt }
  if (/^pi_\w+$/.test(text)) return { by: 'payment_intent', id: text }
  if (/^(re|pyr|dp|du)_\w+$/.test(text)) return { by: 'money_back', id: text }
  if (/^[^\s@]+@[^\s@]*$/.test(text)) return { by: 'email', start: text.toLowerCase() }
  return { by: 'words', words: text }
}

const day = dayAsked.optional()
const LARGEST_PAGE = 200
const problem = `must be a whole number from 1 to ${LARGEST_PAGE}`

/** Strict, so that a misspelt filter is an error and not a list of the wrong donations. */
export const donationsQuery = z
  .strictObject({
    from: day.meta({ description: 'First day, in the newsroom’s timezone', example: '2026-01-01' }),
    to: day.meta({ description: 'Last day, inclusive', example: '2026-01-31' }),
    status: z.enum(donationStatuses).optional(),
    q: z
      .string()
      .trim()
      .min(1, 'must not be empty')
      .max(200, 'must have at most 200 characters')
      // Postgres has no text with a NUL in it.
      .refine((text) => !text.includes('\0'), 'must be text')
      .transform(searchFor)
      .optional()
      .meta({
        description:
          'A receipt number, the id of a payment intent, a refund or a dispute, the beginning of an e-mail address, or words from the donor’s name or address or the article',
      }),
    limit: z.coerce
      .number({ error: problem })
      .int(problem)
      .min(1, problem)
      .max(LARGEST_PAGE, problem)
      .default(50),
    cursor: z
      .string()
      .transform((text, context) => {
        const cursor = parseCursor(text)
        if (cursor) return cursor
        context.issues.push({ code: 'custom', message: 'must be a nextCursor of this list', input: text })
        return z.NEVER
      })
      .optional()
      .meta({ description: 'The nextCursor of the page before' }),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    path: ['to'],
    error: 'must not be before from',
  })

export type DonationsQuery = z.output<typeof donationsQuery>

export const donationsAnswer = z
  .strictObject({
    data: z.array(donationRecord),
    nextCursor: z.string().nullable().meta({ description: 'Null on the last page' }),
  })
  .meta({ id: 'Donations' })
