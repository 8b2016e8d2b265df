/** Beginnings of our variables' names that no other program is likely to use for a setting of its own. */
const OUR_PREFIXES =
  /^(STRIPE|NEWSROOM|CHECKOUT|RECEIPT|DONATION|SESSION|TRUSTED|SUGGESTED|MINIMUM|MAXIMUM|OIDC|REPORTING|NEWSLETTER|FISCAL|WRITE_OFF|REFUND)_/

export type UnknownName = {
  readonly name: string
  /** The variable that was probably meant; null when none is near. */
  readonly meant: string | null
}

/** The variables that look like ours and are not: a misspelt name would otherwise be ignored without a word. */
export function unknownNames(set: readonly string[], ours: readonly string[]): UnknownName[] {
  const known = new Set(ours)
  return set
    .filter((name) => !known.has(name))
    .map((name) => ({ name, meant: nearest(name, ours) }))
    .filter(({ name, meant }) => meant !== null || OUR_PREFIXES.test(name))
}

function nearest(name: string, ours: readonly string[]): string | null {
  const upper = name.toUpperCase().replaceAll('-', '_')
  const near = ours
    // A short name is near to names of other programs, `HOST` to `HOME` for one.
    .filter((other) => other.length >= 6 && upper.length >= 6)
    // Every letter that one name has more is an edit.
    .filter((other) => Math.abs(other.length - upper.length) <= 2)
    .map((other) => ({ other, edits: editsBetween(upper, other) }))
    .filter(({ other, edits }) => edits <= (other.length >= 10 ? 2 : 1))
    .toSorted((a, b) => a.edits - b.edits)
  return near[0]?.other ?? null
}

/** The optimal string alignment distance: letters inserted, left out, replaced or swapped with the next one. */
function editsBetween(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, at) => at)]
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const cell = (up: number, left: number) => (left === j ? (rows[up] ?? []) : row)[left] ?? Infinity
      const replaced = (rows[i - 1]?.[j - 1] ?? Infinity) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swapped = isSwap ? (rows[i - 2]?.[j - 2] ?? Infinity) + 1 : Infinity
      row.push(Math.min(cell(i - 1, j) + 1, (row[j - 1] ?? Infinity) + 1, replaced, swapped))
    }
    rows.push(row)
  }
  return rows[a.length]?.[b.length] ?? Infinity
}
