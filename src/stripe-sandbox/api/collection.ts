import { z } from 'zod'
import { read } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'
import { noSuch } from './errors.ts'
import { expanded, listPaths } from './expand.ts'
import { page } from './lists.ts'
import type { PageParams } from './lists.ts'
import { parseParams, text } from './params.ts'
import type { Scene } from '../state.ts'
import type { Rows } from '../table.ts'

export const onlyExpand = z.strictObject({ expand: z.array(text()).optional() })

type Row = { readonly id: string; readonly created: number }

export type Collection<T extends Row, Q> = {
  readonly path: string
  /** As refusals name it: `No such charge: '…'`. */
  readonly kind: string
  /** The parameter refusals of an unknown id name. */
  readonly param?: string
  readonly query: z.ZodType<Q>
  /** Oldest first. */
  rows(scene: Scene): Rows<T>
  /** Which rows a query asks for. May refuse the query. */
  matches(query: Q, scene: Scene): (row: T) => boolean
  /** As it is read now, where that differs from what is kept. */
  present?(row: T, scene: Scene): object
}

/** The two routes every kind of object has: `GET` of all and `GET` of one. */
export function collection<T extends Row, Q extends PageParams & { expand?: string[] | undefined }>(
  its: Collection<T, Q>,
): [list: Endpoint, retrieve: Endpoint] {
  const shown = (scene: Scene, row: T, expand: readonly string[]): object =>
    expanded(its.present === undefined ? row : its.present(row, scene), expand, scene)
  return [
    {
      method: 'GET',
      path: its.path,
      run(scene, { params }) {
        const query = parseParams(its.query, params)
        const cut = page(its.rows(scene), query, its.path, its.kind, its.matches(query, scene))
        const paths = listPaths(query.expand ?? [])
        return read({ ...cut, data: cut.data.map((row) => shown(scene, row, paths)) })
      },
    },
    {
      method: 'GET',
      path: `${its.path}/:id`,
      run(scene, { id, params }) {
        const { expand = [] } = parseParams(onlyExpand, params)
        const rows = its.rows(scene)
        const row = rows.at(rows.placeOf(id))
        if (row === undefined) throw noSuch(its.kind, id, its.param)
        return read(shown(scene, row, expand))
      },
    },
  ]
}

/** A filter asks for nothing, or for exactly this. */
export function asked(want: string | undefined, has: unknown): boolean {
  return want === undefined || want === has
}

/** For tables that keep the objects as they are shown. */
export function itself<T>(value: T): T {
  return value
}
