import { z } from 'zod'
import { noSuch, refused } from './errors.ts'
import { integer, text } from './params.ts'

export const range = z.union([
  integer(0),
  z.strictObject({
    gt: integer(0).optional(),
    gte: integer(0).optional(),
    lt: integer(0).optional(),
    lte: integer(0).optional(),
  }),
])

/** The parameters every list has. */
export const pageParams = {
  limit: integer(1).optional(),
  starting_after: text().optional(),
  ending_before: text().optional(),
  created: range.optional(),
  expand: z.array(text()).optional(),
}

export type PageParams = {
  readonly limit?: number | undefined
  readonly starting_after?: string | undefined
  readonly ending_before?: string | undefined
  readonly created?: z.infer<typeof range> | undefined
}

const DEFAULT_LIMIT = 10
const MAX_LIMIT = 100

export type Page<T> = { object: 'list'; data: T[]; has_more: boolean; url: string }

/**
 * One page, newest first, as Stripe cuts it.
 * @param rows every row that matches, oldest first.
 * @param kind for the refusal of an unknown cursor: `No such event: 'evt_…'`.
 */
export function page<T extends { readonly id: string; readonly created?: number }>(
  rows: readonly T[],
  params: PageParams,
  url: string,
  kind: string,
): Page<T> {
  const limit = params.limit ?? DEFAULT_LIMIT
  if (limit > MAX_LIMIT) {
    throw refused(
      'parameter_invalid_integer',
      `This value must be less than or equal to ${MAX_LIMIT}.`,
      'limit',
    )
  }
  if (params.starting_after !== undefined && params.ending_before !== undefined) {
    const message = 'You cannot use both `starting_after` and `ending_before`.'
    throw refused('parameters_exclusive', message, 'starting_after')
  }
  const isAsked = (row: T): boolean => inRange(row.created, params.created)
  const newestFirst = rows.toReversed()
  const at = (param: 'starting_after' | 'ending_before', id: string): number => {
    const index = newestFirst.findIndex((row) => row.id === id)
    if (index === -1) throw noSuch(kind, id, param, 400)
    return index
  }
  if (params.ending_before !== undefined) {
    // The page just before the cursor, not the first page of all.
    const before = newestFirst.slice(0, at('ending_before', params.ending_before)).filter(isAsked)
    return { object: 'list', data: before.slice(-limit), has_more: before.length > limit, url }
  }
  const start = params.starting_after === undefined ? 0 : at('starting_after', params.starting_after) + 1
  const after = newestFirst.slice(start).filter(isAsked)
  return { object: 'list', data: after.slice(0, limit), has_more: after.length > limit, url }
}

/** `created[gte]=…` and the like; seconds since 1970. */
export function inRange(moment: number | undefined, asked: PageParams['created']): boolean {
  if (asked === undefined || moment === undefined) return true
  if (typeof asked === 'number') return moment === asked
  return (
    moment > (asked.gt ?? -1) &&
    moment >= (asked.gte ?? 0) &&
    moment < (asked.lt ?? Infinity) &&
    moment <= (asked.lte ?? Infinity)
  )
}
