export const DAY_MS = 24 * 60 * 60 * 1000

/** Stripe's unit of time: whole seconds since 1970. */
export function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}

/** The start of the day in UTC. Argument and result are ms since 1970. */
export function dayStart(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS
}
