import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { localDate } from '../../src/calendar/local-date.ts'
import {
  arrivalDay,
  arrivalPostings,
  instantOn,
  type PayoutInBooks,
} from '../../src/settlement/payouts/arrival.ts'
import { currencyNamed } from '../kit/named.ts'

const inNewYork = (instant: Date) => localDate(instant, 'America/New_York')

const payout = (over: Partial<PayoutInBooks> = {}): PayoutInBooks => ({
  id: 'po_1',
  currency: currencyNamed('usd'),
  status: 'paid',
  arrivalDate: arrivalDay('2026-03-31'),
  sentMinor: 500n,
  directMinor: 0n,
  returned: null,
  isArrived: false,
  ...over,
})
const back = (at: string) => ({ minor: 500n, at: new Date(at) })
const linesOf = (over: Partial<PayoutInBooks>) =>
  arrivalPostings(payout(over), inNewYork).map(
    ({ effect, happenedOn, entries }) =>
      `${happenedOn} ${effect} ${entries.map(({ account, amount }) => `${account} ${amount.minor}`).join(' ')}`,
  )

const ARRIVED = '2026-03-31 arrived bank 500 payouts_in_transit -500'

describe('a payout', () => {
  test('is at the bank from its arrival date once it is paid', () => {
    expect(linesOf({})).toEqual([ARRIVED])
    for (const status of ['pending', 'in_transit', 'canceled']) expect(linesOf({ status })).toEqual([])
  })

  test('does not arrive before its balance transaction is posted', () => {
    expect(linesOf({ sentMinor: 0n })).toEqual([])
  })

  test('comes back through the account of what is on its way, on the day of its return', () => {
    const returned = back('2026-04-02T12:00:00Z')
    const undone = '2026-04-02 arrival_undone bank -500 payouts_in_transit 500'
    expect(linesOf({ status: 'failed', returned, isArrived: true })).toEqual([ARRIVED, undone])
    expect(linesOf({ status: 'failed', returned })).toEqual([ARRIVED, undone])
  })

  test('leaves the bank again on the same day when it was read as paid before it failed', () => {
    const returned = back('2026-03-31T20:00:00Z')
    expect(linesOf({ status: 'failed', returned })).toEqual([])
    expect(linesOf({ status: 'failed', returned, isArrived: true })).toEqual([
      ARRIVED,
      '2026-03-31 arrival_undone bank -500 payouts_in_transit 500',
    ])
  })

  test('stays at the bank until the movement that returns it is read', () => {
    expect(linesOf({ status: 'failed', isArrived: true })).toEqual([ARRIVED])
    expect(linesOf({ status: 'paid', returned: back('2026-04-02T12:00:00Z') })).toEqual([ARRIVED])
  })

  test('that an earlier release posted straight to the bank does not arrive again and can come back', () => {
    const earlier = { sentMinor: 0n, directMinor: 500n }
    expect(linesOf(earlier)).toEqual([])
    expect(linesOf({ ...earlier, status: 'failed', returned: back('2026-04-02T12:00:00Z') })).toEqual([
      '2026-04-02 arrival_undone bank -500 payouts_in_transit 500',
    ])
  })

  test('with which Stripe collects a negative balance is taken from the bank', () => {
    expect(linesOf({ sentMinor: -500n })).toEqual(['2026-03-31 arrived bank -500 payouts_in_transit 500'])
  })
})

test('an arrival bears an instant of its own day in every timezone', () => {
  const day = arrivalDay('2026-03-31')
  const others = Intl.supportedValuesOf('timeZone').filter((zone) => {
    const dayIn = (instant: Date) => localDate(instant, zone)
    return dayIn(instantOn(day, dayIn)) !== day
  })
  expect(others).toEqual([])
})

/** What happens to a payout at Stripe, each with the day of March on which it happens. */
const life = fc.record({
  arrival: fc.integer({ min: 5, max: 10 }),
  outcome: fc.constantFrom('paid', 'fails', 'is canceled'),
  after: fc.integer({ min: -2, max: 4 }),
})

test('at the end of every day the bank holds the same, whenever the payout was read', () => {
  fc.assert(
    fc.property(
      life,
      fc.uniqueArray(fc.integer({ min: 1, max: 20 })),
      ({ arrival, outcome, after }, reads) => {
        const dayName = (day: number) => arrivalDay(`2026-03-${String(day).padStart(2, '0')}`)
        const endsOn = outcome === 'paid' ? Infinity : Math.max(arrival + after, 1)
        const stateOn = (day: number): Pick<PayoutInBooks, 'status' | 'returned'> => {
          const isOver = day >= endsOn
          const wasPaid = arrival < endsOn
          if (isOver && outcome === 'is canceled' && !wasPaid)
            return { status: 'canceled', returned: back(`${dayName(endsOn)}T17:00:00Z`) }
          if (isOver) return { status: 'failed', returned: back(`${dayName(endsOn)}T17:00:00Z`) }
          return { status: day >= arrival ? 'paid' : 'in_transit', returned: null }
        }
        const bankByDay = (daysOfReading: readonly number[]) => {
          const posted = new Map<string, { day: string; minor: bigint }>()
          for (const day of daysOfReading) {
            const isArrived = posted.has('arrived')
            const facts = payout({ ...stateOn(day), arrivalDate: dayName(arrival), isArrived })
            for (const { effect, happenedOn, entries } of arrivalPostings(facts, inNewYork))
              if (!posted.has(effect))
                posted.set(effect, { day: happenedOn, minor: entries[0]?.amount.minor ?? 0n })
          }
          return Array.from({ length: 20 }, (_, index) =>
            [...posted.values()]
              .filter(({ day }) => day <= dayName(index + 1))
              .reduce((sum, { minor }) => sum + minor, 0n),
          )
        }
        const everyDay = Array.from({ length: 20 }, (_, index) => index + 1)
        expect(bankByDay([...reads.toSorted((a, b) => a - b), 20])).toEqual(bankByDay(everyDay))
      },
    ),
  )
})
