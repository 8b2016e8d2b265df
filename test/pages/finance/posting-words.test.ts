import { expect, test } from 'vitest'
import { bookingWords } from '../../../src/pages/finance/posting-words.ts'

const entry = (account: string, currency: string, amount: number) => ({ account, currency, amount })

test('a booking of two entries has one amount', () => {
  expect(bookingWords([entry('donations', 'usd', -500), entry('stripe_clearing', 'usd', 500)])).toEqual({
    words: 'debit stripe_clearing, credit donations',
    amount: { minor: 500n, currency: 'usd' },
  })
})

test('of an exchanged gift every entry shows its amount, in its own currency', () => {
  const entries = [
    entry('stripe_clearing', 'cad', -800),
    entry('fx', 'cad', 800),
    entry('fx', 'usd', -493),
    entry('stripe_balance', 'usd', 445),
    entry('stripe_fees', 'usd', 48),
  ]
  expect(bookingWords(entries)).toEqual({
    words:
      'debit fx CA$8.00, stripe_balance $4.45, stripe_fees $0.48; credit stripe_clearing CA$8.00, fx $4.93',
    amount: null,
  })
})
