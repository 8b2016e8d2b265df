/** Calls at an even pace: the next one may go at `nextAtMs`. */
export type Pace = { readonly intervalMs: number; readonly nextAtMs: number }

/** Takes the next free moment. @returns how long to wait for it, and the pace after it */
export function nextCall(pace: Pace, nowMs: number): { readonly waitMs: number; readonly pace: Pace } {
  const atMs = Math.max(nowMs, pace.nextAtMs)
  return { waitMs: atMs - nowMs, pace: { ...pace, nextAtMs: atMs + pace.intervalMs } }
}

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000

/** After the n-th refusal in a row for calling too often, counted from 0. */
export function pauseMs(refusals: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** refusals, LONGEST_PAUSE_MS)
}
