import type { Queryable } from '../../db/database.ts'
import type { FeeSum } from './income-statement.ts'

/** The balance transactions of kind `bank_return`. */
const BANK_RETURN = `(b.type in ('payment_failure_refund', 'payment_reversal')
  or b.type = 'adjustment' and b.reporting_category = 'charge_failure')`

/**
 * What Stripe kept of bank debits that failed and never became a gift, by currency, on the day of the books on which
 * Stripe took the debit back. A debit that came back after it was a gift has its fee with that gift.
 */
export async function failedDebitFees(
  db: Queryable,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<FeeSum[]> {
  const { rows } = await db.query<{ currency: string; fee: string }>(
    `with failed as (
       select t.clears from balance_transactions b join ledger_transactions t on t.source = b.id and t.effect = 'settled'
       where ${BANK_RETURN} and b.created_at >= $1::date - interval '2 days' and b.created_at < $2::date + interval '2 days'
         and t.booked_on between $1::date and $2::date and t.period is null
       union
       select t.clears from ledger_transactions t join balance_transactions b on b.id = t.source
       where ${BANK_RETURN} and t.effect = 'settled' and t.period is not null and t.booked_on between $1::date and $2::date
     )
     select e.currency, sum(e.amount_minor) as fee
     from failed f join ledger_transactions t on t.clears = f.clears
       join ledger_entries e on e.ledger_transaction_id = t.id and e.account = 'stripe_fees'
     where not exists (select from donations d where d.payment_intent_id = f.clears)
     group by 1 having sum(e.amount_minor) <> 0 order by 1`,
    [from, to],
  )
  return rows.map(({ currency, fee }) => ({ currency, feeMinor: BigInt(fee) }))
}
