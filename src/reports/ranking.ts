import { z } from 'zod'
import { parsedBy } from '../http/parse.ts'
import { daysInOrder, NOT_BEFORE_FROM } from './report-query.ts'
import { hasNameOrDays, NAME_OR_DAYS, periodFields } from './report-period.ts'
import type { FiguresCursor } from './totals/figures.ts'

/** What stories and campaigns can be sorted by; names by the alphabet, amounts and counts the largest first. */
export const rankingSorts = ['net', 'gross', 'donations', 'key'] as const
export type RankingSort = (typeof rankingSorts)[number]

const cursorParts = z.tuple([
  z
    .string()
    .refine((key) => !key.includes('\0')) // Postgres cannot store a NUL in a text.
    .nullable(),
  z
    .string()
    .regex(/^-?\d{1,18}$/)
    .transform(BigInt),
])

/** Where a page of stories or campaigns goes on, for an address. */
export function rankingCursorText({ key, value }: FiguresCursor): string {
  return Buffer.from(JSON.stringify([key, String(value)])).toString('base64url')
}

/** @returns null for a text that `rankingCursorText` did not write */
function parseRankingCursor(text: string): FiguresCursor | null {
  try {
    const [key, value] = cursorParts.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    return { key, value }
  } catch {
    return null
  }
}

const rankingFields = { ...periodFields, sort: z.enum(rankingSorts).default('net') }

/** The query of a file of all stories or campaigns. */
export const rankingFileQuery = z
  .strictObject(rankingFields)
  .refine(hasNameOrDays, NAME_OR_DAYS)
  .refine(daysInOrder, NOT_BEFORE_FROM)
export type RankingFileQuery = z.output<typeof rankingFileQuery>

/** The query of a page of stories or campaigns. */
export const rankingQuery = z
  .strictObject({
    ...rankingFields,
    cursor: z
      .string()
      .max(4000)
      .transform(parsedBy(parseRankingCursor, 'must be of one of our links'))
      .optional(),
  })
  .refine(hasNameOrDays, NAME_OR_DAYS)
  .refine(daysInOrder, NOT_BEFORE_FROM)
