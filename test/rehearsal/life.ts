import type { Act, GiftKey, Told, Wish } from './acts.ts'
import type { Dice } from './dice.ts'
import { amountIn, USUAL } from './money.ts'
import { DAY_MS, HOUR_MS } from './time.ts'

/** What a reader's life is told with. */
export type Life = {
  readonly reader: number
  readonly dice: Dice
  /** When the reader comes. */
  readonly startMs: number
  /** The curtain: nothing is told after it. */
  readonly endMs: number
  tell(atMs: number, act: Act | null, ...told: readonly Told[]): void
}

/** A gift that was given, and what the rest of its life must know. */
export type Gift = {
  readonly key: GiftKey
  readonly amount: number
  readonly currency: string
  readonly atMs: number
}

const ARTICLES = [
  ['ferry-returns', 'The ferry returns'],
  ['school-budget', 'Where the school budget went'],
  ['mill-lane', 'Mill Lane floods again'],
  ['library', 'The library stays open'],
  ['council', 'What the council did not say'],
] as const
const CAMPAIGNS = ['spring', 'members-week', 'year-end'] as const

export function wishOf(dice: Dice, over: Partial<Wish> = {}): Wish {
  const [slug, title] = dice.pick(ARTICLES)
  return {
    ...plainWish(dice, over),
    ...(dice.often(0.8) ? { article: { url: `https://courier.example/${slug}`, title } } : {}),
    ...(dice.often(0.4) ? { campaign: { source: 'newsletter', name: dice.pick(CAMPAIGNS) } } : {}),
  }
}

/** Nobody knows where it came from. */
export function plainWish(dice: Dice, over: Partial<Wish> = {}): Wish {
  const currency = over.currency ?? dice.pick(USUAL)
  return { currency, amount: amountIn(currency, dice), frequency: 'once', ...over }
}

/** Some moment of the day that comes so many days after; by day, since rates move at midnight. */
export function daysLater(ms: number, days: number, dice: Dice): number {
  const midnight = Math.floor(ms / DAY_MS) * DAY_MS
  return midnight + days * DAY_MS + dice.int(7 * 3600, 21 * 3600) * 1000
}

/** The page is opened, and paid a little later. Answers when. */
export function opens({ reader, startMs, dice, tell }: Life, wish: Wish, clicks: 1 | 2 = 1): number {
  tell(startMs, { kind: 'open', reader, wish, clicks })
  return startMs + dice.int(20, 900) * 1000
}

/** @param frequency null: given to somebody else */
export function given(gift: Gift, wish: Wish, frequency: Wish['frequency'] | null = wish.frequency): Told {
  return {
    kind: 'given',
    gift: gift.key,
    frequency,
    currency: gift.currency,
    amount: gift.amount,
    article: wish.article?.url ?? null,
    campaign: wish.campaign?.name ?? null,
  }
}

/** A gift by card. */
export function cardGift(life: Life, wish = wishOf(life.dice), clicks: 1 | 2 = 1): Gift {
  const { reader, tell } = life
  const atMs = opens(life, wish, clicks)
  const gift = { key: String(reader), amount: wish.amount, currency: wish.currency, atMs }
  tell(atMs, { kind: 'pay', reader, how: 'card' }, given(gift, wish))
  return gift
}

/** A debit that the bank has not spoken of yet. */
export function sendDebit(life: Life, wish: Wish): { readonly key: GiftKey; readonly paidMs: number } {
  const { reader, tell } = life
  const paidMs = opens(life, wish)
  const key = String(reader)
  const { amount, currency } = wish
  tell(
    paidMs,
    { kind: 'pay', reader, how: 'bank_debit' },
    { kind: 'debit_sent', gift: key, amount, currency },
  )
  return { key, paidMs }
}

/** A gift by bank debit, which the bank confirms some days later. */
export function debitGift(life: Life, wish: Wish): Gift {
  const { reader, dice, tell } = life
  const { key, paidMs } = sendDebit(life, wish)
  const own = { key, amount: wish.amount, currency: wish.currency }
  // Left alone the bank speaks after its days; or it is quicker.
  if (dice.often(0.5)) {
    const gift = { ...own, atMs: paidMs + BANK_SPEAKS_AFTER_MS }
    tell(gift.atMs, null, given(gift, wish))
    return gift
  }
  const gift = { ...own, atMs: daysLater(paidMs, dice.int(1, 3), dice) }
  tell(gift.atMs, { kind: 'bank_speaks', reader, outcome: 'succeeded' }, given(gift, wish))
  return gift
}

export const BANK_SPEAKS_AFTER_MS = 4 * DAY_MS
export const BANK_REFUND_AFTER_MS = 3 * DAY_MS
export const REFUND_FAILS_AFTER_MS = 5 * DAY_MS
export const DISPUTE_DAYS = 21
export const INQUIRY_DAYS = 60
export const RENEWAL_DRAFT_MS = HOUR_MS
export const RETRY_DAYS = [3, 5, 7] as const
