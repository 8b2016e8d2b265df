import { money } from '../../src/money/money.ts'
import { statementFor, type NewsroomProfile } from '../../src/newsroom/profile.ts'
import type { Receipt } from '../../src/receipts/receipt.ts'
import { receiptNumber } from '../../src/receipts/receipt-number.ts'
import { localDate } from '../../src/calendar/local-date.ts'
import { currencyNamed } from '../kit/named.ts'

export function aProfile(changes: Partial<NewsroomProfile> = {}): NewsroomProfile {
  const particulars = {
    name: 'The Harbour Post',
    address: '12 Quay Street\nPortland, ME 04101',
    email: 'giving@harbour.example',
    timezone: 'America/New_York',
    legalStatus: 'for_profit' as const,
    taxId: null,
    fiscalSponsor: null,
    ...changes,
  }
  return { statement: statementFor(particulars, 'us'), ...particulars }
}

export function aReceipt(changes: Partial<Receipt> = {}): Receipt {
  const usd = currencyNamed('usd')
  const issuedAt = new Date('2026-11-23T22:00:00Z')
  return {
    number: receiptNumber(2026, 123n),
    token: 'kX3vQ9dLm2Rt7YwZ1aBcDe',
    donationId: '0198c0de-0000-7000-8000-000000000001',
    money: money(500n, usd),
    coveredFee: null,
    presentment: null,
    donorName: 'Łukasz Žižek',
    givenOn: localDate(issuedAt, 'America/New_York'),
    issuedAt,
    profile: aProfile(),
    frequency: 'once',
    locale: null,
    voidedAt: null,
    voidReason: null,
    replacedBy: null,
    replaces: null,
    ...changes,
  }
}
