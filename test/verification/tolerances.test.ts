import { describe, expect, test } from 'vitest'
import { unknownDonor, type Donation } from '../../src/donations/donation.ts'
import { noReversals } from '../../src/refunds/reversals.ts'
import { donationFindings, type DonationRow } from '../../src/verification/donation-check.ts'
import { expectationOf, type ExpectedPosting } from '../../src/verification/expectation.ts'
import {
  postingFindings,
  type LedgerCheckDeps,
  type PostingRow,
} from '../../src/verification/ledger-check.ts'
import { fact, openCheckout, refund } from '../processing/facts.ts'

/** Rows that look wrong and are right, each with its nearest wrong neighbour. */

const zones = ['UTC'] as const
const kindsOf = (findings: readonly { readonly kind: string }[]) => findings.map(({ kind }) => kind)

describe('the check of a ledger transaction', () => {
  const MADE = new Date('2026-11-30T20:00:00Z')
  const CLOSED = new Date('2026-12-03T23:59:30Z')
  const expected: ExpectedPosting = {
    source: 'pi_1',
    effect: 'donation_succeeded',
    clears: 'pi_1',
    payment: 'pi_1',
    entries: 'donations usd -500, stripe_clearing usd 500',
    instants: [MADE],
  }
  const inTime: PostingRow = {
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
  const adjustment = { ...inTime, bookedOn: '2026-12-04', period: '2026-11', postedAt: after(3600) }
  const deps: LedgerCheckDeps = {
    zones,
    closings: new Map([['2026-11', CLOSED]]),
    paymentOf: () => 'pi_1',
    isStored: () => true,
  }
  function after(seconds: number): Date {
    return new Date(CLOSED.getTime() + seconds * 1000)
  }
  const found = (row: PostingRow) => kindsOf(postingFindings(expected, row, deps))

  test('accepts one that was posted within a minute after its month was closed', () => {
    expect(found(inTime)).toEqual([])
    expect(found({ ...inTime, postedAt: after(60) })).toEqual([])
    expect(found({ ...inTime, postedAt: after(61) })).toEqual(['ledger_day'])
  })

  test('accepts a prior-period adjustment on the day of its posting, or on the day before within the minute', () => {
    expect(found(adjustment)).toEqual([])
    expect(found({ ...adjustment, bookedOn: '2026-12-03', postedAt: after(60) })).toEqual([]) // half a minute past midnight
    expect(found({ ...adjustment, bookedOn: '2026-12-03', postedAt: after(91) })).toEqual(['ledger_day'])
    expect(found({ ...adjustment, bookedOn: '2026-12-05' })).toEqual(['ledger_day'])
  })

  test('accepts a prior-period adjustment only of a closed month', () => {
    const open = { ...deps, closings: new Map<string, Date>() }
    expect(kindsOf(postingFindings(expected, adjustment, open))).toEqual(['ledger_day'])
  })

  test('accepts a settlement without its donation, but no other transaction without it', () => {
    expect(found({ ...inTime, donationId: null })).toEqual(['ledger_differs'])
    const settled = { ...expected, effect: 'settled' } as const
    const row = { ...inTime, effect: 'settled', donationId: null } as const
    expect(postingFindings(settled, row, deps)).toEqual([])
  })

  test('accepts every time that Stripe’s events state for a refund', () => {
    const instants = ['2026-01-03T12:00:00Z', '2026-01-02T12:00:00Z'].map((at) => new Date(at))
    const one = refund(1, { minor: 200n, status: 'succeeded' })
    const facts = instants.map((createdAt) => ({
      kind: 'refund' as const,
      paymentIntentId: fact.succeeded(1).paymentIntentId,
      refund: { ...one, createdAt },
    }))
    const { postings } = expectationOf([fact.succeeded(1), ...facts], [openCheckout(1)], zones)
    expect(postings.get('re_1 refunded')?.instants).toEqual(instants)
  })
})

describe('the check of a donation’s time', () => {
  const NEW_YEARS_EVE = new Date('2026-12-31T23:59:00Z')
  const NEW_YEAR = new Date('2027-01-01T00:01:00Z')
  const ofInvoice = { invoiceId: 'in_1', sessionId: null } as Pick<Donation, 'invoiceId' | 'sessionId'>
  const ofCheckout = { invoiceId: null, sessionId: 'cs_1' } as Pick<Donation, 'invoiceId' | 'sessionId'> // casts stand in for the parsers

  function found(
    origin: Pick<Donation, 'invoiceId' | 'sessionId'>,
    columns: Partial<DonationRow>,
    {
      closings = new Map<string, Date>(),
      chargedAt = null,
    }: { closings?: ReadonlyMap<string, Date>; chargedAt?: Date | null } = {},
  ) {
    const { gross, paymentIntentId, attribution } = fact.succeeded(1)
    const donation = {
      ...origin,
      paymentIntentId,
      gross,
      coveredFeeMinor: 0n,
      presentment: null,
      attribution,
      subscriptionId: null,
      checkoutId: null,
      chargeId: null,
      chargedAt,
      donor: unknownDonor,
      message: null,
      anonymous: false,
      succeededAt: NEW_YEARS_EVE,
      succeededOn: '2026-12-31',
      reversals: noReversals,
    } as Omit<Donation, 'id'> as Donation // its id is never compared
    const row: DonationRow = {
      ...donation,
      ...attribution,
      currency: gross.currency,
      grossMinor: gross.minor,
      presentmentCurrency: null,
      presentmentMinor: null,
      status: 'succeeded',
      refundedMinor: 0n,
      disputedMinor: 0n,
      lostMinor: 0n,
      ...columns,
    }
    return donationFindings(donation, row, [NEW_YEARS_EVE, NEW_YEAR], { zones, closings }).map(
      (finding) => finding.found,
    )
  }
  const later = { succeededAt: NEW_YEAR, succeededOn: '2027-01-01' }

  test.each([
    ['invoice', ofInvoice],
    ['checkout', ofCheckout],
  ])('of an %s accepts only the earliest that Stripe’s events state', (_, origin) => {
    expect(found(origin, {})).toEqual([])
    expect(found(origin, later)).toEqual([`time ${NEW_YEAR.toISOString()}`])
    expect(found(origin, { succeededOn: '2027-01-02' })).toEqual(['day 2027-01-02'])
  })

  test('of a card whose charge an earlier release did not store accepts another moment of the same day alone', () => {
    const earlier = { chargedAt: null, succeededAt: new Date(NEW_YEARS_EVE.getTime() - 1) }
    const charged = { chargedAt: NEW_YEARS_EVE }
    expect(found(ofCheckout, { chargedAt: null }, charged)).toEqual([])
    expect(found(ofCheckout, { ...later, chargedAt: null }, charged)).toEqual([
      `time ${NEW_YEAR.toISOString()}`,
    ])
    expect(found(ofCheckout, earlier, charged)).toEqual([`time ${earlier.succeededAt.toISOString()}`])
  })

  test('accepts any moment that Stripe’s events state where a closed month keeps its figures', () => {
    const closed = { closings: new Map([['2026-12', NEW_YEAR]]) }
    expect(found(ofCheckout, later, closed)).toEqual([])
    const elsewhere = { closings: new Map([['2026-11', NEW_YEAR]]) }
    expect(found(ofCheckout, later, elsewhere)).toEqual([`time ${NEW_YEAR.toISOString()}`])
  })
})
