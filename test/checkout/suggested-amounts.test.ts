import { expect, it } from 'vitest'
import { suggestedAmounts } from '../../src/checkout/suggested-amounts.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { allCurrencies } from '../../src/money/currency.ts'
import { amountProblem, defaultLimits } from '../../src/money/money.ts'

it('suggests at least two valid amounts for every currency, the smallest first', () => {
  const { offer } = readConfig({})
  for (const currency of allCurrencies) {
    const amounts = suggestedAmounts(offer, currency)
    expect({ currency, isEnough: amounts.length >= 2 }).toEqual({ currency, isEnough: true })
    expect(amounts).toEqual(amounts.toSorted((a, b) => Number(a.minor - b.minor)))
    for (const amount of amounts) expect(amountProblem(amount, defaultLimits(currency))).toBeNull()
  }
})

it('suggests round amounts where the newsroom configured none', () => {
  const { offer } = readConfig({})
  const minors = (code: string) =>
    allCurrencies
      .filter((one) => one === code)
      .flatMap((one) => suggestedAmounts(offer, one).map(({ minor }) => minor))
  expect(minors('usd')).toEqual([300n, 500n, 1000n, 2500n])
  expect(minors('jpy')).toEqual([500n, 700n, 1500n, 3000n])
})

it('suggests the amounts that the newsroom configured', () => {
  const { offer } = readConfig({ CURRENCIES: 'usd', SUGGESTED_AMOUNTS: '700,400' })
  const [usd] = offer.currencies
  expect(usd && suggestedAmounts(offer, usd).map(({ minor }) => minor)).toEqual([400n, 700n])
})
