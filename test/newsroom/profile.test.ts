import { describe, expect, it } from 'vitest'
import { legalStatuses, profileProblems } from '../../src/newsroom/profile.ts'
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
