/** The earliest of the instants that are known; the first of equal ones. Null when none is known. */
export function earliest(first: Date, ...others: readonly (Date | null | undefined)[]): Date
export function earliest(...instants: readonly (Date | null | undefined)[]): Date | null
export function earliest(...instants: readonly (Date | null | undefined)[]): Date | null {
  return instants.reduce<Date | null>(
    (found, next) => (next && (!found || next < found) ? next : found),
    null,
  )
}

/** The latest of the instants that are known; the first of equal ones. Null when none is known. */
export function latest(first: Date, ...others: readonly (Date | null | undefined)[]): Date
export function latest(...instants: readonly (Date | null | undefined)[]): Date | null
export function latest(...instants: readonly (Date | null | undefined)[]): Date | null {
  return instants.reduce<Date | null>(
    (found, next) => (next && (!found || next > found) ? next : found),
    null,
  )
}
