import type { Queryable } from '../../db/database.ts'
import { arrivalDay, arrivalPostings, type ArrivalPosting, type PayoutInBooks } from './arrival.ts'
import type { PostingDeps } from '../balance/balance-store.ts'
import { postInBooks } from '../books-posting-store.ts'
import { readOpening } from '../opening/opening-store.ts'

/**
 * Posts the arrival at the bank of payouts that Stripe calls paid, and the way back of those that the bank returned.
 * Repeating it changes nothing.
 * @param ids of which payouts; null: of all
 */
export async function postArrivals(
  tx: Queryable,
  deps: PostingDeps,
  ids: readonly string[] | null,
): Promise<void> {
  const payouts = await payoutsInBooks(tx, ids)
  const postings = payouts.flatMap((payout) =>
    arrivalPostings(payout, deps.localDate)
      .filter(({ effect }) => effect !== 'arrived' || !payout.isArrived)
      .map((posting: ArrivalPosting) => ({
        ...posting,
        source: payout.id,
        clears: payout.id,
        donationId: null,
      })),
  )
  await postInBooks(tx, deps, await readOpening(tx), postings)
}

type Row = Omit<PayoutInBooks, 'arrivalDate' | 'sentMinor' | 'directMinor' | 'returned'> & {
  readonly arrivalDate: string
  readonly sent: string
  readonly direct: string
  readonly back: string
  readonly returnedAt: Date | null
}

/** Payouts of which something may be left to post. */
async function payoutsInBooks(tx: Queryable, ids: readonly string[] | null): Promise<PayoutInBooks[]> {
  const { rows } = await tx.query<Row>(
    `with unfinished as materialized (
       select p.id, p.currency, p.status, p.arrival_date, exists (
           select from ledger_transactions t where t.source = p.id and t.effect = 'arrived') as is_arrived
       from payouts p
       where ($1::text[] is null or p.id = any($1)) and p.status in ('paid', 'failed', 'canceled')
         and not exists (select from ledger_transactions t where t.source = p.id and t.effect =
           case p.status when 'paid' then 'arrived' else 'arrival_undone' end)
     )
     select p.id, p.currency, p.status, p.arrival_date as "arrivalDate", p.is_arrived as "isArrived",
       coalesce(sum(e.amount_minor) filter (where e.account = 'payouts_in_transit' and b.type = 'payout'), 0) as sent,
       coalesce(sum(e.amount_minor) filter (where e.account = 'bank'), 0) as direct,
       coalesce(sum(e.amount_minor) filter (where e.account = 'payouts_in_transit' and b.type <> 'payout'), 0) as back,
       max(b.created_at) filter (where e.account = 'payouts_in_transit' and b.type <> 'payout') as "returnedAt"
     from unfinished p
       join ledger_transactions t on t.clears = p.id and t.effect = 'settled'
       join balance_transactions b on b.id = t.source
       join ledger_entries e on e.ledger_transaction_id = t.id and e.account in ('payouts_in_transit', 'bank')
     group by p.id, p.currency, p.status, p.arrival_date, p.is_arrived
     order by p.arrival_date, p.id`,
    [ids],
  )
  return rows.map(({ arrivalDate, sent, direct, back, returnedAt, ...row }) => ({
    ...row,
    arrivalDate: arrivalDay(arrivalDate),
    sentMinor: BigInt(sent),
    directMinor: BigInt(direct),
    returned: returnedAt && { minor: -BigInt(back), at: returnedAt },
  }))
}
