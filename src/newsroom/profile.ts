/** What the newsroom is in law. It decides the words readers see and what a receipt may claim. */
export type LegalStatus = (typeof legalStatuses)[number]
export const legalStatuses = ['for_profit', 'charity', 'fiscally_sponsored'] as const

/** The newsroom's particulars on a receipt. A receipt keeps those it was issued with. */
export type NewsroomProfile = {
  readonly name: string
  /** Postal address; may have several lines. */
  readonly address: string
  readonly email: string
  /** IANA name, `America/New_York`: the dates and years of receipts are counted there. */
  readonly timezone: string
  readonly legalStatus: LegalStatus
  readonly taxId: string | null
  readonly fiscalSponsor: string | null
  /** The legal paragraph of the receipt, as `statementFor` writes it or as the newsroom's counsel does. */
  readonly statement: string
}

/** A dated row of the newsroom's particulars. */
export type ProfileInForce = { readonly id: number; readonly inForceFrom: Date }

export type ProfileProblem = { readonly field: 'taxId' | 'fiscalSponsor'; readonly message: string }

/** What is missing before receipts may be issued; empty when nothing is. */
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

/**
 * The legal paragraph of a receipt. A charity's covers what US law asks for gifts of 250 dollars and more
 * (26 USC 170(f)(8): a statement on goods or services). The newsroom's counsel confirms the wording.
 */
export function statementFor(profile: Omit<NewsroomProfile, 'statement'>): string {
  const { name } = profile
  const taxId = profile.taxId === null ? '' : `, tax ID ${profile.taxId}`
  const noBenefit = 'No goods or services were provided in exchange for it.'
  switch (profile.legalStatus) {
    case 'for_profit':
      return `${name} is not a charity. Your contribution supports its journalism and is not tax-deductible as a charitable contribution.`
    case 'charity':
      return (
        `${name} is a charity, tax-exempt under section 501(c)(3) of the US Internal Revenue Code${taxId}. ` +
        `Your donation is tax-deductible to the extent allowed by law. ${noBenefit}`
      )
    case 'fiscally_sponsored':
      return (
        `${name} is a project of its fiscal sponsor ${profile.fiscalSponsor ?? ''}${taxId}. Your donation was made to the sponsor ` +
        `for the work of ${name} and is tax-deductible to the extent allowed by law. ${noBenefit}`
      )
  }
}

/** The newsroom's particulars when the gift was made; a gift older than all of them takes the first. */
export function profileAt(profiles: readonly ProfileInForce[], moment: Date): ProfileInForce {
  const byAge = profiles.toSorted((a, b) => a.inForceFrom.getTime() - b.inForceFrom.getTime() || a.id - b.id)
  const profile = byAge.findLast(({ inForceFrom }) => inForceFrom <= moment) ?? byAge[0]
  if (!profile) throw new Error('no newsroom profile is recorded')
  return profile
}
