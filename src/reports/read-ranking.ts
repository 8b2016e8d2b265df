import type pg from 'pg'
import { fundsOf } from '../newsroom/restriction.ts'
import { readRestrictions } from '../newsroom/restriction-store.ts'
import { articleTitles } from './article-title-store.ts'
import type { Ranked } from './overview.ts'
import type { ConvertedFigures, FiguresCursor, FiguresQuery } from './totals/figures.ts'
import { figures } from './totals/read-figures.ts'

/** Rows of a page. */
const RANKED_ON_A_PAGE = 50

export type Ranking = {
  /** A key of null: gifts without a story or campaign. */
  readonly rows: readonly (Omit<Ranked, 'key'> & { readonly key: string | null })[]
  readonly total: ConvertedFigures
  readonly totalDonations: bigint
  readonly next: FiguresCursor | null
}

/** A page of stories or campaigns with their figures in the reporting currency. */
export async function readRanking(
  pool: pg.Pool,
  dimension: 'article' | 'campaign',
  query: Omit<FiguresQuery, 'by' | 'limit'>,
): Promise<Ranking> {
  const [page, restrictions] = await Promise.all([
    figures(pool, { ...query, by: dimension, limit: RANKED_ON_A_PAGE, countsDonors: false }),
    readRestrictions(pool),
  ])
  const funds = fundsOf(restrictions, dimension)
  const keys = page.rows.flatMap(({ key }) => key ?? [])
  const titles = dimension === 'article' ? await articleTitles(pool, keys) : new Map<string, string>()
  const donationsOf = (currencies: (typeof page.total)['currencies']) =>
    currencies.reduce((sum, { donations }) => sum + donations, 0n)
  return {
    rows: page.rows.map(({ key, converted, currencies }) => ({
      ...converted,
      key,
      title: titles.get(key ?? '') ?? null,
      donations: donationsOf(currencies),
      fund: funds.get(key ?? '') ?? null,
    })),
    total: page.total.converted,
    totalDonations: donationsOf(page.total.currencies),
    next: page.next,
  }
}
