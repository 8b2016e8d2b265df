import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { allCurrencies, type CurrencyCode } from '../../src/money/currency.ts'
import { formatMoney, money, parseDecimal } from '../../src/money/money.ts'
import { readAmount, type Reading, showAmount } from '../../src/widget/browser/amount.ts'

const typed = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."0123456789.,  '’") }),
  fc.string({ unit: fc.constantFrom(...'05.,-e１ \u00a0\u202f') }),
  fc
    .tuple(
      fc.nat(999),
      fc.constantFrom(',', '.', ' ', "'"),
      fc.nat(999),
      fc.constantFrom(',', '.', ''),
      fc.nat(9999),
    )
    .map((parts) => parts.join('')),
  fc.string(),
)

/** How the service reads a text, in the shape of the widget's reading. */
function serviceReading(text: string, currency: CurrencyCode): Reading {
  const reading = parseDecimal(text, currency)
  if ('problem' in reading) return reading
  // The one difference: the widget counts in JavaScript numbers, which end far above every largest charge.
  if (reading.minor.toString().length > 15) return { problem: 'tooManyDigits' }
  return { minor: Number(reading.minor) }
}

test('reads every text in every currency as the service does', () => {
  fc.assert(
    fc.property(typed, fc.constantFrom(...allCurrencies), (text, currency) => {
      expect(readAmount(text, currency)).toEqual(serviceReading(text, currency))
    }),
    { numRuns: 5000 },
  )
})

test.each(['5', '5.00', '5,00', '1 000', '1.000,50', '1,000', '0.1', '5.005', 'five', '', '1e3'])(
  'reads %j in each currency as the service does',
  (text) => {
    for (const currency of allCurrencies)
      expect(readAmount(text, currency)).toEqual(serviceReading(text, currency))
  },
)

test('shows amounts as the service’s pages do, without decimals that are all zero', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 99_999_999 }),
      fc.constantFrom(...allCurrencies),
      (minor, currency) => {
        const full = formatMoney(money(BigInt(minor), currency), 'en-US')
        expect([full, full.replace(/\.0+$/, '')]).toContain(showAmount(minor, currency, 'en-US'))
      },
    ),
  )
  expect(showAmount(500, 'usd', 'en-US')).toBe('$5')
  expect(showAmount(550, 'usd', 'en-US')).toBe('$5.50')
  expect(showAmount(500, 'jpy', 'en-US')).toBe('¥500')
})
