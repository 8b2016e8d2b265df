import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inGiftCurrency, type StripeMovement } from '../../src/refunds/exchanged-movements.ts'
import { currencyNamed } from '../kit/named.ts'

const AT = Date.parse('2026-01-01T00:00:00Z')

const movements = (
  ...moved: readonly (readonly [minor: bigint, exchangeRate?: number])[]
): StripeMovement[] =>
  moved.map(([minor, exchangeRate = null], day) => ({
    id: `txn_${day}`,
    minor,
    currency: 'usd',
    createdAt: new Date(AT + day * 24 * 60 * 60 * 1000),
    exchangeRate,
  }))

const sharesOf = (currency: string, minor: bigint, moved: readonly StripeMovement[]) =>
  inGiftCurrency({ minor, currency: currencyNamed(currency) }, moved).map(({ giftMinor }) => giftMinor)

test.each([
  ['in the gift’s currency as they are', 'usd', 1000n, movements([-1000n], [300n]), [-1000n, 300n]],
  ['the whole first withdrawal', 'eur', 1000n, movements([-1087n]), [-1000n]],
  ['a part in proportion', 'eur', 1000n, movements([-1100n], [330n]), [-1000n, 300n]],
  [
    'three parts that are the whole',
    'eur',
    1000n,
    movements([-1100n], [366n], [367n], [367n]),
    [-1000n, 333n, 333n, 334n],
  ],
  ['the whole at another rate', 'eur', 1000n, movements([-1100n, 1.1], [1050n, 1.05]), [-1000n, 1000n]],
  ['a part at another rate', 'eur', 1000n, movements([-1100n, 1.1], [315n, 1.05]), [-1000n, 300n]],
  [
    'a second withdrawal of the whole',
    'eur',
    1000n,
    movements([-1087n], [1087n], [-1086n]),
    [-1000n, 1000n, -1000n],
  ],
  [
    'yen, which have no minor unit',
    'jpy',
    1500n,
    movements([-1000n, 0.00667], [500n, 0.00667]),
    [-1500n, 750n],
  ],
  ['nothing for a movement of nothing', 'eur', 1000n, movements([-1100n], [0n]), [-1000n]],
] as const)('a dispute’s movements count %s', (_, currency, minor, moved, shares) => {
  expect(sharesOf(currency, minor, moved)).toEqual(shares)
})

test('what is given back in any parts is all of the gift in the end', () => {
  fc.assert(
    fc.property(
      fc.bigInt(1n, 1_000_000n),
      fc.array(fc.bigInt(1n, 100_000n), { minLength: 1, maxLength: 5 }),
      (disputed, parts) => {
        const whole = parts.reduce((sum, part) => sum + part, 0n)
        const shares = sharesOf('eur', disputed, movements([-whole], ...parts.map((part) => [part] as const)))
        expect(shares.reduce((sum, share) => sum + share, 0n)).toBe(0n)
      },
    ),
  )
})
