import { describe, expect, test } from 'vitest'
import { unknownDonor, type Donation } from '../../src/donations/donation.ts'
import { noReversals } from '../../src/refunds/reversals.ts'
import { donationFindings, type DonationRow } from '../../src/verification/checks/donation-check.ts'
import {
  importedDonationFindings,
  importedPostingFindings,
  missingImportedDonations,
  type ImportedRow,
} from '../../src/verification/checks/imported-check.ts'
import { receiptFindings, type ReceiptRow } from '../../src/verification/checks/receipt-check.ts'
import { expectationOf, type ExpectedPosting } from '../../src/verification/expectation.ts'
import {
  postingFindings,
  type LedgerCheckDeps,
  type PostingRow,
} from '../../src/verification/checks/ledger-check.ts'
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

describe('the check of a receipt that is void', () => {
  const ISSUED = new Date('2026-01-05T12:00:00Z')
  const profile = { id: 1, inForceFrom: ISSUED }
  const { paymentIntentId, gross } = fact.succeeded(1)
  const donation = {
    paymentIntentId,
    gross,
    succeededAt: new Date('2026-01-01T12:00:00Z'),
    reversals: {
      ...noReversals,
      refunds: [refund(1, { minor: 100n, status: 'succeeded' }), refund(2, { minor: 30n, status: 'failed' })],
    },
  } as Partial<Donation> as Donation // the check of receipts reads nothing else
  const receipt = (revision: number, over: Partial<ReceiptRow> = {}): ReceiptRow => ({
    year: 2026,
    number: BigInt(revision),
    revision,
    currency: 'usd',
    grossMinor: 400n,
    givenOn: '2026-01-01',
    profileId: 1,
    replaces: revision === 1 ? null : `2026-00000${revision - 1}`,
    issuedAt: ISSUED,
    voided: true,
    voidReason: 'refunded',
    ...over,
  })
  const found = (second: Partial<ReceiptRow>, first: Partial<ReceiptRow> = {}) =>
    kindsOf(
      receiptFindings(
        donation,
        [],
        [
          receipt(1, { grossMinor: 500n, ...first }),
          receipt(2, second),
          receipt(3, { voided: false, voidReason: null }),
        ],
        { zones, profiles: [profile], day: '2026-01-01' },
      ),
    )

  test('accepts every amount that some of the reversals leave, and no other', () => {
    for (const grossMinor of [500n, 470n, 400n, 370n]) expect(found({ grossMinor })).toEqual([])
    for (const grossMinor of [401n, 399n, 530n, 0n])
      expect(found({ grossMinor })).toEqual(['receipt_differs'])
  })

  test('accepts only the amount of the one before where that was corrected or moved to another day', () => {
    for (const voidReason of ['corrected', 'redated'] as const) {
      expect(found({ grossMinor: 500n }, { voidReason })).toEqual([])
      expect(found({ grossMinor: 470n }, { voidReason })).toEqual(['receipt_differs'])
    }
  })

  test('accepts only a larger amount after the one before stated too little', () => {
    expect(found({ grossMinor: 470n }, { voidReason: 'reversal_undone' })).toEqual(['receipt_differs'])
  })
})

describe('the check of an imported gift', () => {
  const GIVEN = new Date('2023-04-03T17:54:00Z')
  const BOOKED = new Date('2026-11-01T12:00:00Z')
  const row: ImportedRow = {
    donationId: 'gift',
    giftKey: 'imported:1',
    currency: 'usd',
    grossMinor: 500n,
    givenOn: '2023-04-03',
    frequency: 'monthly',
    articleUrl: 'https://news.example/a',
    campaignName: null,
  }
  const posting: PostingRow = {
    id: 'one',
    source: 'imported_gift',
    effect: 'imported',
    clears: 'imported_gift',
    donationId: 'gift',
    occurredAt: GIVEN,
    bookedOn: '2023-04-03',
    period: null,
    postedAt: BOOKED,
    entries: 'donations usd -500, imported_history usd 500',
  }
  const later = new Date(GIVEN.getTime() + 1)
  const posted = (imported: PostingRow, takenBack?: PostingRow) =>
    kindsOf(
      importedPostingFindings(
        { gifts: takenBack ? new Map() : new Map([['gift', row]]), times: new Map([['gift', GIVEN]]) },
        {
          imported: new Map([[imported.source, imported]]),
          takenBack: new Map(takenBack ? [[takenBack.source, takenBack]] : []),
        },
      ),
    )

  test('accepts a posting only at the time of its donation', () => {
    expect(posted(posting)).toEqual([])
    expect(posted({ ...posting, occurredAt: later })).toEqual(['ledger_differs'])
  })

  test('accepts that it was taken back only at the time at which that was posted', () => {
    const entries = 'donations usd 500, imported_history usd -500'
    const undone: PostingRow = { ...posting, effect: 'import_taken_back', entries, occurredAt: BOOKED }
    expect(posted(posting, undone)).toEqual([])
    expect(posted(posting, { ...undone, occurredAt: GIVEN })).toEqual(['ledger_differs'])
  })

  test('reports a donation that no import brought, and an import whose donation is gone', () => {
    const stored = { paymentIntentId: 'imported:1', grossMinor: 500n, currency: 'usd' } as DonationRow // all that is named
    expect(kindsOf(importedDonationFindings(stored, undefined))).toEqual(['donation_unexpected'])
    const gifts = new Map([['gift', row]])
    expect(kindsOf(missingImportedDonations(gifts, new Map()))).toEqual(['donation_missing'])
    expect(missingImportedDonations(gifts, new Map([['gift', 'imported:1']]))).toEqual([])
  })

  test('reports a posting that is missing, that nothing explains, or that has other entries or another day', () => {
    const gifts = new Map([['gift', row]])
    const times = new Map([['gift', GIVEN]])
    const none: ReadonlyMap<string, PostingRow> = new Map()
    const one: ReadonlyMap<string, PostingRow> = new Map([[posting.source, posting]])
    const found = (of: typeof gifts, imported: typeof none, takenBack: typeof none) =>
      kindsOf(importedPostingFindings({ gifts: of, times }, { imported, takenBack }))
    expect(found(gifts, none, none)).toEqual(['ledger_missing'])
    expect(found(new Map(), one, none)).toEqual(['ledger_unexpected'])
    expect(found(new Map(), none, one)).toEqual(['ledger_unexpected'])
    expect(posted({ ...posting, bookedOn: '2023-04-04' })).toEqual(['ledger_differs'])
    expect(posted({ ...posting, entries: 'donations usd -600, imported_history usd 600' })).toEqual([
      'ledger_differs',
    ])
    expect(posted(posting, { ...posting, effect: 'import_taken_back', occurredAt: BOOKED })).toEqual([
      'ledger_differs',
    ])
  })

  test('accepts only the imported rhythm, article and campaign, and any where an earlier release kept none', () => {
    const found = (over: Partial<ImportedRow>) => {
      const stored = { frequency: 'monthly', articleUrl: 'https://news.example/a', campaignName: null }
      const [finding] = importedDonationFindings(stored as DonationRow, { ...row, ...over }) // other columns differ as well
      return /(?:frequency|article|campaign) [^,]+/.exec(finding?.expected ?? '')?.[0]
    }
    expect(found({})).toBeUndefined()
    expect(found({ frequency: null, articleUrl: null })).toBeUndefined()
    expect(found({ frequency: 'once' })).toBe('frequency once')
    expect(found({ articleUrl: null })).toBe('article nothing')
    expect(found({ campaignName: 'Drive' })).toBe('campaign Drive')
  })
})

describe('the check of what a card was charged', () => {
  const charged = (over: Partial<DonationRow>) => {
    const none = { presentmentMinor: null, presentmentCurrency: null, chargedAt: null, ...over }
    const [finding] = importedDonationFindings(none as DonationRow, row) // other columns differ as well
    return [...(finding?.found ?? '').matchAll(/charged [^,]+/g)].map(([text]) => text)
  }
  const row = { donationId: 'd', giftKey: 'k', frequency: null } as ImportedRow

  test('accepts neither an amount nor a time of an imported gift, nor an amount without its currency', () => {
    expect(charged({})).toEqual([])
    expect(charged({ presentmentMinor: 1n, presentmentCurrency: 'eur' })).toEqual(['charged 1 eur'])
    expect(charged({ presentmentMinor: 1n })).toEqual(['charged 1 null'])
    expect(charged({ presentmentCurrency: 'eur' })).toEqual(['charged null eur'])
    expect(charged({ chargedAt: new Date('2026-01-01T00:00:00Z') })).toEqual([
      'charged 2026-01-01T00:00:00.000Z',
    ])
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
