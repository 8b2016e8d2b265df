import { leftSlot, type KeyStorage } from './intention.ts'

/** What became of the gift that this tab left the article for. */
export type Outcome = 'notPaid' | 'notPaidFailed' | 'paid' | 'onItsWay'

const OUTCOMES: Readonly<Record<string, Outcome | undefined>> = {
  open: 'notPaid',
  failed: 'notPaidFailed',
  processing: 'onItsWay',
  succeeded: 'paid',
}

/** Remembers which payment page the reader was sent to. @param place which widget of which article */
export function rememberLeaving(sessionId: string, place: string, storage: KeyStorage): void {
  storage.setItem(leftSlot(place), sessionId)
}

function forgetLeaving(place: string, storage: KeyStorage): void {
  storage.removeItem(leftSlot(place))
}

/**
 * Asks the service, once, what became of it: a page that only knows that the reader is back could not say that nothing was
 * charged. @returns null when nobody left, or when it cannot be known
 */
export async function outcomeOfLeaving(
  service: string,
  place: string,
  storage: KeyStorage,
): Promise<Outcome | null> {
  const sessionId = storage.getItem(leftSlot(place))
  if (!sessionId) return null
  try {
    const answer = await fetch(`${service}/checkout-sessions/${encodeURIComponent(sessionId)}`, {
      credentials: 'omit',
      cache: 'no-store',
    })
    const { status } = Object((await answer.json()) as unknown) as { status?: unknown }
    const outcome = OUTCOMES[String(status)] ?? null
    if (outcome !== 'notPaid') forgetLeaving(place, storage)
    return outcome
  } catch {
    return null
  }
}
