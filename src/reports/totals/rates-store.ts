import type { Queryable } from '../../db/database.ts'
import type { CurrencyCode } from '../../money/currency.ts'

/** So many minor units of another currency are worth so many of the reporting currency. */
export type Rate = { readonly from: bigint; readonly to: bigint }

/**
 * The rate of each currency to the reporting currency: Stripe's of the last day up to `to` on which it exchanged the
 * pair, in one direction or the other; if there is none, that of the first day after. Currencies without a rate are left out.
 */
export async function readRates(
  db: Queryable,
  reportingCurrency: CurrencyCode,
  to: string,
): Promise<Map<CurrencyCode, Rate>> {
  const { rows } = await db.query<{ currency: CurrencyCode } & Rate>({
    name: 'report-rates',
    text: `with used as (
             select currency as code from report_totals where part = 'booked' and dimension = 'all' and grain = 'year'
             union select settlement_currency from report_totals where part = 'booked' and dimension = 'all' and grain = 'year'
           ), exchange as (
             select t.currency as gift, t.settlement_currency as settled, t.starts_on, t.cleared_gross_minor, t.settled_gross_minor
             from used cross join lateral (
               (select * from report_totals t where ${EXCHANGED} and t.currency = code and t.settlement_currency = $1
                  and t.starts_on <= $2 order by t.starts_on desc limit 1)
               union all
               (select * from report_totals t where ${EXCHANGED} and t.currency = code and t.settlement_currency = $1
                  and t.starts_on > $2 order by t.starts_on limit 1)
               union all
               (select * from report_totals t where ${EXCHANGED} and t.currency = $1 and t.settlement_currency = code
                  and t.starts_on <= $2 order by t.starts_on desc limit 1)
               union all
               (select * from report_totals t where ${EXCHANGED} and t.currency = $1 and t.settlement_currency = code
                  and t.starts_on > $2 order by t.starts_on limit 1)
             ) t where code is not null and code <> $1
           )
           select distinct on (currency) currency, "from", "to" from (
             select gift as currency, cleared_gross_minor as "from", settled_gross_minor as "to", starts_on from exchange where settled = $1
             union all
             select settled, settled_gross_minor, cleared_gross_minor, starts_on from exchange where gift = $1
           ) as rate where "from" > 0 and "to" > 0
           order by currency, starts_on > $2, abs(starts_on - $2::date)`,
    values: [reportingCurrency, to],
  })
  const rates = rows.map(({ currency, from, to: worth }) => [currency, { from, to: worth }] as const)
  return new Map([[reportingCurrency, { from: 1n, to: 1n }], ...rates])
}

const EXCHANGED = `t.part = 'booked' and t.dimension = 'all' and t.grain = 'day' and t.currency <> t.settlement_currency
  and t.cleared_gross_minor > 0`
