import type { Frequency } from '../../src/checkout/attribution.ts'
import * as aftermath from './aftermath.ts'
import { agreement, givenElsewhere, type Turn } from './agreement.ts'
import { cardGift, daysLater, debitGift, opens, sendDebit, wishOf, type Life } from './life.ts'
import { DEBITED } from './money.ts'

/** One kind of reader: the name under which the report counts it, and how such a life goes. */
export type Kind = {
  readonly name: string
  readonly frequency: Frequency
  readonly lives: (life: Life) => void
}

const once = (name: string, lives: (life: Life) => void): Kind => ({ name, frequency: 'once', lives })
const byCard = (name: string, then: aftermath.Aftermath): Kind =>
  once(name, (life) => then(life, cardGift(life)))
const byDebit = (name: string, then?: aftermath.Aftermath): Kind =>
  once(name, (life) => {
    const gift = debitGift(life, wishOf(life.dice, { currency: life.dice.pick(DEBITED) }))
    then?.(life, gift)
  })
const recurring = (frequency: 'monthly' | 'yearly', name: string, turn: Turn, elsewhere = false): Kind => ({
  name: `${frequency}: ${name}`,
  frequency,
  lives: (life) => agreement(life, frequency, turn, elsewhere),
})
const after = (of: aftermath.Aftermath): Turn => ({ what: 'aftermath', of })

const plain = once('card', (life) => void cardGift(life))
const declines = (times: 1 | 2 | 3 | 4): Turn => ({ what: 'declined', times })

/**
 * A deck of readers, as many cards of each kind as there are among so many of them. It is shuffled and dealt to its end
 * before it is shuffled again: a small rehearsal, too, sees the rare ones.
 */
export const DECK: readonly Kind[] = [
  ...Array.from({ length: 18 }, () => plain),
  once('card, pressed twice', (life) => void cardGift(life, wishOf(life.dice), 2)),
  once('declined, then paid', (life) => {
    const { reader, startMs, tell, dice } = life
    const wish = wishOf(dice)
    // The page is paid at the earliest 20 s after it was opened.
    tell(startMs + 10_000, { kind: 'pay', reader, how: 'declined' })
    cardGift(life, wish)
  }),
  once('declined, and left', (life) => {
    const atMs = opens(life, wishOf(life.dice))
    life.tell(atMs, { kind: 'pay', reader: life.reader, how: 'declined' })
  }),
  once('walked away', (life) => {
    const atMs = opens(life, wishOf(life.dice))
    life.tell(atMs, { kind: 'pay', reader: life.reader, how: 'cancel' })
  }),
  once('opened, and forgot', (life) => void opens(life, wishOf(life.dice))),
  byCard('refunded', aftermath.refundedWhole),
  byCard('refunded', aftermath.refundedWhole),
  byCard('refunded in part', aftermath.refundedInPart),
  byCard('refunded in part', aftermath.refundedInPart),
  byCard('refunded in several parts', aftermath.refundedInParts),
  byCard('refund that fails after success', aftermath.refundFails),
  byCard('refund larger than the gift: refused', aftermath.refundTooMuch),
  byCard('early fraud warning', aftermath.warned),
  byCard('dispute won', aftermath.disputeEnding('won')),
  byCard('dispute lost', aftermath.disputeEnding('lost')),
  byCard('dispute withdrawn', aftermath.disputeEnding('withdrawn')),
  byCard('dispute not answered', aftermath.disputeEnding('ignored')),
  byCard('dispute lost at once', aftermath.disputeEnding('at once')),
  byCard('dispute undecided', aftermath.disputeEnding('open')),
  byCard('dispute of another amount', aftermath.disputeOfAnotherAmount),
  byCard('refunded in part, then disputed', aftermath.refundedInPartThenDisputed),
  byCard('inquiry', aftermath.inquiry),
  byCard('inquiry', aftermath.inquiry),
  byDebit('bank debit'),
  byDebit('bank debit'),
  once('bank debit that fails', (life) => {
    const { reader, dice, tell } = life
    const { key, paidMs } = sendDebit(life, wishOf(dice, { currency: dice.pick(DEBITED) }))
    const refusal = { kind: 'bank_speaks', reader, outcome: 'failed' } as const
    tell(daysLater(paidMs, dice.int(1, 3), dice), refusal, { kind: 'debit_refused', gift: key })
  }),
  byDebit('bank debit refunded', aftermath.debitRefunded),
  byDebit('bank debit refunded', aftermath.debitRefunded),
  byDebit('bank debit returned', aftermath.debitReturned),
  byDebit('bank debit refunded in part, then returned', aftermath.debitRefundedThenReturned),
  recurring('monthly', 'goes on', { what: 'goes on' }),
  recurring('monthly', 'goes on', { what: 'goes on' }),
  recurring('monthly', 'declined, and recovers', declines(1)),
  recurring('monthly', 'declined three times, and recovers', declines(3)),
  recurring('monthly', 'declined to the end', declines(4)),
  recurring('monthly', 'cancelled at the period’s end', { what: 'cancelled', when: 'period end' }),
  recurring('monthly', 'cancelled at once', { what: 'cancelled', when: 'now' }),
  recurring('monthly', 'amount changed', { what: 'amount changed' }),
  recurring('monthly', 'a collection refunded', after(aftermath.refundedWhole)),
  recurring('monthly', 'a collection disputed', after(aftermath.disputeEnding('lost'))),
  recurring('monthly', 'made elsewhere, without our metadata', { what: 'goes on' }, true),
  recurring('yearly', 'goes on', { what: 'goes on' }),
  recurring('yearly', 'declined, and recovers', declines(2)),
  once('to another program on the account', givenElsewhere),
]
