import { describe, expect, test } from 'vitest'
import type { Donation } from '../../src/donations/donation.ts'
import { noReversals } from '../../src/refunds/reversals.ts'
import { donationDifferences, type FoundDonation } from '../../src/verification/donation-check.ts'
import { expectationOf, type ExpectedPosting } from '../../src/verification/expectation.ts'
import {
  postingDifferences,
  type FoundPosting,
  type LedgerCheckDeps,
} from '../../src/verification/ledger-check.ts'
import { fact, openCheckout, refund } from '../processing/facts.ts'

/** What is right although it looks wrong, and what is wrong although it looks nearly right. */

const zones = ['UTC'] as const
const kinds = (differences: readonly { readonly kind: string }[]) => differences.map(({ kind }) => kind)

describe('a ledger transaction', () => {
  const MADE = new Date('2026-11-30T20:00:00Z')
  const CLOSED = new Date('2026-12-03T23:59:30Z')
  const expected: ExpectedPosting = {
    source: 'pi_1',
    effect: 'donation_succeeded',
    clears: 'pi_1',
    payment: 'pi_1',
    entries: 'donations usd -500, stripe_clearing usd 500',
    moments: [MADE],
  }
  const inTime: FoundPosting = {
    id: 'one',
    source: 'pi_1',
    effect: 'donation_succeeded',
    clears: 'pi_1',
    donationId: 'gift',
    occurredAt: MADE,
    bookedOn: '2026-11-30',
    period: null,
    postedAt: new Date('2026-11-30T20:00:05Z'),
    entries: expected.entries,
  }
  const late = { ...inTime, bookedOn: '2026-12-04', period: '2026-11', postedAt: after(3600) }
  const processing: LedgerCheckDeps = {
    zones,
    closings: new Map([['2026-11', CLOSED]]),
    paymentOf: () => 'pi_1',
    isKept: () => true,
  }
  function after(seconds: number): Date {
    return new Date(CLOSED.getTime() + seconds * 1000)
  }
  const found = (its: FoundPosting) => kinds(postingDifferences(expected, its, processing))

  test('may have been on its way while its month was closed, for a minute', () => {
    expect(found(inTime)).toEqual([])
    expect(found({ ...inTime, postedAt: after(60) })).toEqual([])
    expect(found({ ...inTime, postedAt: after(61) })).toEqual(['ledger_day'])
  })

  test('that is late counts for the day on which it was posted, or began to be', () => {
    expect(found(late)).toEqual([])
    expect(found({ ...late, bookedOn: '2026-12-03', postedAt: after(60) })).toEqual([]) // half a minute past midnight
    expect(found({ ...late, bookedOn: '2026-12-03', postedAt: after(91) })).toEqual(['ledger_day'])
    expect(found({ ...late, bookedOn: '2026-12-05' })).toEqual(['ledger_day'])
  })

  test('is late for no month but one that was closed', () => {
    const open = { ...processing, closings: new Map<string, Date>() }
    expect(kinds(postingDifferences(expected, late, open))).toEqual(['ledger_day'])
  })

  test('of Stripe’s books need not name its gift, of readers’ events it must', () => {
    expect(found({ ...inTime, donationId: null })).toEqual(['ledger_differs'])
    const settled = { ...expected, effect: 'settled' } as const
    const its = { ...inTime, effect: 'settled', donationId: null } as const
    expect(postingDifferences(settled, its, processing)).toEqual([])
  })

  test('of a refund may count for any moment that Stripe gave it', () => {
    const moments = ['2026-01-03T12:00:00Z', '2026-01-02T12:00:00Z'].map((at) => new Date(at))
    const one = refund(1, { minor: 200n, status: 'succeeded' })
    const told = moments.map((createdAt) => ({
      kind: 'refund' as const,
      paymentIntentId: fact.succeeded(1).paymentIntentId,
      refund: { ...one, createdAt },
    }))
    const { postings } = expectationOf([fact.succeeded(1), ...told], [openCheckout(1)], zones)
    expect(postings.get('re_1 refunded')?.moments).toEqual(moments)
  })
})

describe('the moment of a gift', () => {
  const EVE = new Date('2026-12-31T23:59:00Z')
  const YEAR = new Date('2027-01-01T00:01:00Z')
  const collection = { invoiceId: 'in_1', sessionId: null } as Pick<Donation, 'invoiceId' | 'sessionId'>
  const checkout = { invoiceId: null, sessionId: 'cs_1' } as Pick<Donation, 'invoiceId' | 'sessionId'> // casts stand in for the parsers

  function found(kind: Pick<Donation, 'invoiceId' | 'sessionId'>, its: Partial<FoundDonation>) {
    const { gross, paymentIntentId, attribution } = fact.succeeded(1)
    const gift = {
      ...kind,
      paymentIntentId,
      gross,
      attribution,
      subscriptionId: null,
      checkoutId: null,
      chargeId: null,
      donorName: null,
      donorEmail: null,
      message: null,
      anonymous: false,
      succeededAt: EVE,
      succeededOn: '2026-12-31',
      reversals: noReversals,
    } as Omit<Donation, 'id'> as Donation // its id is never looked at
    const row: FoundDonation = {
      ...gift,
      ...attribution,
      currency: gross.currency,
      grossMinor: gross.minor,
      status: 'succeeded',
      refundedMinor: 0n,
      disputedMinor: 0n,
      lostMinor: 0n,
      ...its,
    }
    return donationDifferences(gift, row, [EVE, YEAR], zones).map((one) => one.found)
  }
  const later = { succeededAt: YEAR, succeededOn: '2027-01-01' }

  test.each([
    ['collection', collection],
    ['checkout', checkout],
  ])('of a %s is the earliest that Stripe told', (_, kind) => {
    expect(found(kind, {})).toEqual([])
    expect(found(kind, later)).toEqual([`moment ${YEAR.toISOString()}`])
    expect(found(kind, { succeededOn: '2027-01-02' })).toEqual(['day 2027-01-02'])
  })
})
