/**
 * Rows by id that also know the order in which they were first written, so that a page is cut without a search.
 * Made empty and filled by `set`: Map's own constructor would fill it before there is an order to keep.
 */
export class Table<V> extends Map<string, V> {
  readonly #ids: string[] = []
  readonly #places = new Map<string, number>()

  override set(id: string, value: V): this {
    if (!this.has(id)) {
      this.#places.set(id, this.#ids.length)
      this.#ids.push(id)
    }
    return super.set(id, value)
  }

  /** The row that was first written as the n-th, counted from 0; undefined beyond the last, and when deleted. */
  nth(n: number): V | undefined {
    const id = this.#ids[n]
    return id === undefined ? undefined : this.get(id)
  }

  /** -1 when there is none. */
  placeOf(id: string): number {
    return this.#places.get(id) ?? -1
  }
}

export type ReadonlyTable<V> = ReadonlyMap<string, V> & Pick<Table<V>, 'nth' | 'placeOf'>

/** What a list is cut from, oldest first. */
export type Rows<T> = {
  readonly length: number
  /** Undefined at both ends. */
  at(n: number): T | undefined
  /** -1 when there is none. */
  placeOf(id: string): number
}

export function rowsOf<V, T>(table: ReadonlyTable<V>, shown: (value: V) => T): Rows<T> {
  return {
    length: table.size,
    at(n) {
      const value = table.nth(n)
      return value === undefined ? undefined : shown(value)
    },
    placeOf: (id) => table.placeOf(id),
  }
}

export function rowsOfList<T extends { readonly id: string }>(list: readonly T[]): Rows<T> {
  return {
    length: list.length,
    at: (n) => list[n],
    placeOf: (id) => list.findIndex((row) => row.id === id),
  }
}
