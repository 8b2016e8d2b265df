/** The earliest of the given instants; null when there is none. */
export function earliest(first: Date, ...others: readonly (Date | null | undefined)[]): Date
export function earliest(...instants: readonly (Date | null | undefined)[]): Date | null
export function earliest(...instants: readonly (Date | null | undefined)[]): Date | null {
  return instants.reduce<Date | null>(
    (found, next) => (next && (!found || next < found) ? next : found),
    null,
  )
}

/** The latest of the given instants; null when there is none. */
export function latest(first: Date, ...others: readonly (Date | null | undefined)[]): Date
export function latest(...instants: readonly (Date | null | undefined)[]): Date | null
export function latest(...instants: readonly (Date | null | undefined)[]): Date | null {
  return instants.reduce<Date | null>(
    (found, next) => (next && (!found || next > found) ? next : found),
    null,
  )
}
