/** What the reader wants to give, exactly as it is posted. */
export type Intention = {
  readonly amount: number
  readonly currency: string
  readonly frequency: string
  readonly coverFees?: boolean
  /** The reader ticked the box. */
  readonly newsletter?: boolean
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

/** Stripe's page closes after half an hour; a later click is a new gift. */
const KEY_LIFETIME_MS = 30 * 60_000

const slot = (intention: Intention) => `reader-donation:${JSON.stringify(intention)}`

/**
 * The idempotency key of an intention: the same for every retry, double click and reload in this tab, so that one
 * intention makes one Stripe session. The whole body is part of the storage's key, because an idempotency key must
 * never be sent with another body.
 */
export function keyFor(
  intention: Intention,
  storage: KeyStorage,
  nowMs: number,
  newKey: () => string,
): string {
  const [madeAt, stored] = storage.getItem(slot(intention))?.split(' ') ?? []
  if (stored && nowMs - Number(madeAt) < KEY_LIFETIME_MS) return stored
  const key = newKey()
  storage.setItem(slot(intention), `${nowMs} ${key}`)
  return key
}

/** Forgets the key after the gift was carried out or refused; the next click is a new gift. */
export function forget(intention: Intention, storage: KeyStorage): void {
  storage.removeItem(slot(intention))
}

/** What stands in the form, as the reader left it. */
export type Choice = {
  readonly amount: string
  readonly own: string
  readonly frequency: string
  readonly cover: boolean
  readonly newsletter: boolean
}

const choiceSlot = (place: string) => `reader-donation:choice:${place}`

/** Keeps what is chosen: it is there again after a reload and on the way back from Stripe. @param place which widget of which article */
export function keepChoice(choice: Choice, place: string, storage: KeyStorage): void {
  storage.setItem(choiceSlot(place), JSON.stringify(choice))
}

/** What `keepChoice` kept; what is not there is undefined. */
export function keptChoice(place: string, storage: KeyStorage): Partial<Choice> {
  return Object(JSON.parse(storage.getItem(choiceSlot(place)) ?? '{}')) as Partial<Choice> // written above
}

/** Where the payment page is remembered that the reader was sent to. @param place which widget of which article */
export const leftSlot = (place: string) => `reader-donation:left:${place}`

/** The tab's storage, or memory where the browser forbids it; memory still covers a double click. */
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
