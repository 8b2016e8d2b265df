const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** How long after each failed try the next one comes: the schedule of the Standard Webhooks specification, three days in all. */
const DELAYS_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
] as const

/** An endpoint that has failed for so long, without a single delivery that it took, is disabled. */
export const FAILING_WINDOW_MS = 72 * HOUR_MS

/**
 * The time of the next try after `attempts` failed ones; null when the delivery is given up.
 * @param spread 0 to 1: by chance, so that what failed together does not come again together
 */
export function nextDelivery(attempts: number, now: Date, spread: number): Date | null {
  const delayMs = DELAYS_MS[attempts - 1]
  return delayMs === undefined ? null : new Date(now.getTime() + delayMs * (1 + spread / 10))
}
