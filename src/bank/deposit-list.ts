import { z } from 'zod'
import { parsedBy, pageLimit } from '../http/parse.ts'
import { daysOf, parseMonth } from '../calendar/month.ts'
import { parseLocalDate, type LocalDate } from '../calendar/local-date.ts'
import { jsonAmount } from '../money/money.ts'

/** Where the list of deposits goes on. */
export type DepositCursor = { readonly arrivalDate: LocalDate; readonly id: string }

/** Whether a deposit stands on a bank statement; `no_statement` covers its day for the currency until one is uploaded. */
export const bankStates = ['on_statement', 'missing', 'no_statement', 'not_expected'] as const
export type BankState = (typeof bankStates)[number]

const CURSOR = /^(\d{4}-\d{2}-\d{2})~((?:po|tr)_\w{1,100})$/

export function depositCursorText({ arrivalDate, id }: DepositCursor): string {
  return `${arrivalDate}~${id}`
}

function parseDepositCursor(text: string): DepositCursor | null {
  const found = CURSOR.exec(text)
  const arrivalDate = parseLocalDate(found?.[1] ?? '')
  return arrivalDate === null ? null : { arrivalDate, id: found?.[2] ?? '' }
}

const cursor = z.string().transform(parsedBy(parseDepositCursor, 'must be a cursor of this list')).optional()

/** Digits with what may stand on either side of them: a sign, a currency or its code. */
const BANK_AMOUNT = /^\s*[-+]?\s*[^\d.,\s]{0,4}\s*[-+]?\d[\d.,\s'’]*[^\d.,\s]{0,4}\s*$/u

/** The filters of deposits, on the page and in the API. */
export const depositsQuery = z.strictObject({
  month: z
    .string()
    .transform(parsedBy((text) => parseMonth(text), 'must be a month, like 2026-01'))
    .optional()
    .meta({ description: 'The month in which the deposit arrives', example: '2026-01' }),
  amount: z
    .string()
    .max(40)
    .regex(BANK_AMOUNT, 'must be an amount as a bank writes it, like 812.31')
    .optional()
    .meta({ description: 'The amount as the bank statement shows it, in any currency', example: '812.31' }),
  status: z.enum(['pending', 'in_transit', 'paid', 'failed', 'canceled']).optional(),
  bank: z.enum(bankStates).optional().meta({ description: 'What the bank statements say of it' }),
  limit: pageLimit({ usual: 50, largest: 200 }),
  after: cursor.meta({ description: 'A nextCursor: older deposits follow' }),
  before: cursor.meta({ description: 'A previousCursor: newer deposits follow' }),
})
export type DepositsQuery = z.output<typeof depositsQuery>

/** A deposit as the database has it. Minor units. */
export type DepositRow = {
  readonly id: string
  readonly status: string
  readonly currency: string
  readonly amountMinor: bigint
  readonly arrivalDate: LocalDate
  readonly automatic: boolean
  readonly itemised: boolean
  readonly bank: BankState
  readonly bankDay: LocalDate | null
}

const depositRecord = z
  .strictObject({
    id: z.string().meta({ description: 'Stripe’s payout' }),
    status: z.string(),
    amount: z.int().meta({ description: 'Minor units' }),
    currency: z.string(),
    arrivalDate: z.iso.date(),
    automatic: z.boolean(),
    itemised: z.boolean(),
    bank: z.enum(bankStates),
    bankDay: z.iso.date().nullable().meta({ description: 'The day of the bank line that it is matched to' }),
  })
  .meta({ id: 'Deposit' })

export const depositsAnswer = z
  .strictObject({
    data: z.array(depositRecord),
    nextCursor: z.string().nullable(),
    previousCursor: z.string().nullable(),
  })
  .meta({ id: 'Deposits' })

export function depositFrom({ amountMinor, ...row }: DepositRow): z.output<typeof depositRecord> {
  return { ...row, amount: jsonAmount(amountMinor) }
}

/** The first and last day of the query's month. */
export function arrivalDays({ month }: Pick<DepositsQuery, 'month'>) {
  return month === undefined ? null : daysOf(month)
}

/** What the bank says of the deposits that arrived in these days. */
export type DepositsAtTheBank = {
  readonly deposits: bigint
  readonly onStatement: bigint
  readonly missing: bigint
  /** No statement covers their day yet. */
  readonly withoutStatement: bigint
}
