import { expect, test } from 'vitest'
import { dataOf } from './newsroom-data.ts'

const CHARITY = { NEWSROOM_LEGAL_STATUS: 'charity', NEWSROOM_TAX_ID: '12-3456789' }
const taxOf = (variables: Readonly<Record<string, string>>, lang: string | null = null) =>
  dataOf(variables, { lang }).words.tax

test('says what American law says only of a charity under it', () => {
  expect(taxOf(CHARITY)).toBe('Tax-deductible as the law allows.')
  const abroad = { ...CHARITY, NEWSROOM_TIMEZONE: 'Europe/Berlin' }
  expect(taxOf(abroad)).toBe('Whether it is tax-deductible depends on your country’s law.')
  expect(taxOf(abroad, 'de')).toBe('Ob steuerlich absetzbar, richtet sich nach dem Recht Ihres Landes.')
  expect(taxOf({ ...abroad, NEWSROOM_COUNTRY: 'US' })).toBe('Tax-deductible as the law allows.')
  expect(taxOf({ NEWSROOM_TIMEZONE: 'Europe/Berlin' })).toBe('Not tax-deductible.')
})

test('shows the newsroom’s own paragraph where it fits, and claims nothing where it does not', () => {
  const own = 'Spenden sind nach § 10b EStG absetzbar.'
  expect(taxOf({ ...CHARITY, NEWSROOM_LEGAL_STATEMENT: own })).toBe(own)
  expect(taxOf({ ...CHARITY, NEWSROOM_LEGAL_STATEMENT: own.repeat(4) })).toBe('')
})
