import type { z } from 'zod'
import type { Context } from '../state/context.ts'
import type { Rows } from '../state/table.ts'
import type { Transaction } from '../state/transaction.ts'
import type { Endpoint } from './endpoint.ts'
import { noSuch } from './errors.ts'
import { expanded, listPaths } from './expand.ts'
import { page } from './lists.ts'
import type { PageParams } from './lists.ts'
import { onlyExpand, parseParams } from './params.ts'

type Resource<T, Q> = {
  readonly path: string
  /** The name in a refusal: `No such charge: '…'`. */
  readonly kind: string
  /** The parameter that the refusal of an unknown id names; `id` unless given. */
  readonly param?: string
  readonly query: z.ZodType<Q>
  /** Oldest first. */
  rows(context: Context): Rows<T>
  /** Which rows a query selects. May throw a StripeRefusal. */
  matches(query: Q, context: Context): (row: T) => boolean
  /** The object as the API shows it now, where it differs from the stored one. */
  present?(row: T, context: Context): object
}

/** The two endpoints that every kind of object has: list and retrieve. */
export function resourceEndpoints<
  T extends { readonly id: string; readonly created: number },
  Q extends PageParams & { expand?: string[] | undefined },
>(resource: Resource<T, Q>): [list: Endpoint, retrieve: Endpoint] {
  const { path, kind } = resource
  const present = (transaction: Transaction, row: T, expand: readonly string[]): object =>
    expanded(resource.present?.(row, transaction.context) ?? row, expand, transaction)
  return [
    {
      method: 'GET',
      path,
      run(transaction, { params }) {
        const { context } = transaction
        const query = parseParams(resource.query, params)
        const list = page(resource.rows(context), query, path, kind, resource.matches(query, context))
        const expand = listPaths(query.expand ?? [])
        return { ...list, data: list.data.map((row) => present(transaction, row, expand)) }
      },
    },
    {
      method: 'GET',
      path: `${path}/:id`,
      run(transaction, { id, params }) {
        const { expand = [] } = parseParams(onlyExpand, params)
        const rows = resource.rows(transaction.context)
        const row = rows.nth(rows.indexOf(id))
        if (row === undefined) throw noSuch(kind, id, resource.param)
        return present(transaction, row, expand)
      },
    },
  ]
}

/** Whether a list's filter, undefined when the caller does not filter, admits the value. */
export function admits(filter: string | undefined, value: unknown): boolean {
  return filter === undefined || filter === value
}
