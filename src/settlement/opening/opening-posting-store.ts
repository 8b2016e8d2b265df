import type { Queryable } from '../../db/database.ts'
import type { DonationId } from '../../ids.ts'
import { reversedEntries } from '../../ledger/ledger.ts'
import type { CurrencyCode } from '../../money/currency.ts'
import type { OthersPostingDeps } from '../ownership/activity-of-others-store.ts'
import type { PostingDeps } from '../balance/balance-store.ts'
import {
  entriesOfEarlierCharge,
  entriesThroughOpening,
  openingEntries,
  reversesCharge,
  type BooksOpening,
} from './opening.ts'
import { readOpening } from './opening-store.ts'
import { postInBooks, postingOf, type BooksPosting } from '../books-posting-store.ts'
import { bearsOurMark, decidableUpTo, MARKS_BORNE, MAY_BECOME_OURS } from '../ownership/signs-of-ours.ts'
import { transactionColumns, transactionFrom, type TransactionRow } from '../balance/transaction-row.ts'

/** Posts the opening balances, once: Stripe's balance must have been read to its beginning. */
export async function postOpeningBalances(tx: Queryable, deps: PostingDeps): Promise<void> {
  const opening = await readOpening(tx)
  if (opening === null || opening.balancePostedAt !== null) return
  await postInBooks(tx, deps, opening, await openingBalances(tx, opening))
  await tx.query(`update books_opening set balance_posted_at = $1`, [deps.now().toISOString()])
}

/**
 * Posts what belongs to both times: earlier balance transactions of donations and payouts that the books know, and
 * reversals of earlier charges. Payouts have been read before. Repeating it changes nothing.
 * @param readUpTo everything at Stripe until then has been read: only then is it known which charge is no donation
 */
export async function postAcrossOpening(
  tx: Queryable,
  deps: OthersPostingDeps,
  readUpTo: Date | null,
): Promise<void> {
  const opening = await readOpening(tx)
  if (opening === null || opening.balancePostedAt === null) return
  await postInBooks(tx, deps, opening, await earlierSettlements(tx, opening))
  if (readUpTo === null) return
  await postInBooks(
    tx,
    deps,
    opening,
    await reversalsOfEarlierCharges(tx, deps, opening, decidableUpTo(readUpTo)),
  )
  await postInBooks(tx, deps, opening, await ownAfterAll(tx))
}

async function openingBalances(tx: Queryable, { opensAt }: BooksOpening): Promise<BooksPosting[]> {
  const { rows } = await tx.query<{ currency: CurrencyCode; minor: string }>(
    `select currency, sum(net_minor) as minor from balance_transactions where created_at < $1
     group by currency having sum(net_minor) <> 0`,
    [opensAt],
  )
  return rows.map(({ currency, minor }) => ({
    source: `opening ${currency}`,
    effect: 'opened',
    clears: `opening ${currency}`,
    donationId: null,
    occurredAt: opensAt,
    entries: openingEntries(currency, BigInt(minor)),
  }))
}

/** Earlier balance transactions that settle what the books know, and that are not posted yet. */
async function earlierSettlements(
  tx: Queryable,
  { opensAt, opensOn }: BooksOpening,
): Promise<BooksPosting[]> {
  const { rows } = await tx.query<TransactionRow & { donationId: DonationId | null }>(
    `select ${transactionColumns('b')}, d.id as "donationId"
     from balance_transactions b left join donations d on d.payment_intent_id = b.payment_intent_id
     where b.created_at < $1 and not exists (select from ledger_transactions t where t.source = b.id)
       and (b.clears in (select t.clears from ledger_transactions t
           where t.effect not in ('settled', 'opened', 'concerns_earlier', 'written_off', 'write_off_reversed'))
         or b.type like 'payout%' and (b.clears in (select t.clears from ledger_transactions t where t.effect = 'settled')
           or b.clears in (select p.id from payouts p where p.arrival_date >= $2)))`,
    [opensAt, opensOn],
  )
  return rows.map(({ donationId, ...row }) => {
    const transaction = transactionFrom(row)
    return {
      ...postingOf(transaction, donationId),
      effect: 'settled',
      entries: entriesThroughOpening(transaction),
    }
  })
}

/**
 * Reversals in the books' time, not posted as such yet, of earlier charges that are no donation of the books. A charge
 * that bears our mark is a gift whose event is yet to be recovered: its reversal is the gift's own.
 */
async function reversalsOfEarlierCharges(
  tx: Queryable,
  { ownership }: OthersPostingDeps,
  { opensAt }: BooksOpening,
  decidable: Date,
): Promise<BooksPosting[]> {
  const { rows } = await tx.query<TransactionRow & { readonly bears: string[] }>(
    `with reversal as materialized (
       -- Most reversals are of gifts: only the few others are looked at more closely.
       select b.* from balance_transactions b
       where b.created_at >= $2 and b.created_at <= $1 and b.type not in ('charge', 'payment')
         and not exists (select from donations d where d.payment_intent_id = b.payment_intent_id)
         and not exists (select from ledger_transactions t where t.source = b.id and t.effect = 'concerns_earlier')
     ), earlier as materialized (
       select b.* from reversal b where exists (select from balance_transactions c
         where c.payment_intent_id = b.payment_intent_id and c.type in ('charge', 'payment') and c.created_at < $2)
     )
     select ${transactionColumns('b')}, ${MARKS_BORNE} as bears from earlier b where not ${MAY_BECOME_OURS}`,
    [decidable.toISOString(), opensAt],
  )
  return rows
    .flatMap(({ bears, ...row }) => (bearsOurMark(bears, ownership.marks) ? [] : [transactionFrom(row)]))
    .filter(reversesCharge)
    .map((transaction) => ({
      ...postingOf(transaction),
      effect: 'concerns_earlier',
      entries: entriesOfEarlierCharge(transaction),
    }))
}

/** Reversals posted as those of a stranger's charge, which turned out to be a gift: they come back to be the gift's. */
async function ownAfterAll(tx: Queryable): Promise<BooksPosting[]> {
  const { rows } = await tx.query<TransactionRow>(
    `select ${transactionColumns('b')} from ledger_transactions t join balance_transactions b on b.id = t.source
     where t.effect = 'concerns_earlier'
       and exists (select from donations d where d.payment_intent_id = b.payment_intent_id)
       and not exists (select from ledger_transactions o where o.source = b.id and o.effect = 'is_ours_after_all')`,
  )
  return rows.map(transactionFrom).map((transaction) => ({
    ...postingOf(transaction),
    effect: 'is_ours_after_all',
    entries: reversedEntries(entriesOfEarlierCharge(transaction)),
  }))
}
