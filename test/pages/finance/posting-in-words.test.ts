import { expect, test } from 'vitest'
import { postingInWords } from '../../../src/pages/finance/frame/finance-layout-view.ts'
import { textFor } from '../../../src/text/text.ts'

const text = textFor('en')
const entry = (account: string, currency: string, amount: number) => ({ account, currency, amount })

test('shows one amount for a posting of two entries', () => {
  const entries = [entry('donations', 'usd', -500), entry('stripe_clearing', 'usd', 500)]
  expect(postingInWords(entries, text)).toEqual({
    words: 'debit Stripe clearing, credit Gifts',
    amount: { minor: 500n, currency: 'usd' },
  })
})

test('shows the amount of every entry, in its own currency, for a posting that exchanges currencies', () => {
  const entries = [
    entry('stripe_clearing', 'cad', -800),
    entry('fx', 'cad', 800),
    entry('fx', 'usd', -493),
    entry('stripe_balance', 'usd', 445),
    entry('stripe_fees', 'usd', 48),
  ]
  expect(postingInWords(entries, text)).toEqual({
    words:
      'debit Currency exchange CA$8.00, Balance at Stripe $4.45, Stripe fees $0.48; credit Stripe clearing CA$8.00, Currency exchange $4.93',
    amount: null,
  })
})
