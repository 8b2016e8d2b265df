/** A list read page by page; while one is looked at, the next is on its way. */
export async function* pagesOf<Row, Place>(
  read: (after: Place | null) => Promise<{ readonly rows: readonly Row[]; readonly next: Place | null }>,
): AsyncGenerator<readonly Row[], void, undefined> {
  let reading = read(null)
  for (;;) {
    const { rows, next } = await reading
    if (next !== null) {
      reading = read(next)
      // It may fail before anybody looks: it is looked at above.
      reading.catch(() => undefined)
    }
    yield rows
    if (next === null) return
  }
}

/** How a store's rows, sorted by their key, make pages. */
export function pageOf<Row, Key>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => Key,
): { readonly rows: readonly Row[]; readonly next: Key | null } {
  const last = rows.at(-1)
  return { rows, next: last === undefined || rows.length < limit ? null : keyOf(last) }
}
