export type Frequency = 'once' | 'monthly' | 'yearly'

/** Where a gift came from: the article and the campaign that asked for it. */
export type Attribution = {
  readonly frequency: Frequency
  readonly articleUrl: string | null
  readonly articleTitle: string | null
  readonly campaignSource: string | null
  readonly campaignMedium: string | null
  readonly campaignName: string | null
}

/** The attribution alone, of anything that has its fields. */
export function attributionIn(source: Attribution): Attribution {
  const { frequency, articleUrl, articleTitle, campaignSource, campaignMedium, campaignName } = source
  return { frequency, articleUrl, articleTitle, campaignSource, campaignMedium, campaignName }
}
