import { monthOf, type Month } from '../calendar/month.ts'
import type { Queryable } from '../db/database.ts'
import { readOpening } from '../settlement/opening/opening-store.ts'
import type { BeforeTheBooks } from './reconciliation.ts'
import type { Scope } from './reconciliation-store.ts'

/**
 * What the month has to do with the time before the books: their opening in their first month, and later reversals. One
 * that turned out to be a gift's in a later month counts there with the opposite sign.
 */
export async function beforeTheBooks(
  db: Queryable,
  month: Month,
  { from, to, asOf }: { readonly from: string } & Omit<Scope, 'from'>,
): Promise<BeforeTheBooks> {
  const opening = await readOpening(db)
  if (opening === null) return { opening: null, reversals: [] }
  const { rows: reversals } = await db.query<BeforeTheBooks['reversals'][number]>(
    `select t.clears as object, b.type, e.currency, (-sum(e.amount_minor))::bigint as "amountMinor"
     from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id
       join balance_transactions b on b.id = t.source
     where t.effect in ('concerns_earlier', 'is_ours_after_all') and e.account = 'opening_balance' and t.posted_at <= $3
       and t.booked_on between $1 and $2
     group by b.id, t.clears, e.currency having sum(e.amount_minor) <> 0
     order by b.created_at, b.id`,
    [from, to, asOf],
  )
  if (monthOf(opening.opensOn) !== month) return { opening: null, reversals }
  const { rows: balances } = await db.query<{ currency: string; amountMinor: bigint }>(
    `select e.currency, e.amount_minor as "amountMinor"
     from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id
     where t.effect = 'opened' and e.account = 'stripe_balance' order by 1`,
  )
  return { opening: { opensOn: opening.opensOn, balances }, reversals }
}
