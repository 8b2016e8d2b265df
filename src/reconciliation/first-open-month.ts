import { neighbour, type Month } from '../calendar/month.ts'

/**
 * The month to be closed next, which also shows what earlier ones left open. One that was closed long before anything
 * was booked asks for none of the empty ones after it.
 * @returns null while nothing was booked and nothing closed
 */
export function firstOpenMonth(closedSoFar: {
  readonly last: Month | null
  /** The first month with anything booked. */
  readonly first: Month | null
}): Month | null {
  const { last, first } = closedSoFar
  const afterLast = last === null ? first : neighbour(last, 1)
  return afterLast !== null && first !== null && first > afterLast ? first : afterLast
}
