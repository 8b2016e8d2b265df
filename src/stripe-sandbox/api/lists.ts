import { z } from 'zod'
import { noSuch, refused } from './errors.ts'
import { integer, text } from './params.ts'
import type { Rows } from '../state/table.ts'

export const rangeParam = z.union([
  integer(0),
  z.strictObject({
    gt: integer(0).optional(),
    gte: integer(0).optional(),
    lt: integer(0).optional(),
    lte: integer(0).optional(),
  }),
])

/** The parameters that every list takes. */
export const pageParams = {
  limit: integer(1).optional(),
  starting_after: text().optional(),
  ending_before: text().optional(),
  created: rangeParam.optional(),
  expand: z.array(text()).optional(),
}

export type PageParams = {
  readonly limit?: number | undefined
  readonly starting_after?: string | undefined
  readonly ending_before?: string | undefined
  readonly created?: z.infer<typeof rangeParam> | undefined
}

const DEFAULT_LIMIT = 10
const MAX_LIMIT = 100

type Page<T> = { object: 'list'; data: T[]; has_more: boolean; url: string }

/**
 * One page of a list, newest first.
 * @param rows every row, oldest first.
 * @param kind the name in the refusal of an unknown cursor: `No such event: 'evt_…'`.
 * @param matches selects rows. The cursor need not match: it may have matched when it was listed.
 */
export function page<T extends { readonly id: string; readonly created?: number }>(
  rows: Rows<T>,
  params: PageParams,
  url: string,
  kind: string,
  matches: (row: T) => boolean = () => true,
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
  const cursorIndex = (param: 'starting_after' | 'ending_before', id: string): number => {
    const index = rows.indexOf(id)
    if (index === -1) throw noSuch(kind, id, param, 400)
    return index
  }
  // One row more than the limit shows whether there is another page.
  const found: T[] = []
  const collect = (start: number, step: 1 | -1): void => {
    for (let index = start; found.length <= limit; index += step) {
      const row = rows.nth(index)
      if (row === undefined) return
      if (inRange(row.created, params.created) && matches(row)) found.push(row)
    }
  }
  if (before !== undefined) collect(cursorIndex('ending_before', before) + 1, 1)
  else collect(after === undefined ? rows.length - 1 : cursorIndex('starting_after', after) - 1, -1)
  const selected = found.slice(0, limit)
  const data = before === undefined ? selected : selected.toReversed()
  return { object: 'list', data, has_more: found.length > limit, url }
}

/** Whether a time, in seconds since 1970, lies in a range such as `created[gte]=…`. */
export function inRange(time: number | undefined, range: PageParams['created']): boolean {
  if (range === undefined || time === undefined) return true
  if (typeof range === 'number') return time === range
  return (
    time > (range.gt ?? -1) &&
    time >= (range.gte ?? 0) &&
    time < (range.lt ?? Infinity) &&
    time <= (range.lte ?? Infinity)
  )
}
