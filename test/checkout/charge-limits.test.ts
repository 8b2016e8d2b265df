import { describe, expect, it } from 'vitest'
import { chargeLimits } from '../../src/checkout/charge-limits.ts'
import { checkoutRequest } from '../../src/checkout/checkout-request.ts'
import { SessionRefused } from '../../src/checkout/create-checkout.ts'
import type { CurrencyCode } from '../../src/money/currency.ts'
import { defaultLimits } from '../../src/money/money.ts'
import { textFor as textOf, type TextFor } from '../../src/text/text.ts'
import { keptLog } from '../kit/log.ts'
import { currencyNamed } from '../kit/named.ts'

const [inr, jpy, usd] = ['inr', 'jpy', 'usd'].map(currencyNamed)
const textFor: TextFor = (tag) => textOf(tag ?? 'en')
const codes = [inr, jpy, usd].filter((code) => code !== undefined)

function limitsOf(settlementCurrency: () => Promise<CurrencyCode | null>) {
  let nowMs = 0
  const kept = keptLog()
  const offered = new Map(codes.map((code) => [code, defaultLimits(code)]))
  const clock = () => new Date(nowMs)
  const made = chargeLimits({ offered, settlementCurrency, clock, log: kept.log, textFor })
  return {
    ...made,
    kept,
    minimum: (code: string) => made.limits.get(currencyNamed(code))?.minimumMinor,
    forwardMs: (ms: number) => void (nowMs += ms),
    request: (currency: string, amount: number) =>
      checkoutRequest(
        { currency, amount },
        { frequencies: ['once'], limits: offered, allowedOrigins: [], feeRates: new Map(), textFor },
      ),
  }
}

describe('what can be charged', () => {
  it('follows the account’s currency once Stripe has named it, and asks no more', async () => {
    let asked = 0
    const limits = limitsOf(() => {
      asked += 1
      return Promise.resolve(currencyNamed('usd'))
    })
    expect(limits.minimum('inr')).toBe(50n)
    await limits.learn()
    expect(limits.minimum('inr')).toBe(5000n)
    limits.forwardMs(3_600_000)
    await limits.learn()
    expect(asked).toBe(1)
  })

  it('asks again after a minute while Stripe does not answer', async () => {
    let asked = 0
    const limits = limitsOf(() => {
      asked += 1
      return asked === 1 ? Promise.reject(new Error('away')) : Promise.resolve(currencyNamed('usd'))
    })
    await limits.learn()
    await limits.learn()
    expect([asked, limits.minimum('inr')]).toEqual([1, 50n])
    limits.forwardMs(60_000)
    await limits.learn()
    expect([asked, limits.minimum('inr')]).toEqual([2, 5000n])
  })

  it('learns from a refusal where the key may not read the account', async () => {
    const limits = limitsOf(() => Promise.resolve(null))
    await limits.learn()
    const refusal = limits.refusal(limits.request('inr', 50), new SessionRefused('amount_too_small', null))
    expect(refusal).toMatchObject({
      kind: 'malformed',
      problems: [{ pointer: '/amount', message: 'The smallest amount is ₹54.00.' }],
    })
    expect(limits.minimum('inr')).toBe(5400n)
    expect(limits.minimum('jpy')).toBe(50n)
  })

  it('names the field that Stripe refuses', () => {
    const limits = limitsOf(() => Promise.resolve(null))
    const about = (reason: SessionRefused['reason']) =>
      limits.refusal(limits.request('jpy', 500), new SessionRefused(reason, null)).problems
    expect(about('amount_too_large')).toEqual([{ pointer: '/amount', message: 'This amount is too large.' }])
    expect(about('currency')).toMatchObject([
      { pointer: '/currency', message: expect.stringContaining('JPY') },
    ])
    expect(limits.kept.text()).toContain('remove it from CURRENCIES')
  })
})
