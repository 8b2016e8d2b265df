import type { Queryable } from '../../db/database.ts'
import { jsonAmount } from '../../money/money.ts'
import {
  placeText,
  type JournalPage,
  type JournalPlace,
  type JournalQuery,
  type JournalTransaction,
} from './journal.ts'

/** The ledger transactions booked in these days, oldest first. */
export function journal(
  db: Queryable,
  { from, to, account, limit, cursor }: JournalQuery,
): Promise<JournalPage> {
  return page(db, { limit, cursor }, [from, to, account ?? null], (after) => {
    const ofAccount =
      account === undefined ? '$3::text is null' : ENTRY_OF_ACCOUNT[isRare(account) ? 'rare' : 'usual']
    return `t.booked_on between $1 and $2 and ${ofAccount} and ${after}`
  })
}

/** The postings of a closed period that were made after it was closed, in the order of the days on which they count. */
export function adjustmentsOfPeriod(
  db: Queryable,
  {
    period,
    limit,
    cursor,
  }: { readonly period: string; readonly limit: number; readonly cursor?: JournalPlace | undefined },
): Promise<JournalPage> {
  return page(
    db,
    { limit, cursor },
    [period, null, null],
    (after) => `t.period = $1 and $2::text is null and $3::text is null and ${after}`,
  )
}

/** Accounts that nearly every gift touches; the entries of all others have an index. */
const COMMON = ['donations', 'stripe_clearing', 'stripe_balance', 'stripe_fees']
const isRare = (account: string): boolean => !COMMON.includes(account)
const ENTRY_OF_ACCOUNT = {
  rare: `t.id in (select e.ledger_transaction_id from ledger_entries e where e.account = $3
    and e.account not in ('donations', 'stripe_clearing', 'stripe_balance', 'stripe_fees'))`,
  usual: `exists (select from ledger_entries e where e.ledger_transaction_id = t.id and e.account = $3)`,
} as const

type Row = Omit<JournalTransaction, 'entries' | 'postedAt' | 'occurredAt'> & {
  readonly postedAt: Date
  readonly occurredAt: Date
  readonly accounts: string[]
  readonly currencies: string[]
  readonly amounts: bigint[]
}

async function page(
  db: Queryable,
  { limit, cursor }: Pick<JournalQuery, 'limit' | 'cursor'>,
  values: readonly unknown[],
  conditionOf: (after: string) => string,
): Promise<JournalPage> {
  const isBackwards = cursor?.direction === 'before'
  const order = isBackwards ? 'desc' : 'asc'
  const after = `($4::date is null or (t.booked_on, t.id) ${isBackwards ? '<' : '>'} ($4, $5::uuid))`
  const { rows } = await db.query<Row>(
    `with page as materialized (
       select t.* from ledger_transactions t where ${conditionOf(after)}
       order by t.booked_on ${order}, t.id ${order} limit $6
     )
     select t.id, t.booked_on as "bookedOn", t.period, t.posted_at as "postedAt", t.occurred_at as "occurredAt", t.effect,
       t.source, t.clears as object, coalesce(t.donation_id, (select d.id from balance_transactions b
         join donations d on d.payment_intent_id = b.payment_intent_id where b.id = t.source)) as "donationId",
       e.accounts, e.currencies, e.amounts
     from page t cross join lateral (
       select array_agg(account order by amount_minor < 0, account) as accounts,
         array_agg(currency order by amount_minor < 0, account) as currencies,
         array_agg(amount_minor order by amount_minor < 0, account) as amounts
       from ledger_entries where ledger_transaction_id = t.id
     ) e
     order by t.booked_on ${order}, t.id ${order}`,
    [...values, cursor?.bookedOn ?? null, cursor?.id ?? null, limit + 1],
  )
  const isMore = rows.length > limit
  const found = rows.slice(0, limit)
  const data = (isBackwards ? found.toReversed() : found).map(transactionFrom)
  const [first, last] = [data[0], data.at(-1)]
  const [hasNext, hasPrevious] = isBackwards ? [true, isMore] : [isMore, cursor !== undefined]
  return {
    data,
    nextCursor:
      hasNext && last ? placeText({ direction: 'after', bookedOn: last.bookedOn, id: last.id }) : null,
    previousCursor:
      hasPrevious && first
        ? placeText({ direction: 'before', bookedOn: first.bookedOn, id: first.id })
        : null,
  }
}

function transactionFrom({
  accounts,
  currencies,
  amounts,
  postedAt,
  occurredAt,
  ...row
}: Row): JournalTransaction {
  return {
    ...row,
    postedAt: postedAt.toISOString(),
    occurredAt: occurredAt.toISOString(),
    entries: accounts.map((account, index) => ({
      account,
      currency: currencies[index] ?? '',
      amount: jsonAmount(amounts[index] ?? 0n),
    })),
  }
}
