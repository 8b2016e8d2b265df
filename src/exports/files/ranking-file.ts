import type { CurrencyCode } from '../../money/currency.ts'
import type { RankingSort } from '../../reports/ranking.ts'
import type { Days } from '../../calendar/days.ts'
import type { Basis } from '../../reports/totals/grouping.ts'
import { nettedSql } from '../../reports/totals/converted-figures-store.ts'
import type { Rate } from '../../reports/totals/rates-store.ts'
import type { Source } from '../../reports/totals/groups-sql.ts'
import { amountColumns, currencyColumn } from '../formats/amount-sql.ts'
import { withNames, type ExportTable } from '../formats/export-table.ts'

export type RankingFile = Days & {
  readonly dimension: 'article' | 'campaign'
  readonly basis: Basis
  readonly sort: RankingSort
  readonly reportingCurrency: CurrencyCode
}

const ORDER: Readonly<Record<RankingSort, string>> = {
  net: 'k.net desc, k.key nulls last',
  gross: 'k.gross desc, k.key nulls last',
  donations: 'k.donations desc, k.key nulls last',
  key: 'k.key nulls last',
}

/** All stories or campaigns of a range of days with their figures in the reporting currency, as the report shows them. */
export function rankingFile(
  { sort, dimension, ...query }: RankingFile,
  source: Source,
  rates: ReadonlyMap<CurrencyCode, Rate>,
): ExportTable {
  const { sql, values } = withNames(nettedSql({ ...query, by: dimension }, source, rates))
  const currency = 'cast(:reporting as text)'
  const isStory = dimension === 'article'
  return {
    columns: [
      { heading: isStory ? 'Story' : 'Campaign', kind: 'text', sql: isStory ? 'latest.title' : 'k.key' },
      ...(isStory ? [{ heading: 'Story address', kind: 'text', sql: 'k.key' } as const] : []),
      { heading: 'Restricted to', kind: 'text', sql: 'r.fund' },
      { heading: 'Gifts', kind: 'integer', sql: 'k.donations' },
      currencyColumn('Currency', currency),
      ...amountColumns('Gross', 'k.gross', currency),
      ...amountColumns('Refunded', 'k.refunded', currency),
      ...amountColumns('Disputed', 'k.disputed', currency),
      ...amountColumns('Processing fees', 'k.processing_fee', currency),
      ...amountColumns('Dispute fees', 'k.dispute_fee', currency),
      ...amountColumns('Net', 'k.net', currency),
      { heading: 'Estimated', kind: 'code', sql: `case when k.is_estimated then 'yes' else 'no' end` },
      { heading: 'Not in these amounts', kind: 'code', sql: 'k.not_converted' },
    ],
    from: `from (${sql}
        select key, sum(donations)::bigint as donations, sum(net)::bigint as net,
          bool_or(is_estimated) as is_estimated,
          string_agg(distinct upper(currency), ' ' order by upper(currency)) filter (where not is_converted) as not_converted,
          ${['gross', 'refunded', 'disputed', 'processing_fee', 'dispute_fee']
            .map((column) => `coalesce(sum(${column}) filter (where is_converted), 0)::bigint as ${column}`)
            .join(', ')}
        from (select *, num_nulls(gross, refunded, disputed, processing_fee, dispute_fee) = 0 as is_converted from netted) as n
        group by key) as k
      left join restrictions r on r.kind = :dimension and r.key = k.key
      ${isStory ? LATEST_TITLE : ''}
      order by ${ORDER[sort]}`,
    values: { ...values, reporting: query.reportingCurrency, dimension },
  }
}

const LATEST_TITLE = `left join lateral (
        select d.article_title as title from donations d where d.article_url = k.key
        order by d.succeeded_at desc, d.id desc limit 1) as latest on true`
