import type { ParsedUrlQuery } from 'node:querystring'
import { z } from 'zod'
import { problemsOf } from '../../../http/parse.ts'
import type { FormProblem } from '../../../html/form-problems-view.ts'
import {
  amountsInOrder,
  cursorFits,
  donationFilterFields,
  donationOrderFields,
  NOT_BELOW_LEAST,
  OF_ANOTHER_ORDER,
} from '../../../reports/donation-list/donation-search.ts'
import { daysOfPreset, presets } from '../../../reports/period.ts'
import { daysInOrder, NOT_BEFORE_FROM } from '../../../reports/report-query.ts'
import { text } from '../frame/finance-requests.ts'
import { listFields, type ListAddress } from './list-address-view.ts'

const listQuery = z
  .strictObject({
    ...donationFilterFields,
    ...donationOrderFields,
    period: z.enum(presets).optional(),
    sums: z.literal('all').optional(),
  })
  .refine(daysInOrder, NOT_BEFORE_FROM)
  .refine(amountsInOrder, NOT_BELOW_LEAST)
  .refine(cursorFits, OF_ANOTHER_ORDER)

export type ListRequest =
  | {
      readonly typed: ListAddress
      readonly query: z.output<typeof listQuery>
      readonly problems: readonly []
    }
  | { readonly typed: ListAddress; readonly query: null; readonly problems: readonly FormProblem[] }

/** A form sends the fields that nobody filled in as empty. @param today in the newsroom's timezone */
export function listRequest(asked: ParsedUrlQuery, today: string, fiscalYearStarts: number): ListRequest {
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== ''))
  const typed = typedIn(given)
  const parsed = listQuery.safeParse(given)
  if (!parsed.success) return { typed, query: null, problems: problemsOf(parsed.error).map(formProblem) }
  const { period, from, to } = parsed.data
  const hasDays = from !== undefined || to !== undefined
  const days = period === undefined || hasDays ? {} : daysOfPreset(period, today, fiscalYearStarts)
  return { typed, query: { ...parsed.data, ...days }, problems: [] }
}

function typedIn(given: ParsedUrlQuery): ListAddress {
  return Object.fromEntries(
    listFields.flatMap((name) => {
      const value = given[name]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
}

function formProblem({ pointer }: { readonly pointer: string }): FormProblem {
  const field = listFields.find((name) => pointer === `/${name}`)
  if (field !== undefined) return { fieldId: field, message: text.finance(`gifts.problem.${field}`) }
  const name = pointer.slice(1)
  const words =
    name === 'cursor' ? text.finance('gifts.problem.cursor') : text.finance('gifts.problem.unknown', { name })
  return { fieldId: 'q', message: words }
}

/** The filters of a saved view: what stands in the address, checked like the address. @returns null when it is no list */
export function savedFilters(search: string): string | null {
  const given = Object.fromEntries(new URLSearchParams(search))
  const { typed, query } = listRequest(given, '2000-01-01', 1)
  if (query === null) return null
  return new URLSearchParams(Object.entries(typed)).toString()
}
