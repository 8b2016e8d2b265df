import { z } from 'zod'
import { pageLimit, parsedBy } from '../../http/parse.ts'
import type { LedgerEffect } from '../../ledger/ledger.ts'
import { daysInOrder, NOT_BEFORE_FROM, reportDay } from '../report-query.ts'
import { isAccount } from './chart-of-accounts.ts'

/** The journal: every posting of the ledger, a page at a time, oldest first. */

/** A place in the journal: just after, or just before, a ledger transaction. */
export type JournalPlace = {
  readonly direction: 'after' | 'before'
  readonly bookedOn: string
  readonly id: string
}

const PLACE = /^(after|before)\.(\d{4}-\d{2}-\d{2})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

export function journalPlace(text: string): JournalPlace | null {
  const [, direction, bookedOn = '', id = ''] = PLACE.exec(text) ?? []
  if (direction !== 'after' && direction !== 'before') return null
  return z.iso.date().safeParse(bookedOn).success ? { direction, bookedOn, id } : null
}

export function placeText({ direction, bookedOn, id }: JournalPlace): string {
  return `${direction}.${bookedOn}.${id}`
}

export const journalCursor = z
  .string()
  .transform(parsedBy(journalPlace, 'must be a nextCursor or previousCursor of this list'))
  .optional()

export const journalQuery = z
  .strictObject({
    from: reportDay.meta({ description: 'First day, in the newsroom’s timezone', example: '2026-03-01' }),
    to: reportDay.meta({ description: 'Last day, inclusive', example: '2026-03-31' }),
    account: z
      .string()
      .refine(isAccount, 'must be an account of the trial balance')
      .optional()
      .meta({ description: 'Only postings with an entry in this account', example: 'bank' }),
    limit: pageLimit({ usual: 100, largest: 500 }),
    cursor: journalCursor,
  })
  .refine(daysInOrder, NOT_BEFORE_FROM)

export type JournalQuery = {
  readonly from: string
  readonly to: string
  readonly account?: string | undefined
  readonly limit: number
  readonly cursor?: JournalPlace | undefined
}

const journalTransaction = z
  .strictObject({
    id: z.uuid(),
    bookedOn: z.iso.date().meta({ description: 'The newsroom’s day for which it counts' }),
    period: z
      .string()
      .nullable()
      .meta({ description: 'Of a prior-period adjustment: the closed month that it belongs to' }),
    postedAt: z.iso.datetime(),
    occurredAt: z.iso.datetime(),
    effect: z.string(),
    source: z.string().meta({ description: 'What caused it: an id of Stripe’s' }),
    object: z
      .string()
      .meta({ description: 'The Stripe object that events and balance transactions both name' }),
    donationId: z.uuid().nullable(),
    entries: z.array(
      z.strictObject({
        account: z.string(),
        currency: z.string(),
        amount: z.int().meta({ description: 'Minor units; debit positive, credit negative' }),
      }),
    ),
  })
  .meta({ id: 'JournalTransaction' })

export type JournalTransaction = Omit<z.output<typeof journalTransaction>, 'effect'> & {
  readonly effect: LedgerEffect
}

export const journalAnswer = z
  .strictObject({
    data: z.array(journalTransaction),
    nextCursor: z.string().nullable(),
    previousCursor: z.string().nullable(),
  })
  .meta({ id: 'Journal' })

/** Postings of a closed month that were made after it was closed, and count for an open one. */
export const adjustmentsQuery = z.strictObject({
  period: z
    .string()
    .regex(/^[1-9]\d{3}-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-01')
    .meta({ description: 'The closed month that they belong to', example: '2026-02' }),
  limit: pageLimit({ usual: 100, largest: 500 }),
  cursor: journalCursor,
})

/** A page of the journal. The cursors are null where there is nothing more. */
export type JournalPage = {
  readonly data: readonly JournalTransaction[]
  readonly nextCursor: string | null
  readonly previousCursor: string | null
}
