import type { Dice } from './dice.ts'
import {
  BANK_REFUND_AFTER_MS,
  daysLater,
  DISPUTE_DAYS,
  REFUND_FAILS_AFTER_MS,
  type Gift,
  type ReaderScript,
} from './reader-script.ts'
import { partOf } from './money.ts'
import { DAY_MS } from './time.ts'

/** What may happen to a gift after it was given. */
export type Reversal = (script: ReaderScript, gift: Gift) => void

type ScriptedRefund = { readonly refund: string; readonly atMs: number; readonly amount: number }

/** @param failsLater the refund comes back from the reader's bank some days after it succeeded */
function refund(
  script: ReaderScript,
  gift: Gift,
  index: number,
  amount: number,
  atMs: number,
  failsLater = false,
): ScriptedRefund {
  const by = failsLater ? 'dashboard, and fails after success' : script.dice.pick(['dashboard', 'api'])
  const key = `${gift.key} refund ${index}`
  const refunded = { kind: 'refunded', gift: gift.key, refund: key, amount, pending: false } as const
  script.schedule(atMs, { kind: 'refund', gift: gift.key, refund: key, amount, by }, refunded)
  if (failsLater) script.schedule(atMs + REFUND_FAILS_AFTER_MS, null, { kind: 'refund_failed', refund: key })
  return { refund: key, atMs, amount }
}

const soon = ({ atMs }: Gift, dice: Dice): number => daysLater(atMs, dice.int(1, 25), dice)

export const refundedWhole: Reversal = (script, gift) =>
  void refund(script, gift, 0, gift.amount, soon(gift, script.dice))

export const refundedInPart: Reversal = (script, gift) => {
  refund(script, gift, 0, partOf(gift.amount, gift.currency, script.dice), soon(gift, script.dice))
}

export const refundedInParts: Reversal = (script, gift) => {
  const { dice } = script
  let left = gift.amount
  let atMs = gift.atMs
  for (let index = 0; index < 3 && left > 0; index += 1) {
    const isLast = index === 2 && dice.often(0.5)
    const part = isLast ? left : Math.min(left, partOf(left, gift.currency, dice))
    atMs = daysLater(atMs, dice.int(1, 9), dice)
    refund(script, gift, index, part, atMs)
    left -= part
  }
}

/** The refund comes back from the reader's bank; every second one is made again. */
export const refundFails: Reversal = (script, gift) => {
  const { dice } = script
  const first = refund(script, gift, 0, gift.amount, soon(gift, dice), true)
  if (dice.often(0.5)) refund(script, gift, 1, gift.amount, daysLater(first.atMs, dice.int(6, 12), dice))
}

export const refundTooMuch: Reversal = (script, gift) => {
  const atMs = soon(gift, script.dice)
  script.schedule(atMs, { kind: 'refund_too_much', gift: gift.key, amount: gift.amount + 1 })
  refund(script, gift, 0, gift.amount, atMs + 60_000)
}

export const warned: Reversal = (script, gift) => {
  const { dice, schedule } = script
  const atMs = soon(gift, dice)
  schedule(atMs, { kind: 'warning', gift: gift.key }, { kind: 'warned', gift: gift.key })
  if (dice.often(0.5)) refund(script, gift, 0, gift.amount, daysLater(atMs, 1, dice))
}

type DisputeScript = {
  readonly ends: 'won' | 'lost' | 'withdrawn' | 'ignored' | 'at once' | 'open'
  readonly amount?: number
  readonly after?: number
}

/** A dispute that withdraws the money, and how it ends. */
function disputed(
  script: ReaderScript,
  gift: Gift,
  { ends, amount = gift.amount, after }: DisputeScript,
): void {
  const { dice, schedule } = script
  const dispute = `${gift.key} dispute`
  const atMs = after ?? daysLater(gift.atMs, dice.int(2, 25), dice)
  const as = ends === 'at once' ? 'lost_at_once' : 'dispute'
  const withdrawn = { kind: 'withdrawn', gift: gift.key, dispute, amount, lost: ends === 'at once' } as const
  schedule(atMs, { kind: 'dispute', gift: gift.key, dispute, amount, as }, withdrawn)
  endDispute(script, dispute, atMs, ends)
}

function endDispute(
  { dice, schedule }: ReaderScript,
  dispute: string,
  atMs: number,
  ends: DisputeScript['ends'],
): void {
  if (ends === 'at once') return
  if (ends === 'ignored') return schedule(atMs + DISPUTE_DAYS * DAY_MS, null, { kind: 'lost', dispute })
  const answeredMs = daysLater(atMs, dice.int(1, 12), dice)
  schedule(answeredMs, { kind: 'answer_dispute', dispute })
  if (ends === 'open') return
  const ended = { kind: ends === 'lost' ? 'lost' : 'reinstated', dispute } as const
  schedule(daysLater(answeredMs, dice.int(2, 30), dice), { kind: 'end_dispute', dispute, how: ends }, ended)
}

export const disputeEnding =
  (ends: DisputeScript['ends']): Reversal =>
  (script, gift) =>
    disputed(script, gift, { ends })

/** The bank disputes more or less than was given. */
export const disputeOfAnotherAmount: Reversal = (script, gift) => {
  const part = partOf(gift.amount, gift.currency, script.dice)
  const amount = script.dice.often(0.5) ? gift.amount + part : gift.amount - part
  disputed(script, gift, { ends: script.dice.pick(['won', 'lost', 'ignored', 'open']), amount })
}

export const refundedInPartThenDisputed: Reversal = (script, gift) => {
  const { dice } = script
  const refunded = refund(script, gift, 0, partOf(gift.amount, gift.currency, dice), soon(gift, dice))
  const after = daysLater(refunded.atMs, dice.int(1, 20), dice)
  const amount = dice.often(0.5) ? gift.amount : gift.amount - refunded.amount
  disputed(script, gift, { ends: dice.pick(['won', 'lost', 'withdrawn']), amount, after })
}

/** An inquiry moves no money unless it becomes a dispute. */
export const inquiry: Reversal = (script, gift) => {
  const { dice, schedule } = script
  const dispute = `${gift.key} dispute`
  const atMs = daysLater(gift.atMs, dice.int(2, 30), dice)
  const { amount } = gift
  schedule(atMs, { kind: 'dispute', gift: gift.key, dispute, amount, as: 'inquiry' })
  const becomes = dice.pick(['closed', 'faded', 'dispute', 'dispute'])
  if (becomes === 'faded') return // it closes by itself after its days
  const laterMs = daysLater(atMs, dice.int(3, 30), dice)
  if (becomes === 'closed') return schedule(laterMs, { kind: 'end_dispute', dispute, how: 'warning_closed' })
  const withdrawn = { kind: 'withdrawn', gift: gift.key, dispute, amount, lost: false } as const
  schedule(laterMs, { kind: 'escalate_inquiry', dispute }, withdrawn)
  endDispute(script, dispute, laterMs, dice.pick(['won', 'lost', 'ignored']))
}

/** The refund of a debit is pending for days. It arrives, or the bank refuses it, before or after its arrival. */
function debitRefund(script: ReaderScript, gift: Gift, amount: number, atMs: number): ScriptedRefund {
  const key = `${gift.key} refund 0`
  const refunded = { kind: 'refunded', gift: gift.key, refund: key, amount, pending: true } as const
  const by = script.dice.pick(['dashboard', 'api'])
  script.schedule(atMs, { kind: 'refund', gift: gift.key, refund: key, amount, by }, refunded)
  return { refund: key, atMs, amount }
}

function arrives({ schedule }: ReaderScript, { refund: key, atMs }: ScriptedRefund): void {
  schedule(atMs + BANK_REFUND_AFTER_MS, null, { kind: 'refund_arrived', refund: key })
}

function fails({ schedule }: ReaderScript, { refund: key }: ScriptedRefund, atMs: number): void {
  schedule(atMs, { kind: 'refund_fails', refund: key }, { kind: 'refund_failed', refund: key })
}

export const debitRefunded: Reversal = (script, gift) => {
  const { dice } = script
  const amount = dice.often(0.5) ? gift.amount : partOf(gift.amount, gift.currency, dice)
  const refunded = debitRefund(script, gift, amount, soon(gift, dice))
  const outcome = dice.pick(['arrives', 'fails at once', 'fails later'])
  if (outcome === 'fails at once') return fails(script, refunded, daysLater(refunded.atMs, 1, dice))
  arrives(script, refunded)
  if (outcome === 'fails later') fails(script, refunded, daysLater(refunded.atMs, 6, dice))
}

export const debitReturned: Reversal = ({ schedule, dice }, gift) => {
  const act = { kind: 'debit_is_returned', gift: gift.key } as const
  schedule(soon(gift, dice), act, { kind: 'returned', gift: gift.key })
}

/** The bank returns a debit of which a part is being refunded; that refund may fail as well. */
export const debitRefundedThenReturned: Reversal = (script, gift) => {
  const { dice, schedule } = script
  const part = partOf(gift.amount, gift.currency, dice)
  const refunded = debitRefund(script, gift, part, soon(gift, dice))
  const days = dice.pick([1, 5])
  const returnedMs = daysLater(refunded.atMs, days, dice)
  const act = { kind: 'debit_is_returned', gift: gift.key } as const
  schedule(returnedMs, act, { kind: 'returned', gift: gift.key })
  const isRefused = dice.often(0.5)
  if (!isRefused || days > 3) arrives(script, refunded)
  if (isRefused) fails(script, refunded, returnedMs + 60_000)
}
