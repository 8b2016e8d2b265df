import type { Dice } from './dice.ts'
import {
  BANK_REFUND_AFTER_MS,
  daysLater,
  DISPUTE_DAYS,
  REFUND_FAILS_AFTER_MS,
  type Gift,
  type Life,
} from './life.ts'
import { partOf } from './money.ts'
import { DAY_MS } from './time.ts'

/** What may come of a gift after it was given. Each tells what is done, and what is true by then. */
export type Aftermath = (life: Life, gift: Gift) => void

type Back = { readonly refund: string; readonly atMs: number; readonly amount: number }

function refund(life: Life, gift: Gift, n: number, amount: number, atMs: number, comesBack = false): Back {
  const by = comesBack ? 'dashboard, and fails after success' : life.dice.pick(['dashboard', 'api'])
  const key = `${gift.key} refund ${n}`
  const told = { kind: 'refunded', gift: gift.key, refund: key, amount, pending: false } as const
  life.tell(atMs, { kind: 'refund', gift: gift.key, refund: key, amount, by }, told)
  if (comesBack) life.tell(atMs + REFUND_FAILS_AFTER_MS, null, { kind: 'refund_failed', refund: key })
  return { refund: key, atMs, amount }
}

const soon = ({ atMs }: Gift, dice: Dice): number => daysLater(atMs, dice.int(1, 25), dice)

export const refundedWhole: Aftermath = (life, gift) =>
  void refund(life, gift, 0, gift.amount, soon(gift, life.dice))

export const refundedInPart: Aftermath = (life, gift) => {
  refund(life, gift, 0, partOf(gift.amount, gift.currency, life.dice), soon(gift, life.dice))
}

export const refundedInParts: Aftermath = (life, gift) => {
  const { dice } = life
  let left = gift.amount
  let atMs = gift.atMs
  for (let n = 0; n < 3 && left > 0; n += 1) {
    const last = n === 2 && dice.often(0.5)
    const part = last ? left : Math.min(left, partOf(left, gift.currency, dice))
    atMs = daysLater(atMs, dice.int(1, 9), dice)
    refund(life, gift, n, part, atMs)
    left -= part
  }
}

/** It comes back from the reader's bank, and half of the time it is made once more. */
export const refundFails: Aftermath = (life, gift) => {
  const { dice } = life
  const first = refund(life, gift, 0, gift.amount, soon(gift, dice), true)
  if (dice.often(0.5)) refund(life, gift, 1, gift.amount, daysLater(first.atMs, dice.int(6, 12), dice))
}

export const refundTooMuch: Aftermath = (life, gift) => {
  const atMs = soon(gift, life.dice)
  life.tell(atMs, { kind: 'refund_too_much', gift: gift.key, amount: gift.amount + 1 })
  refund(life, gift, 0, gift.amount, atMs + 60_000)
}

export const warned: Aftermath = (life, gift) => {
  const { dice, tell } = life
  const atMs = soon(gift, dice)
  tell(atMs, { kind: 'warning', gift: gift.key }, { kind: 'warned', gift: gift.key })
  if (dice.often(0.5)) refund(life, gift, 0, gift.amount, daysLater(atMs, 1, dice))
}

type Complaint = {
  readonly ends: 'won' | 'lost' | 'withdrawn' | 'ignored' | 'at once' | 'open'
  readonly amount?: number
  readonly after?: number
}

/** A dispute that takes the money, and its end. */
function disputed(life: Life, gift: Gift, { ends, amount = gift.amount, after }: Complaint): void {
  const { dice, tell } = life
  const dispute = `${gift.key} dispute`
  const atMs = after ?? daysLater(gift.atMs, dice.int(2, 25), dice)
  const as = ends === 'at once' ? 'lost_at_once' : 'dispute'
  const taken = { kind: 'withdrawn', gift: gift.key, dispute, amount, lost: ends === 'at once' } as const
  tell(atMs, { kind: 'dispute', gift: gift.key, dispute, amount, as }, taken)
  end(life, dispute, atMs, ends)
}

function end({ dice, tell }: Life, dispute: string, atMs: number, ends: Complaint['ends']): void {
  if (ends === 'at once') return
  if (ends === 'ignored') return tell(atMs + DISPUTE_DAYS * DAY_MS, null, { kind: 'lost', dispute })
  const answeredMs = daysLater(atMs, dice.int(1, 12), dice)
  tell(answeredMs, { kind: 'answer_dispute', dispute })
  if (ends === 'open') return
  const told = { kind: ends === 'lost' ? 'lost' : 'reinstated', dispute } as const
  tell(daysLater(answeredMs, dice.int(2, 30), dice), { kind: 'end_dispute', dispute, how: ends }, told)
}

export const disputeEnding =
  (ends: Complaint['ends']): Aftermath =>
  (life, gift) =>
    disputed(life, gift, { ends })

/** A bank may claim more than was given, or less. */
export const disputeOfAnotherAmount: Aftermath = (life, gift) => {
  const part = partOf(gift.amount, gift.currency, life.dice)
  const amount = life.dice.often(0.5) ? gift.amount + part : gift.amount - part
  disputed(life, gift, { ends: life.dice.pick(['won', 'lost', 'ignored', 'open']), amount })
}

export const refundedInPartThenDisputed: Aftermath = (life, gift) => {
  const { dice } = life
  const back = refund(life, gift, 0, partOf(gift.amount, gift.currency, dice), soon(gift, dice))
  const after = daysLater(back.atMs, dice.int(1, 20), dice)
  const amount = dice.often(0.5) ? gift.amount : gift.amount - back.amount
  disputed(life, gift, { ends: dice.pick(['won', 'lost', 'withdrawn']), amount, after })
}

/** A question that moves no money, unless it becomes a dispute. */
export const inquiry: Aftermath = (life, gift) => {
  const { dice, tell } = life
  const dispute = `${gift.key} dispute`
  const atMs = daysLater(gift.atMs, dice.int(2, 30), dice)
  const { amount } = gift
  tell(atMs, { kind: 'dispute', gift: gift.key, dispute, amount, as: 'inquiry' })
  const becomes = dice.pick(['closed', 'faded', 'dispute', 'dispute'])
  if (becomes === 'faded') return // by itself, after its days
  const laterMs = daysLater(atMs, dice.int(3, 30), dice)
  if (becomes === 'closed') return tell(laterMs, { kind: 'end_dispute', dispute, how: 'warning_closed' })
  const taken = { kind: 'withdrawn', gift: gift.key, dispute, amount, lost: false } as const
  tell(laterMs, { kind: 'escalate_inquiry', dispute }, taken)
  end(life, dispute, laterMs, dice.pick(['won', 'lost', 'ignored']))
}

/** A debit's refund is pending for days; it arrives, or the bank will not have it, before or after. */
function debitRefund(life: Life, gift: Gift, amount: number, atMs: number): Back {
  const key = `${gift.key} refund 0`
  const told = { kind: 'refunded', gift: gift.key, refund: key, amount, pending: true } as const
  const by = life.dice.pick(['dashboard', 'api'])
  life.tell(atMs, { kind: 'refund', gift: gift.key, refund: key, amount, by }, told)
  return { refund: key, atMs, amount }
}

function arrives({ tell }: Life, { refund: key, atMs }: Back): void {
  tell(atMs + BANK_REFUND_AFTER_MS, null, { kind: 'refund_arrived', refund: key })
}

function fails({ tell }: Life, { refund: key }: Back, atMs: number): void {
  tell(atMs, { kind: 'refund_fails', refund: key }, { kind: 'refund_failed', refund: key })
}

export const debitRefunded: Aftermath = (life, gift) => {
  const { dice } = life
  const amount = dice.often(0.5) ? gift.amount : partOf(gift.amount, gift.currency, dice)
  const back = debitRefund(life, gift, amount, soon(gift, dice))
  const outcome = dice.pick(['arrives', 'fails at once', 'fails later'])
  if (outcome === 'fails at once') return fails(life, back, daysLater(back.atMs, 1, dice))
  arrives(life, back)
  if (outcome === 'fails later') fails(life, back, daysLater(back.atMs, 6, dice))
}

export const debitReturned: Aftermath = ({ tell, dice }, gift) => {
  const act = { kind: 'debit_comes_back', gift: gift.key } as const
  tell(soon(gift, dice), act, { kind: 'returned', gift: gift.key })
}

/** Part of it is on its way back already; and that part may fail as well. */
export const debitRefundedThenReturned: Aftermath = (life, gift) => {
  const { dice, tell } = life
  const part = partOf(gift.amount, gift.currency, dice)
  const back = debitRefund(life, gift, part, soon(gift, dice))
  const days = dice.pick([1, 5])
  const returnedMs = daysLater(back.atMs, days, dice)
  const act = { kind: 'debit_comes_back', gift: gift.key } as const
  tell(returnedMs, act, { kind: 'returned', gift: gift.key })
  const fallsToo = dice.often(0.5)
  if (!fallsToo || days > 3) arrives(life, back)
  if (fallsToo) fails(life, back, returnedMs + 60_000)
}
