import { expect, test } from 'vitest'
import { parsePlainAmount, parseShownAmount } from '../../src/reports/plain-amount.ts'

test.each([
  ['12.50', 12_500n, null],
  ['12,5', 12_500n, null],
  ['$1,234.50', 1_234_500n, null],
  ['1.234,50 €', 1_234_500n, 'eur'],
  ['CA$185.36', 185_360n, 'cad'],
  ['¥51140', 51_140_000n, null],
  ['ISK 24,006', 24_006_000n, 'isk'],
  ['JPY 1,250,000', 1_250_000_000n, 'jpy'],
  ['KWD\u00a02.000', 2_000n, 'kwd'],
  ['usd 5', 5_000n, 'usd'],
] as const)('an amount is read as a page shows it: %s', (text, thousandths, currency) => {
  expect(parseShownAmount(text)).toEqual({ amount: { thousandths }, currency })
})

test.each(['', '$', '1e5', '-5', 'USD 5 USD', 'abc 5', 'Bus 54a', '5 zzz', '1,2,3', '1.000.00'])(
  'what is no amount stays words: %s',
  (text) => {
    expect(parseShownAmount(text)).toBeNull()
  },
)

test('a filter’s amount takes groups only where they are clear', () => {
  expect(parsePlainAmount('1,234.50')).toEqual({ thousandths: 1_234_500n })
  expect(parsePlainAmount('1,234')).toEqual({ thousandths: 1_234n })
  expect(parsePlainAmount('$5')).toBeNull()
})
