/** Why a try to tell the mailing tool failed. The constraint `newsletter_deliveries_failure_is_known` lists the same. */
export const toolFailures = [
  /** The tool does not take the key: somebody has to correct the settings. */
  'wrong_key',
  /** There is no such audience or newsletter. */
  'wrong_list',
  /** The tool does not take this address. */
  'address_refused',
  'too_many',
  'unavailable',
  'unreachable',
  'other',
] as const
export type ToolFailure = (typeof toolFailures)[number]

export type ToolAction = 'subscribe' | 'unsubscribe'

/** What became of one try. */
export type ToolAnswer =
  | { readonly outcome: 'done' }
  | {
      readonly outcome: 'failed'
      readonly failure: ToolFailure
      /** The tool's HTTP status; null when it did not answer. */
      readonly code: number | null
      /** How long the tool asks to be left alone. */
      readonly retryAfterMs?: number
    }

/** What no later try mends: only a person does. */
const FINAL: readonly ToolFailure[] = ['address_refused', 'wrong_list']

const FIRST_DELAY_MS = 30_000
const LONGEST_DELAY_MS = 6 * 3_600_000
/** With delays that double from half a minute to six hours, the sixteenth try is two days after the first. */
const MOST_ATTEMPTS = 16

/** The time of the next try after `attempts` failed ones; null when somebody has to look at it. */
export function nextTry(
  attempts: number,
  { failure, retryAfterMs = 0 }: Extract<ToolAnswer, { outcome: 'failed' }>,
  now: Date,
): Date | null {
  if (FINAL.includes(failure) || attempts >= MOST_ATTEMPTS) return null
  const delayMs = Math.min(FIRST_DELAY_MS * 2 ** Math.max(attempts - 1, 0), LONGEST_DELAY_MS)
  return new Date(now.getTime() + Math.max(delayMs, Math.min(retryAfterMs, LONGEST_DELAY_MS)))
}
