import { z } from 'zod'
import { noSuch, refused } from './errors.ts'
import { integer, text } from './params.ts'
import type { Rows } from '../table.ts'

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
 * @param rows all there are, oldest first.
 * @param wanted which of them are asked for. A cursor may be a row that is not: it was, when it was listed.
 * @param kind for the refusal of an unknown cursor: `No such event: 'evt_…'`.
 */
export function page<T extends { readonly id: string; readonly created?: number }>(
  rows: Rows<T>,
  params: PageParams,
  url: string,
  kind: string,
  wanted: (row: T) => boolean = () => true,
): Page<T> {
  const { limit = DEFAULT_LIMIT, starting_after: after, ending_before: before } = params
  if (limit > MAX_LIMIT) {
    throw refused(
      'parameter_invalid_integer',
      `This value must be less than or equal to ${MAX_LIMIT}.`,
      'limit',
    )
  }
  if (after !== undefined && before !== undefined) {
    const message = 'You cannot use both `starting_after` and `ending_before`.'
    throw refused('parameters_exclusive', message, 'starting_after')
  }
  const at = (param: 'starting_after' | 'ending_before', id: string): number => {
    const index = rows.placeOf(id)
    if (index === -1) throw noSuch(kind, id, param, 400)
    return index
  }
  // One more than the limit, walking away from the cursor: whether there are more is then known.
  const found: T[] = []
  const take = (start: number, step: 1 | -1): void => {
    for (let index = start; found.length <= limit; index += step) {
      const row = rows.at(index)
      if (row === undefined) return
      if (inRange(row.created, params.created) && wanted(row)) found.push(row)
    }
  }
  if (before === undefined) take(after === undefined ? rows.length - 1 : at('starting_after', after) - 1, -1)
  else take(at('ending_before', before) + 1, 1)
  const cut = found.slice(0, limit)
  const data = before === undefined ? cut : cut.toReversed()
  return { object: 'list', data, has_more: found.length > limit, url }
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
