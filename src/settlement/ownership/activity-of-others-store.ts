import type { CheckoutMarks } from '../../checkout/checkout-mark.ts'
import type { Queryable } from '../../db/database.ts'
import type { LedgerEffect, LedgerEntry } from '../../ledger/ledger.ts'
import { asPostedBefore } from '../balance/balance-posting.ts'
import { entriesOfOthers, entriesOfOursAfterAll, mayBeOfOthers } from './activity-of-others.ts'
import type { PostingDeps } from '../balance/balance-store.ts'
import type { BalanceTransaction } from '../balance/balance-transaction.ts'
import { postInBooks, postingOf } from '../books-posting-store.ts'
import { readOpening } from '../opening/opening-store.ts'
import { bearsOurMark, decidableUpTo, MARKS_BORNE, MAY_BECOME_OURS } from './signs-of-ours.ts'
import { transactionColumns, transactionFrom, type TransactionRow } from '../balance/transaction-row.ts'

/** What posting needs from outside, and by what it recognises ours. */
export type OthersPostingDeps = PostingDeps & {
  readonly ownership: { readonly marks: Pick<CheckoutMarks, 'checkoutIn'> }
}

/**
 * Posts what balance transactions have to do with other programs: those that nothing proves ours leave the clearing
 * account, and those that turned out to be ours come back. Repeating it changes nothing.
 * @param readUpTo everything at Stripe until then has been read: only then is it known what nothing proves
 */
export async function postActivityOfOthers(
  tx: Queryable,
  deps: OthersPostingDeps,
  readUpTo: Date | null,
): Promise<void> {
  if (readUpTo === null) return
  const unproven = (await movementsOfNobody(tx, decidableUpTo(readUpTo))).filter(
    ({ bears }) => !bearsOurMark(bears, deps.ownership.marks),
  )
  await post(tx, deps, 'concerns_others', unproven, entriesOfOthers)
  await post(tx, deps, 'is_ours_after_all', await ownAfterAll(tx), entriesOfOursAfterAll)
}

async function post(
  tx: Queryable,
  deps: PostingDeps,
  effect: LedgerEffect,
  movements: readonly PostedMovement[],
  entriesOf: (movement: BalanceTransaction) => LedgerEntry[],
): Promise<void> {
  const postings = movements
    .filter(({ movement }) => mayBeOfOthers(movement))
    .map(({ movement, isPostedBefore }) => ({
      ...postingOf(movement),
      effect,
      entries: isPostedBefore ? asPostedBefore(movement, entriesOf(movement)) : entriesOf(movement),
    }))
  await postInBooks(tx, deps, await readOpening(tx), postings)
}

/** A balance transaction, and whether its fee was posted to `stripe_fees`, as every fee was by earlier releases. */
type PostedMovement = { readonly movement: BalanceTransaction; readonly isPostedBefore: boolean }

/** In a query: `isPostedBefore` of the ledger transaction `t`. */
const IS_POSTED_BEFORE = `exists (select from ledger_entries e
  where e.ledger_transaction_id = t.id and e.account = 'stripe_fees')`

/** Effects that say nothing of whose a movement is. */
const NO_PROOF = `('settled', 'concerns_others', 'is_ours_after_all', 'written_off', 'write_off_reversed')`
/**
 * Movements in the books' time of which no donation, no event and no customer of ours knows. Those that undo each other
 * count, too: their fees are not ours, and whether one of them was read before the other makes no difference. A payment
 * by bank debit may be decided for two weeks; that it succeeded, an ignored event says sooner.
 */
async function movementsOfNobody(
  tx: Queryable,
  decidable: Date,
): Promise<(PostedMovement & { readonly bears: readonly string[] })[]> {
  const { rows } = await tx.query<
    TransactionRow & { readonly bears: string[]; readonly isPostedBefore: boolean }
  >(
    `with unknown as materialized (
       -- Nearly every movement is a donation's: only the few others are looked at more closely.
       select b.*, ${IS_POSTED_BEFORE} as is_posted_before from balance_transactions b
         join ledger_transactions t on t.source = b.id and t.effect = 'settled' and t.clears = b.clears
       where b.created_at <= $1 and b.created_at >= coalesce((select opens_at from books_opening), '-infinity')
         and b.type in ('charge', 'payment', 'refund', 'payment_refund', 'refund_failure', 'payment_failure_refund',
           'payment_reversal', 'adjustment')
         and not exists (select from ledger_transactions o where o.clears = b.clears and o.effect not in ${NO_PROOF})
         and not exists (select from ledger_transactions o where o.source = b.id and o.effect = 'concerns_others')
         and not exists (select from donations d where d.payment_intent_id = b.payment_intent_id)
     )
     select ${transactionColumns('b')}, b.is_posted_before as "isPostedBefore", ${MARKS_BORNE} as bears
     from unknown b
     where not ${MAY_BECOME_OURS}
       and (b.type <> 'payment' or b.created_at <= $1::timestamptz - interval '14 days'
         or exists (select from inbox_states s where s.correlation_id = b.payment_intent_id and s.outcome = 'ignored'))
     order by b.created_at, b.id`,
    [decidable.toISOString()],
  )
  return rows.map(({ bears, isPostedBefore, ...row }) => ({
    movement: transactionFrom(row),
    isPostedBefore,
    bears,
  }))
}

async function ownAfterAll(tx: Queryable): Promise<PostedMovement[]> {
  const { rows } = await tx.query<TransactionRow & { readonly isPostedBefore: boolean }>(
    `select ${transactionColumns('b')}, ${IS_POSTED_BEFORE} as "isPostedBefore"
     from ledger_transactions t join balance_transactions b on b.id = t.source
     where t.effect = 'concerns_others'
       and not exists (select from ledger_transactions o where o.source = b.id and o.effect = 'is_ours_after_all')
       and (exists (select from donations d where d.payment_intent_id = b.payment_intent_id)
         or exists (select from ledger_transactions o where o.clears = b.clears and o.effect not in ${NO_PROOF}))
     order by b.created_at, b.id`,
  )
  return rows.map(({ isPostedBefore, ...row }) => ({ movement: transactionFrom(row), isPostedBefore }))
}
