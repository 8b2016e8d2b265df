import { expect, test } from 'vitest'
import { readEvent } from '../../src/stripe/handled-event-types.ts'
import { checkoutSession, dispute, paidInvoice, stripeEvent } from '../kit/stripe-events.ts'
import { ownership } from '../kit/marks.ts'

/** What single fields of Stripe's objects mean. */

const factOf = (type: string, object: object) =>
  readEvent(type, new Date('2026-01-01T12:00:00Z'), stripeEvent(type, object), ownership)?.fact

test.each([
  ['a day', 1_768_000_000, new Date(1_768_000_000_000)],
  ['null', null, null],
  ['0', 0, null],
])('reads evidence that is due by %s', (_, dueBy, evidenceDueBy) => {
  const disputed = dispute({ id: 'dp_1', paymentIntentId: 'pi_1', amount: 500, status: 'lost' })
  const object = { ...disputed, evidence_details: { due_by: dueBy } }
  expect(factOf('charge.dispute.created', object)).toMatchObject({ dispute: { evidenceDueBy } })
})

test.each([
  ['half of an emoji', 'Ada \ud83d', 'Ada \ufffd'],
  ['the other half', '\udc68 Ada', '\ufffd Ada'],
  ['NUL and a line break', 'Ada\u0000\n', 'Ada'],
  ['a whole emoji', 'Ada 👩', 'Ada 👩'],
  ['nothing but NUL', '\u0000', null],
])('cleans a donor’s name with %s', (_, name, cleaned) => {
  const session = checkoutSession({ name, paymentIntentId: 'pi_1' })
  expect(factOf('checkout.session.completed', session)).toMatchObject({ donor: { name: cleaned } })
  const invoice = { ...paidInvoice({ id: 'in_1', subscriptionId: 'sub_1' }), customer_name: name }
  expect(factOf('invoice.paid', invoice)).toMatchObject({ donor: { name: cleaned } })
})

const DAY_S = 24 * 60 * 60
const line = (days: number, amount?: number) => ({
  ...(amount === undefined ? {} : { amount }),
  period: { start: 1_767_225_600, end: 1_767_225_600 + days * DAY_S },
})

test.each([
  ['a month', [line(31, 500)], 'yearly', 'monthly'],
  ['a year', [line(365, 5000)], 'monthly', 'yearly'],
  ['a year less an unused month', [line(14, -250), line(365, 5000)], 'monthly', 'yearly'],
  ['a month less an unused year', [line(300, -4000), line(28, 500)], 'yearly', 'monthly'],
  ['a year without an amount on the line', [line(366)], 'monthly', 'yearly'],
  ['no line', [], 'yearly', 'yearly'],
])(
  'takes the interval of a gift from its invoice for %s, and not from its checkout',
  (_, data, asked, frequency) => {
    const invoice = paidInvoice({ id: 'in_1', subscriptionId: 'sub_1', metadata: { frequency: asked } })
    expect(factOf('invoice.paid', { ...invoice, lines: { data } })).toMatchObject({
      attribution: { frequency },
    })
  },
)
