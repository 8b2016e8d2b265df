import { z } from 'zod'
import { frequencies } from '../../checkout/attribution.ts'
import { pageLimit, parsedBy } from '../../http/parse.ts'
import { parseCurrency } from '../../money/currency.ts'
import { parseReceiptNumber } from '../../receipts/receipt-number.ts'
import { donationStatuses } from '../../refunds/donation-balance.ts'
import { parsePlainAmount, parseShownAmount, type ShownAmount } from '../plain-amount.ts'
import { daysInOrder, NOT_BEFORE_FROM, reportDay } from '../report-query.ts'
import { donationRecord } from '../donation-record.ts'
import { reportBasis } from '../totals/grouping.ts'

/** What a text in the search box looks for. Our numbers and Stripe's ids are looked up, other words are searched. */
export type Search =
  | { readonly by: 'receipt'; readonly year: number; readonly sequence: bigint }
  | { readonly by: StripeObject; readonly id: string }
  | { readonly by: 'email'; readonly start: string }
  | ({ readonly by: 'amount' } & ShownAmount)
  | { readonly by: 'words'; readonly words: string }

/** What Stripe's ids begin with. `reversal`: a refund or a dispute. Old payouts are `tr_…`, as domain.md says. */
const STRIPE_IDS = {
  payment_intent: /^pi_\w+$/,
  charge: /^(ch|py)_\w+$/,
  session: /^cs_\w+$/,
  reversal: /^(re|pyr|dp|du)_\w+$/,
  invoice: /^in_\w+$/,
  subscription: /^sub_\w+$/,
  payout: /^(po|tr)_\w+$/,
  balance_transaction: /^txn_\w+$/,
} as const
export type StripeObject = keyof typeof STRIPE_IDS
// `Object.keys` loses the names.
const stripeObjects = Object.keys(STRIPE_IDS) as StripeObject[]

export function parseSearch(text: string): Search {
  const receipt = parseReceiptNumber(text)
  if (receipt) return { by: 'receipt', ...receipt }
  const object = stripeObjects.find((one) => STRIPE_IDS[one].test(text))
  if (object) return { by: object, id: text }
  if (/^[^\s@]+@[^\s@]*$/.test(text)) return { by: 'email', start: text.toLowerCase() }
  const shown = parseShownAmount(text)
  return shown ? { by: 'amount', ...shown } : { by: 'words', words: text }
}

/** The columns by which the list can be sorted. `amount` sorts by currency first: no rate compares two of them. */
export const sorts = ['date', 'amount', 'donor', 'story'] as const
export type Sort = (typeof sorts)[number]

export const orders = ['desc', 'asc'] as const
export type Order = (typeof orders)[number]

/**
 * Where a page goes on: after a donation of the list, or before it. It names the donation alone, so that no address shows
 * what the list is sorted by, a donor's name for instance.
 */
export type DonationCursor = {
  readonly way: 'after' | 'before'
  readonly sort: Sort
  readonly order: Order
  readonly id: string
}

const cursorParts = z.tuple([z.enum(['after', 'before']), z.enum(sorts), z.enum(orders), z.uuid()])

/** The cursor as a text that programs pass on without reading it. */
export function cursorText({ way, sort, order, id }: DonationCursor): string {
  return Buffer.from(JSON.stringify([way, sort, order, id])).toString('base64url')
}

/** @returns null for a text that `cursorText` did not write */
export function parseCursor(text: string): DonationCursor | null {
  try {
    const [way, sort, order, id] = cursorParts.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    return { way, sort, order, id }
  } catch {
    return null
  }
}

const day = reportDay.optional()
const amount = z.string().transform(parsedBy(parsePlainAmount, 'must be an amount such as 12.50')).optional()
// Postgres cannot store a NUL in a text.
const words = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(200, 'must have at most 200 characters')
  .refine((text) => !text.includes('\0'), 'must be text')
const stripeId = (pattern: RegExp, problem: string) => z.string().max(120, problem).regex(pattern, problem)
const RECEIPT = 'must be a receipt number such as 2026-000123'

/** The filters of the list. Each narrows it further. */
export const donationFilterFields = {
  from: day.meta({ description: 'First day, in the newsroom’s timezone', example: '2026-01-01' }),
  to: day.meta({ description: 'Last day, inclusive', example: '2026-01-31' }),
  basis: reportBasis.optional(),
  status: z.enum(donationStatuses).optional(),
  currency: z
    .string()
    .transform(parsedBy((text) => parseCurrency(text.toLowerCase()), 'must be a currency such as usd'))
    .optional(),
  atLeast: amount.meta({ description: 'Smallest gross, as people write it: 12.50; in any currency' }),
  atMost: amount.meta({ description: 'Largest gross, as people write it' }),
  frequency: z.enum(frequencies).optional(),
  story: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(2_000, 'must be an article’s address')
    .refine((text) => !text.includes('\0'), 'must be text')
    .optional()
    .meta({ description: 'The article’s URL' }),
  campaign: words.optional().meta({ description: 'The campaign’s name' }),
  fund: words.optional().meta({
    description: 'The name of a fund: gifts of the campaigns and stories that are restricted to it',
  }),
  payout: stripeId(STRIPE_IDS.payout, 'must be the id of a payout, po_…')
    .optional()
    .meta({ description: 'Gifts of which any movement is part of this payout' }),
  receipt: z
    .string()
    .transform(parsedBy(parseReceiptNumber, RECEIPT))
    .optional()
    .meta({ description: 'The number of any of its receipts, void ones too', example: '2026-000123' }),
  donor: z.uuid('must be the id of a donation').optional().meta({
    description: 'The id of any donation of the donor: all gifts from the same e-mail address',
  }),
  import: z.uuid('must be the id of an import').optional().meta({
    description: 'The id of an import: the gifts that it brought',
  }),
  q: words.transform(parseSearch).optional().meta({
    description:
      'A receipt number, any id of Stripe’s (payment, charge, session, refund, dispute, invoice, subscription, payout, balance transaction), the beginning of an e-mail address, an amount such as 12.50, or words from the donor’s name or address, the article or the message',
  }),
}

/** For `.refine(amountsInOrder, NOT_BELOW_LEAST)`. */
export function amountsInOrder({
  atLeast,
  atMost,
}: {
  readonly atLeast?: unknown
  readonly atMost?: unknown
}) {
  const parsed = z.tuple([amount, amount]).safeParse([atLeast, atMost])
  const [least, most] = parsed.success ? parsed.data : []
  return least === undefined || most === undefined || least.thousandths <= most.thousandths
}
export const NOT_BELOW_LEAST = { path: ['atMost'], error: 'must not be below atLeast', when: () => true }

export const donationOrderFields = {
  sort: z.enum(sorts).default('date'),
  order: z.enum(orders).default('desc'),
  cursor: z
    .string()
    .transform(parsedBy(parseCursor, 'must be a nextCursor or previousCursor of this list'))
    .optional()
    .meta({ description: 'The nextCursor of the page before, or the previousCursor of the page after' }),
}

/** For `.refine(cursorFits, OF_ANOTHER_ORDER)`. */
export function cursorFits(query: {
  readonly sort: Sort
  readonly order: Order
  readonly cursor?: DonationCursor | undefined
}) {
  const { sort, order, cursor } = query
  return cursor === undefined || (cursor.sort === sort && cursor.order === order)
}
export const OF_ANOTHER_ORDER = { path: ['cursor'], error: 'must be of a list in the same order' }

/** Strict: a misspelt filter is a problem, since without it the list would hold other donations than meant. */
export const donationsQuery = z
  .strictObject({
    ...donationFilterFields,
    ...donationOrderFields,
    limit: pageLimit({ usual: 50, largest: 200 }),
  })
  .refine(daysInOrder, NOT_BEFORE_FROM)
  .refine(amountsInOrder, NOT_BELOW_LEAST)
  .refine(cursorFits, OF_ANOTHER_ORDER)

export type DonationsQuery = z.output<typeof donationsQuery>

/** Which donations a query means; a page and a file mean the same. */
export type DonationFilters = Partial<Omit<DonationsQuery, 'limit' | 'cursor' | 'sort' | 'order'>>

/** The filters of the list for a file, which has no pages. */
export const donationsFileQuery = z
  .strictObject(donationFilterFields)
  .refine(daysInOrder, NOT_BEFORE_FROM)
  .refine(amountsInOrder, NOT_BELOW_LEAST)

/** More donations than so many are not added up one by one. */
export const MOST_ADDED_UP = 2_000

export const donationsAnswer = z
  .strictObject({
    data: z.array(donationRecord),
    nextCursor: z.string().nullable().meta({ description: 'Null on the last page' }),
    previousCursor: z.string().nullable().meta({ description: 'Null on the first page' }),
  })
  .meta({ id: 'Donations' })
