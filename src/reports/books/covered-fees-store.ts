import type { Queryable } from '../../db/database.ts'
import type { CoveredFees } from './covered-fees.ts'

/** @param days both inclusive, in the newsroom's timezone */
export async function coveredFees(
  db: Queryable,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<CoveredFees[]> {
  const { rows } = await db.query<CoveredFees>({
    name: 'covered-fees',
    text: `select d.currency, count(*) as gifts, sum(d.covered_fee_minor)::bigint as "coveredMinor",
             count(b.fee) as "settledGifts",
             coalesce(sum(d.covered_fee_minor) filter (where b.fee is not null), 0)::bigint as "settledCoveredMinor",
             coalesce(sum(b.fee), 0)::bigint as "feeMinor"
           from donations d left join lateral (
             select sum(t.fee_minor) as fee from balance_transactions t
             where t.payment_intent_id = d.payment_intent_id and t.type in ('charge', 'payment') and t.currency = d.currency) b on true
           where d.covered_fee_minor > 0 and d.succeeded_on between $1::date and $2::date
           group by 1 order by 1`,
    values: [from, to],
  })
  return rows
}
