import type { Act, GiftKey, Consequence, Wish } from './acts.ts'
import type { Dice } from './dice.ts'
import { amountIn, USUAL } from './money.ts'
import { DAY_MS, HOUR_MS } from './time.ts'

/** What the script of one reader is written with. */
export type ReaderScript = {
  readonly reader: number
  readonly dice: Dice
  /** When the reader arrives. */
  readonly startMs: number
  /** The end of the rehearsal: later lines are left out. */
  readonly endMs: number
  /** Adds a line. */
  schedule(atMs: number, act: Act | null, ...consequences: readonly Consequence[]): void
}

/** A gift that was given. */
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

/** A wish without article and campaign. */
export function plainWish(dice: Dice, over: Partial<Wish> = {}): Wish {
  const currency = over.currency ?? dice.pick(USUAL)
  return { currency, amount: amountIn(currency, dice), frequency: 'once', ...over }
}

/** Some time of the day so many days later, between 7:00 and 21:00 UTC, since rates change at midnight. */
export function daysLater(ms: number, days: number, dice: Dice): number {
  const midnight = Math.floor(ms / DAY_MS) * DAY_MS
  return midnight + days * DAY_MS + dice.int(7 * 3600, 21 * 3600) * 1000
}

/** The reader opens the payment page. @returns when the reader pays, a little later */
export function opensPage(
  { reader, startMs, dice, schedule }: ReaderScript,
  wish: Wish,
  clicks: 1 | 2 = 1,
): number {
  schedule(startMs, { kind: 'open', reader, wish, clicks })
  return startMs + dice.int(20, 900) * 1000
}

/** The consequence that a gift is given. @param frequency null: given to another program */
export function given(
  gift: Gift,
  wish: Wish,
  frequency: Wish['frequency'] | null = wish.frequency,
): Consequence {
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

/** The reader gives by card. */
export function cardGift(script: ReaderScript, wish = wishOf(script.dice), clicks: 1 | 2 = 1): Gift {
  const { reader, schedule } = script
  const atMs = opensPage(script, wish, clicks)
  const gift = { key: String(reader), amount: wish.amount, currency: wish.currency, atMs }
  schedule(atMs, { kind: 'pay', reader, how: 'card' }, given(gift, wish))
  return gift
}

/** The reader pays by bank debit, which the bank has not answered yet. */
export function sendDebit(
  script: ReaderScript,
  wish: Wish,
): { readonly key: GiftKey; readonly paidMs: number } {
  const { reader, schedule } = script
  const paidMs = opensPage(script, wish)
  const key = String(reader)
  const { amount, currency } = wish
  schedule(
    paidMs,
    { kind: 'pay', reader, how: 'bank_debit' },
    { kind: 'debit_sent', gift: key, amount, currency },
  )
  return { key, paidMs }
}

/** The reader gives by bank debit, which the bank confirms some days later. */
export function debitGift(script: ReaderScript, wish: Wish): Gift {
  const { reader, dice, schedule } = script
  const { key, paidMs } = sendDebit(script, wish)
  const gift = { key, amount: wish.amount, currency: wish.currency }
  // The bank answers by itself after its days, unless it is quicker.
  if (dice.often(0.5)) {
    const atMs = paidMs + BANK_ANSWERS_AFTER_MS
    schedule(atMs, null, given({ ...gift, atMs }, wish))
    return { ...gift, atMs }
  }
  const atMs = daysLater(paidMs, dice.int(1, 3), dice)
  schedule(atMs, { kind: 'bank_answers', reader, outcome: 'succeeded' }, given({ ...gift, atMs }, wish))
  return { ...gift, atMs }
}

export const BANK_ANSWERS_AFTER_MS = 4 * DAY_MS
export const BANK_REFUND_AFTER_MS = 3 * DAY_MS
export const REFUND_FAILS_AFTER_MS = 5 * DAY_MS
export const DISPUTE_DAYS = 21
export const INQUIRY_DAYS = 60
export const RENEWAL_DRAFT_MS = HOUR_MS
export const RETRY_DAYS = [3, 5, 7] as const
