import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchDeposits, type OpenBankLine, type OpenDeposit } from '../../src/bank/match-deposits.ts'
import { dayNamed } from '../kit/named.ts'

const line = (wish: Partial<OpenBankLine> = {}): OpenBankLine => ({
  id: '1',
  day: dayNamed('2026-01-15'),
  currency: 'usd',
  amountMinor: 81_231n,
  description: 'STRIPE TRANSFER',
  ...wish,
})
const deposit = (wish: Partial<OpenDeposit> = {}): OpenDeposit => ({
  payoutId: 'po_1',
  kind: 'deposit',
  arrivalDate: dayNamed('2026-01-14'),
  currency: 'usd',
  amountMinor: 81_231n,
  traceId: null,
  ...wish,
})
const matched = (lines: OpenBankLine[], deposits: OpenDeposit[]) =>
  matchDeposits(lines, deposits).map(
    ({ line: id, payoutId, kind, rule }) => `${id} ${payoutId} ${kind} ${rule}`,
  )

test('a movement of the amount within the days around the arrival is the deposit', () => {
  expect(matched([line()], [deposit()])).toEqual(['1 po_1 deposit amount_and_day'])
  expect(matched([line({ day: dayNamed('2026-01-13') })], [deposit()])).toHaveLength(1)
  expect(matched([line({ day: dayNamed('2026-01-19') })], [deposit()])).toHaveLength(1)
})

test('another amount, another currency, another sign or a day too far away is not', () => {
  for (const other of [
    { amountMinor: 81_230n },
    { amountMinor: -81_231n },
    { currency: 'eur' },
    { day: dayNamed('2026-01-12') },
    { day: dayNamed('2026-01-20') },
  ])
    expect(matched([line(other)], [deposit()])).toEqual([])
})

test('what fits several stays open, until the trace id says which it is', () => {
  const lines = [line(), line({ id: '2', description: 'STRIPE ST-ABC123' })]
  const deposits = [deposit(), deposit({ payoutId: 'po_2', traceId: 'st-abc123' })]
  expect(matched(lines, [deposit(), deposit({ payoutId: 'po_2' })])).toEqual([])
  expect(matched(lines, deposits)).toEqual(['2 po_2 deposit trace', '1 po_1 deposit amount_and_day'])
})

test('a trace id does not match another amount', () => {
  const found = matched(
    [line({ description: 'ST-ABC123', amountMinor: 5n })],
    [deposit({ traceId: 'ST-ABC123' })],
  )
  expect(found).toEqual([])
})

test('a deposit that the bank sent back is matched to the movement that took it', () => {
  const lines = [line(), line({ id: '2', day: dayNamed('2026-01-30'), amountMinor: -81_231n })]
  expect(matched(lines, [deposit(), deposit({ kind: 'return' })])).toEqual([
    '1 po_1 deposit amount_and_day',
    '2 po_1 return amount_and_day',
  ])
})

test('no movement and no deposit is matched twice, and the order of the lists changes nothing', () => {
  const days = fc.integer({ min: 10, max: 20 }).map((day) => dayNamed(`2026-01-${day}`))
  const minor = fc.constantFrom(100n, -100n, 200n)
  const lines = fc.array(fc.record({ day: days, amountMinor: minor }), { maxLength: 8 })
  const deposits = fc.array(fc.record({ arrivalDate: days, amountMinor: fc.constantFrom(100n, 200n) }), {
    maxLength: 8,
  })
  fc.assert(
    fc.property(lines, deposits, (someLines, someDeposits) => {
      const all = someLines.map((one, index) => line({ ...one, id: String(index) }))
      const paid = someDeposits.map((one, index) => deposit({ ...one, payoutId: `po_${index}` }))
      const found = matchDeposits(all, paid)
      expect(new Set(found.map((one) => one.line)).size).toBe(found.length)
      expect(new Set(found.map((one) => `${one.payoutId}${one.kind}`)).size).toBe(found.length)
      expect(matched(all.toReversed(), paid.toReversed()).toSorted()).toEqual(matched(all, paid).toSorted())
    }),
  )
})
