/** What the reader means to give, exactly as it is posted. */
export type Intention = {
  readonly amount: number
  readonly currency: string
  readonly frequency: string
  readonly article: { readonly url: string; readonly title: string }
  readonly campaign?: { readonly source?: string; readonly medium?: string; readonly name?: string }
  readonly locale: string
}

/** The part of `sessionStorage` used here. */
export type KeyStorage = {
  getItem(name: string): string | null
  setItem(name: string, value: string): void
  removeItem(name: string): void
}

/** After half an hour Stripe's page has closed, and whoever clicks again means a new gift. */
const KEY_LIFETIME_MS = 30 * 60_000

const slot = (intention: Intention) => `reader-donation:${JSON.stringify(intention)}`

/**
 * The idempotency key of an intention: the same for every retry, double click and reload in this tab, so that one
 * intention makes one Stripe session. The whole body names the slot, since a key must never meet another body.
 */
export function keyFor(
  intention: Intention,
  storage: KeyStorage,
  nowMs: number,
  newKey: () => string,
): string {
  const [madeAt, known] = storage.getItem(slot(intention))?.split(' ') ?? []
  if (known && nowMs - Number(madeAt) < KEY_LIFETIME_MS) return known
  const key = newKey()
  storage.setItem(slot(intention), `${nowMs} ${key}`)
  return key
}

/** The intention has been carried out (or refused): the next click is a new one. */
export function forget(intention: Intention, storage: KeyStorage): void {
  storage.removeItem(slot(intention))
}

/** The tab's storage; where the browser forbids it, memory, which at least outlives a double click. */
export function tabStorage(open: () => KeyStorage): KeyStorage {
  try {
    const storage = open()
    storage.setItem('reader-donation', '')
    storage.removeItem('reader-donation')
    return storage
  } catch {
    const memory = new Map<string, string>()
    return {
      getItem: (name) => memory.get(name) ?? null,
      setItem: (name, value) => void memory.set(name, value),
      removeItem: (name) => void memory.delete(name),
    }
  }
}
