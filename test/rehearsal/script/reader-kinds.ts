import type { Frequency } from '../../../src/checkout/attribution.ts'
import * as reversals from './reversals.ts'
import { subscription, givenElsewhere, type Turn } from './subscription.ts'
import {
  cardGift,
  daysLater,
  debitGift,
  opensPage,
  sendDebit,
  wishOf,
  type ReaderScript,
} from './reader-script.ts'
import { DEBITED } from './money.ts'

/** A kind of reader: the name under which the report counts it, and the script of such a reader. */
export type Kind = {
  readonly name: string
  readonly frequency: Frequency
  readonly write: (script: ReaderScript) => void
}

const once = (name: string, write: (script: ReaderScript) => void): Kind => ({
  name,
  frequency: 'once',
  write,
})
const byCard = (name: string, then: reversals.Reversal): Kind =>
  once(name, (script) => then(script, cardGift(script)))
const byDebit = (name: string, then?: reversals.Reversal): Kind =>
  once(name, (script) => {
    const gift = debitGift(script, wishOf(script.dice, { currency: script.dice.pick(DEBITED) }))
    then?.(script, gift)
  })
const recurring = (frequency: 'monthly' | 'yearly', name: string, turn: Turn, elsewhere = false): Kind => ({
  name: `${frequency}: ${name}`,
  frequency,
  write: (script) => subscription(script, frequency, turn, elsewhere),
})
const reversed = (reversal: reversals.Reversal): Turn => ({ what: 'reversed', reversal })

const plain = once('card', (script) => void cardGift(script))
const declines = (times: 1 | 2 | 3 | 4): Turn => ({ what: 'declined', times })

/** A monthly gift whose first renewal is declined, and three times more in the days afterwards. */
export const RETRIED = recurring('monthly', 'declined, and retried when the rehearsal ends', {
  what: 'declined',
  times: 3,
  renewal: 1,
})

/**
 * A deck of readers with so many cards of each kind. It is dealt to its end before it is shuffled again, so that a small
 * rehearsal contains the rare kinds, too.
 */
export const DECK: readonly Kind[] = [
  ...Array.from({ length: 18 }, () => plain),
  once('card, pressed twice', (script) => void cardGift(script, wishOf(script.dice), 2)),
  once('declined, then paid', (script) => {
    const { reader, startMs, schedule, dice } = script
    const wish = wishOf(dice)
    // The page is opened first, and paid 20 s later at the earliest.
    schedule(startMs + 10_000, { kind: 'pay', reader, how: 'declined' })
    cardGift(script, wish)
  }),
  once('declined, and left', (script) => {
    const atMs = opensPage(script, wishOf(script.dice))
    script.schedule(atMs, { kind: 'pay', reader: script.reader, how: 'declined' })
  }),
  once('walked away', (script) => {
    const atMs = opensPage(script, wishOf(script.dice))
    script.schedule(atMs, { kind: 'pay', reader: script.reader, how: 'cancel' })
  }),
  once('opened, and forgot', (script) => void opensPage(script, wishOf(script.dice))),
  byCard('refunded', reversals.refundedWhole),
  byCard('refunded', reversals.refundedWhole),
  byCard('refunded in part', reversals.refundedInPart),
  byCard('refunded in part', reversals.refundedInPart),
  byCard('refunded in several parts', reversals.refundedInParts),
  byCard('refund that fails after success', reversals.refundFails),
  byCard('refund larger than the gift: refused', reversals.refundTooMuch),
  byCard('early fraud warning', reversals.warned),
  byCard('dispute won', reversals.disputeEnding('won')),
  byCard('dispute lost', reversals.disputeEnding('lost')),
  byCard('dispute withdrawn', reversals.disputeEnding('withdrawn')),
  byCard('dispute not answered', reversals.disputeEnding('ignored')),
  byCard('dispute lost at once', reversals.disputeEnding('at once')),
  byCard('dispute undecided', reversals.disputeEnding('open')),
  byCard('dispute of another amount', reversals.disputeOfAnotherAmount),
  byCard('refunded in part, then disputed', reversals.refundedInPartThenDisputed),
  byCard('inquiry', reversals.inquiry),
  byCard('inquiry', reversals.inquiry),
  byDebit('bank debit'),
  byDebit('bank debit'),
  once('bank debit that fails', (script) => {
    const { reader, dice, schedule } = script
    const { key, paidMs } = sendDebit(script, wishOf(dice, { currency: dice.pick(DEBITED) }))
    const refusal = { kind: 'bank_answers', reader, outcome: 'failed' } as const
    schedule(daysLater(paidMs, dice.int(1, 3), dice), refusal, { kind: 'debit_refused', gift: key })
  }),
  byDebit('bank debit refunded', reversals.debitRefunded),
  byDebit('bank debit refunded', reversals.debitRefunded),
  byDebit('bank debit returned', reversals.debitReturned),
  byDebit('bank debit refunded in part, then returned', reversals.debitRefundedThenReturned),
  recurring('monthly', 'goes on', { what: 'goes on' }),
  recurring('monthly', 'goes on', { what: 'goes on' }),
  recurring('monthly', 'declined, and recovers', declines(1)),
  recurring('monthly', 'declined three times, and recovers', declines(3)),
  recurring('monthly', 'declined to the end', declines(4)),
  recurring('monthly', 'cancelled at the period’s end', { what: 'cancelled', when: 'period end' }),
  recurring('monthly', 'cancelled at once', { what: 'cancelled', when: 'now' }),
  recurring('monthly', 'amount changed', { what: 'amount changed' }),
  recurring('monthly', 'a collection refunded', reversed(reversals.refundedWhole)),
  recurring('monthly', 'a collection disputed', reversed(reversals.disputeEnding('lost'))),
  recurring('monthly', 'made elsewhere, without our metadata', { what: 'goes on' }, true),
  recurring('yearly', 'goes on', { what: 'goes on' }),
  recurring('yearly', 'declined, and recovers', declines(2)),
  once('to another program on the account', givenElsewhere),
]
