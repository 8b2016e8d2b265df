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
  /** The legal paragraph of the receipt, written by `statementFor` or by the newsroom's counsel. */
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

/** The legal paragraph of a receipt, where the newsroom's counsel has written none. */
export function statementFor(
  profile: Omit<NewsroomProfile, 'statement'>,
  text: Pick<Text, 'receipt'> = textFor('en'),
): string {
  const t = text.receipt
  const { legalStatus, name: newsroom, fiscalSponsor } = profile
  const taxId = profile.taxId === null ? '' : t('statement.taxId', { taxId: profile.taxId })
  switch (legalStatus) {
    case 'for_profit':
      return t('statement.for_profit', { newsroom })
    case 'charity':
      return t('statement.charity', { newsroom, taxId })
    case 'fiscally_sponsored':
      return t('statement.fiscally_sponsored', { newsroom, sponsor: fiscalSponsor ?? '', taxId })
  }
}

/** The example of IRS Publication 1771, and what earlier releases wrote: their receipts keep it, translated like today's. */
const GOODS = 'in exchange for your contribution.'
const GOODS_BEFORE = 'in exchange for it.'

/** The legal paragraph in a reader's language. What the newsroom's counsel wrote stays as it is. */
export function statementIn(profile: NewsroomProfile, text: Pick<Text, 'receipt'>): string {
  const english = statementFor(profile)
  const isOurs = [english, english.replace(GOODS, GOODS_BEFORE)].includes(profile.statement)
  const translated = statementFor(profile, text)
  return isOurs && translated !== english ? translated : profile.statement
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
