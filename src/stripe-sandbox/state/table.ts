/**
 * Rows by id that also know the order in which they were first written, so that a page is cut without a search.
 * A table starts empty and is filled by `set`: Map's own constructor would fill it before there is an order to keep.
 */
export class Table<V> extends Map<string, V> {
  readonly #ids: string[] = []
  readonly #indexes = new Map<string, number>()

  override set(id: string, value: V): this {
    if (!this.has(id)) {
      this.#indexes.set(id, this.#ids.length)
      this.#ids.push(id)
    }
    return super.set(id, value)
  }

  /** The row that was first written as the n-th, counted from 0; undefined beyond the last, and when deleted. */
  nth(n: number): V | undefined {
    const id = this.#ids[n]
    return id === undefined ? undefined : this.get(id)
  }

  /** -1 when there is no such row. */
  indexOf(id: string): number {
    return this.#indexes.get(id) ?? -1
  }
}

export type ReadonlyTable<V> = ReadonlyMap<string, V> & Pick<Table<V>, 'nth' | 'indexOf'>

/** What a list is cut from, oldest first. */
export type Rows<T> = {
  readonly length: number
  /** Undefined at both ends. */
  nth(n: number): T | undefined
  /** -1 when there is no such row. */
  indexOf(id: string): number
}

/** @param toObject finds the object to show in a row, for tables whose rows hold more than that. */
export function rowsOf<V>(table: ReadonlyTable<V>): Rows<V>
export function rowsOf<V, T>(table: ReadonlyTable<V>, toObject: (value: V) => T): Rows<T>
export function rowsOf<V, T>(table: ReadonlyTable<V>, toObject?: (value: V) => T): Rows<V | T> {
  return {
    length: table.size,
    nth(n) {
      const value = table.nth(n)
      return value === undefined || toObject === undefined ? value : toObject(value)
    },
    indexOf: (id) => table.indexOf(id),
  }
}

export function rowsOfList<T extends { readonly id: string }>(list: readonly T[]): Rows<T> {
  return {
    length: list.length,
    nth: (n) => list[n],
    indexOf: (id) => list.findIndex((row) => row.id === id),
  }
}
