import { isZoneOf } from '../calendar/country-of-zone.ts'
import { textFor, type Text } from '../text/text.ts'

/** The newsroom's legal form. It decides the words that readers see and what a receipt may claim. */
export type LegalStatus = (typeof legalStatuses)[number]
export const legalStatuses = ['for_profit', 'charity', 'fiscally_sponsored'] as const

/** The newsroom's details on a receipt. A receipt keeps the details it was issued with. */
export type NewsroomProfile = {
  readonly name: string
  /** Postal address; may have several lines. */
  readonly address: string
  readonly email: string
  /** IANA name, `America/New_York`: dates and the years of receipt numbers follow it. */
  readonly timezone: string
  readonly legalStatus: LegalStatus
  readonly taxId: string | null
  readonly fiscalSponsor: string | null
  /** The legal paragraph of the receipt, NEWSROOM_LEGAL_STATEMENT or else `statementFor`'s. */
  readonly statement: string
}

/** A dated row of the newsroom's details. */
export type ProfileInForce = { readonly id: number; readonly inForceFrom: Date }

type ProfileProblem = { readonly field: 'taxId' | 'fiscalSponsor'; readonly message: string }

/** What is missing before receipts may be issued; empty when nothing is missing. */
export function profileProblems(
  profile: Pick<NewsroomProfile, 'legalStatus' | 'taxId' | 'fiscalSponsor'>,
): readonly ProfileProblem[] {
  switch (profile.legalStatus) {
    case 'for_profit':
      return []
    case 'charity':
      if (profile.taxId !== null) return []
      return [{ field: 'taxId', message: 'a charity’s receipts must show its tax id' }]
    case 'fiscally_sponsored':
      if (profile.fiscalSponsor !== null) return []
      return [
        { field: 'fiscalSponsor', message: 'a fiscally sponsored newsroom’s receipts must name the sponsor' },
      ]
  }
}

/** Whose tax law the words on gifts may name: that of the United States, or none. */
export type TaxLaw = 'us' | 'elsewhere'

/** The United States and the territories where section 501(c)(3) of the Internal Revenue Code exempts, too. */
const UNDER_US_LAW = ['US', 'PR', 'VI', 'GU', 'AS', 'MP']

/** @param country ISO 3166, as the newsroom sets it; without it, the time zone says where the newsroom is */
export function taxLawOf(timezone: string, country: string | undefined): TaxLaw {
  const isAmerican = country === undefined ? isZoneOf(UNDER_US_LAW, timezone) : UNDER_US_LAW.includes(country)
  return isAmerican ? 'us' : 'elsewhere'
}

/** The legal paragraph of a receipt, where the newsroom's counsel has written none. */
export function statementFor(
  profile: Omit<NewsroomProfile, 'statement'>,
  law: TaxLaw,
  text: Pick<Text, 'receipt'> = textFor('en'),
): string {
  const t = text.receipt
  const { legalStatus, name: newsroom, fiscalSponsor } = profile
  const taxId = profile.taxId === null ? '' : t('statement.taxId', { taxId: profile.taxId })
  const sponsor = fiscalSponsor ?? ''
  if (legalStatus === 'for_profit') return t('statement.for_profit', { newsroom })
  if (law === 'elsewhere') return t(`statement.elsewhere.${legalStatus}`, { newsroom, taxId, sponsor })
  return t(`statement.${legalStatus}`, { newsroom, taxId, sponsor })
}

/** The example of IRS Publication 1771, and what earlier releases wrote: their receipts keep it, translated like today's. */
const GOODS = 'in exchange for your contribution.'
const GOODS_BEFORE = 'in exchange for it.'

/**
 * Whose law the stored paragraph names, so that what was said at a gift holds for ever; `own`: the newsroom's counsel wrote
 * it.
 */
export function statementSource(profile: NewsroomProfile): TaxLaw | 'own' {
  const american = statementFor(profile, 'us')
  if ([american, american.replace(GOODS, GOODS_BEFORE)].includes(profile.statement)) return 'us'
  return statementFor(profile, 'elsewhere') === profile.statement ? 'elsewhere' : 'own'
}

/** The legal paragraph in a reader's language. What the newsroom's counsel wrote stays as it is. */
export function statementIn(profile: NewsroomProfile, text: Pick<Text, 'receipt'>): string {
  const source = statementSource(profile)
  if (source === 'own') return profile.statement
  const translated = statementFor(profile, source, text)
  return translated === statementFor(profile, source) ? profile.statement : translated
}

/** The paragraph that a receipt was issued with, which holds; null where the reader's language shows it already. */
export function originalStatement(profile: NewsroomProfile, text: Pick<Text, 'receipt'>): string | null {
  return statementIn(profile, text) === profile.statement ? null : profile.statement
}

/**
 * The newsroom's details that were in force at an instant; before the first row, the first row.
 * @throws Error when there is none
 */
export function profileAt(profiles: readonly ProfileInForce[], instant: Date): ProfileInForce {
  const byAge = profiles.toSorted((a, b) => a.inForceFrom.getTime() - b.inForceFrom.getTime() || a.id - b.id)
  const profile = byAge.findLast(({ inForceFrom }) => inForceFrom <= instant) ?? byAge[0]
  if (!profile) throw new Error('No newsroom profile is recorded')
  return profile
}

/** Where readers can follow the newsroom; the label is the newsroom's own word for it. */
export type FollowLink = { readonly label: string; readonly url: string }
