/**
 * Where a sign-in link is asked for: in a browser in which the person signed in before, or elsewhere, which may be a
 * stranger. The constraints `…_asked_from_is_known` in the database list the same.
 */
export const askedFromPlaces = ['known_browser', 'elsewhere'] as const
export type AskedFrom = (typeof askedFromPlaces)[number]

const MINUTE_MS = 60_000
/** Mails that go out at once within the window. */
const AT_ONCE: Readonly<Record<AskedFrom, number>> = { known_browser: 5, elsewhere: 3 }
/** The window in which mails count: as long as a link is valid. */
export const BUDGET_WINDOW_MS = 15 * MINUTE_MS
/** Beyond those, one mail still goes. */
const THEN_ONE_EVERY_MS = 5 * MINUTE_MS

/**
 * Whether one more link is mailed. Each place has a budget of its own, so that a stranger uses up no budget but the
 * strangers'. A budget that is used up shuts nobody out: whoever reads the mailbox has a link that is at most five
 * minutes old, or gets the next one.
 * @param mailedAt when links asked for from the same place were mailed within the window
 */
export function mayMailLink(askedFrom: AskedFrom, mailedAt: readonly Date[], now: Date): boolean {
  if (mailedAt.length < AT_ONCE[askedFrom]) return true
  const latestMs = Math.max(...mailedAt.map((at) => at.getTime()))
  return now.getTime() - latestMs >= THEN_ONE_EVERY_MS
}
