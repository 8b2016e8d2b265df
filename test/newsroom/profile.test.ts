import { describe, expect, it } from 'vitest'
import {
  legalStatuses,
  profileProblems,
  statementFor,
  statementIn,
  statementSource,
  taxLawOf,
} from '../../src/newsroom/profile.ts'
import { textFor } from '../../src/text/text.ts'
import { giftKind, submitType } from '../../src/newsroom/gift-kind.ts'
import { aProfile } from '../receipts/receipt-sample.ts'

describe('legal status', () => {
  it('states that a gift to a for-profit newsroom is not deductible', () => {
    const { statement } = aProfile()
    expect(statement).toContain('not tax-deductible')
    expect(statement).not.toContain('donation')
  })

  it('states a charity’s tax id and that no goods or services were provided', () => {
    const { statement } = aProfile({ legalStatus: 'charity', taxId: '12-3456789' })
    expect(statement).toContain('501(c)(3)')
    expect(statement).toContain('12-3456789')
    expect(statement).toContain('No goods or services were provided')
  })

  it('names the sponsor of a fiscally sponsored newsroom', () => {
    const { statement } = aProfile({ legalStatus: 'fiscally_sponsored', fiscalSponsor: 'Quay Foundation' })
    expect(statement).toContain('fiscal sponsor Quay Foundation')
    expect(statement).toContain('No goods or services were provided')
  })

  it('calls a gift a donation only when it has a charitable purpose', () => {
    const kinds = legalStatuses.map(giftKind)
    expect(kinds).toEqual(['contribution', 'donation', 'donation'])
    expect(kinds.map(submitType)).toEqual(['pay', 'donate', 'donate'])
  })

  it('names what is missing before receipts can be issued', () => {
    const nothing = { taxId: null, fiscalSponsor: null }
    expect(profileProblems({ legalStatus: 'for_profit', ...nothing })).toEqual([])
    expect(profileProblems({ legalStatus: 'charity', ...nothing }).map((p) => p.field)).toEqual(['taxId'])
    expect(profileProblems({ legalStatus: 'charity', taxId: '1', fiscalSponsor: null })).toEqual([])
    expect(profileProblems({ legalStatus: 'fiscally_sponsored', ...nothing }).map((p) => p.field)).toEqual([
      'fiscalSponsor',
    ])
    expect(profileProblems({ legalStatus: 'fiscally_sponsored', taxId: null, fiscalSponsor: 'F' })).toEqual(
      [],
    )
  })
})

describe('a newsroom outside the United States', () => {
  const charity = aProfile({ legalStatus: 'charity', taxId: 'DE123' })
  const abroad = { ...charity, statement: statementFor(charity, 'elsewhere') }

  it.each([
    ['America/Chicago', undefined, 'us'],
    ['US/Eastern', undefined, 'us'],
    ['America/Puerto_Rico', undefined, 'us'],
    ['America/Toronto', undefined, 'elsewhere'],
    ['Europe/Berlin', undefined, 'elsewhere'],
    ['UTC', undefined, 'elsewhere'],
    ['Europe/Kyiv', 'US', 'us'],
    ['America/New_York', 'DE', 'elsewhere'],
  ] as const)('is known by its time zone %s and its country %s', (timezone, country, law) => {
    expect(taxLawOf(timezone, country)).toBe(law)
  })

  it.each(['charity', 'fiscally_sponsored'] as const)('names no American law as %s', (legalStatus) => {
    for (const language of ['en', 'de'] as const) {
      const profile = aProfile({ legalStatus, taxId: 'DE123', fiscalSponsor: 'Quay Foundation' })
      const words = statementFor(profile, 'elsewhere', textFor(language))
      expect(words).not.toMatch(/501|Internal Revenue|to the extent allowed|soweit das Gesetz/)
      expect(words).toContain('DE123')
    }
  })

  it('is read in the reader’s language, and what its counsel wrote as it was written', () => {
    expect(statementSource(abroad)).toBe('elsewhere')
    expect(statementIn(abroad, textFor('de'))).toContain('gemeinnützige Organisation, Steuernummer DE123')
    const own = { ...charity, statement: 'Wir sind nach § 5 Abs. 1 Nr. 9 KStG befreit.' }
    expect(statementSource(own)).toBe('own')
    expect(statementIn(own, textFor('fr'))).toBe(own.statement)
  })
})
