export const frequencies = ['once', 'monthly', 'yearly'] as const
export type Frequency = (typeof frequencies)[number]

/** The frequency of a gift, and the article and campaign that led to it. */
export type Attribution = {
  readonly frequency: Frequency
  readonly articleUrl: string | null
  readonly articleTitle: string | null
  readonly campaignSource: string | null
  readonly campaignMedium: string | null
  readonly campaignName: string | null
}

/** The attribution of anything that has its fields, without its other fields. */
export function attributionIn(source: Attribution): Attribution {
  const { frequency, articleUrl, articleTitle, campaignSource, campaignMedium, campaignName } = source
  return { frequency, articleUrl, articleTitle, campaignSource, campaignMedium, campaignName }
}
