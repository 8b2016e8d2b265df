import type { Queryable } from '../../db/database.ts'
import type { DonationId } from '../../ids.ts'
import { bookingDay } from '../../calendar/month.ts'
import { closedMonths } from '../../ledger/closing-store.ts'
import { postToLedger } from '../../ledger/ledger-store.ts'
import type { LocalDate } from '../../calendar/local-date.ts'
import type { BalanceTransaction } from './balance-transaction.ts'
import { dayInBooks, postedEntries } from '../opening/opening.ts'
import { readOpening } from '../opening/opening-store.ts'
import {
  withReturnedAmount,
  failuresIn,
  foreignReturns,
  isBankReturn,
  type RefundFailure,
} from './returned-debit.ts'

/** What posting needs from outside. */
export type PostingDeps = {
  readonly now: () => Date
  /** The newsroom's day of an instant. */
  readonly localDate: (instant: Date) => LocalDate
  readonly newId: () => string
}

/**
 * Stores the new balance transactions of a page and posts them to the ledger, both or neither. Repeating it changes
 * nothing.
 * @returns how many were new
 */
export async function recordTransactions(
  tx: Queryable,
  listed: readonly BalanceTransaction[],
  deps: PostingDeps,
): Promise<number> {
  if (listed.length === 0) return 0
  const page = await withReturnedAmounts(tx, listed)
  const [closed, opening, stored, donations] = await Promise.all([
    closedMonths(tx),
    readOpening(tx),
    insertNew(tx, page, deps.now()),
    donationsPaidBy(tx, page),
  ])
  // Read after waiting for a closing: the month that it closed is over by then.
  const now = deps.now()
  const today = deps.localDate(now)
  const posted = page
    .filter(({ id }) => stored.has(id))
    .map((transaction) => ({
      id: deps.newId(),
      source: transaction.id,
      effect: 'settled' as const,
      clears: transaction.clears,
      donationId: donations.get(transaction.paymentIntentId ?? '') ?? null,
      occurredAt: transaction.createdAt,
      day: bookingDay(dayInBooks(deps.localDate(transaction.createdAt), opening), today, closed),
      entries: postedEntries(transaction, opening),
    }))
    .filter(({ entries }) => entries.length > 0)
  await postToLedger(tx, posted, now)
  return stored.size
}

/** Lists are newest first, so a refund that failed after a return is on the same page or stored already. */
async function withReturnedAmounts(
  tx: Queryable,
  page: readonly BalanceTransaction[],
): Promise<readonly BalanceTransaction[]> {
  const payments = foreignReturns(page).flatMap(({ paymentIntentId }) => paymentIntentId ?? [])
  if (payments.length === 0) return page
  const { rows } = await tx.query<RefundFailure>(
    `select id, payment_intent_id as "paymentIntentId", created_at as "createdAt", presentment_minor as "presentmentMinor"
     from balance_transactions where reporting_category = 'refund_failure' and payment_intent_id = any($1::text[])`,
    [payments],
  )
  const failures = [...failuresIn(page), ...rows]
  return page.map((one) => (isBankReturn(one) ? withReturnedAmount(one, failures) : one))
}

async function insertNew(
  tx: Queryable,
  page: readonly BalanceTransaction[],
  now: Date,
): Promise<Set<string>> {
  // Sorted, so that two processes that store the same page wait for each other instead of deadlocking.
  const rows = page.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const { rows: inserted } = await tx.query<{ id: string }>({
    name: 'insert-balance-transactions',
    text: `insert into balance_transactions (id, type, reporting_category, currency, amount_minor, fee_minor, net_minor,
             created_at, available_on, source, clears, payment_intent_id, presentment_currency, presentment_minor,
             exchange_rate, description, mark, customer_id, read_at)
           select t.*, $19 from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[],
             $7::bigint[], $8::timestamptz[], $9::timestamptz[], $10::text[], $11::text[], $12::text[], $13::text[],
             $14::bigint[], $15::numeric[], $16::text[], $17::text[], $18::text[]) as t
           on conflict (id) do nothing returning id`,
    values: [
      rows.map(({ id }) => id),
      rows.map(({ type }) => type),
      rows.map(({ reportingCategory }) => reportingCategory),
      rows.map(({ currency }) => currency),
      rows.map(({ amountMinor }) => amountMinor),
      rows.map(({ feeMinor }) => feeMinor),
      rows.map(({ netMinor }) => netMinor),
      rows.map(({ createdAt }) => createdAt.toISOString()),
      rows.map(({ availableOn }) => availableOn.toISOString()),
      rows.map(({ source }) => source),
      rows.map(({ clears }) => clears),
      rows.map(({ paymentIntentId }) => paymentIntentId),
      rows.map(({ presentment }) => presentment?.currency ?? null),
      rows.map(({ presentment }) => presentment?.minor ?? null),
      rows.map(({ exchangeRate }) => exchangeRate),
      rows.map(({ description }) => description),
      rows.map(({ mark }) => mark ?? null),
      rows.map(({ customerId }) => customerId ?? null),
      now.toISOString(),
    ],
  })
  return new Set(inserted.map(({ id }) => id))
}

/** The donations of a page's payments. A donation that is booked later is found by its payment instead. */
async function donationsPaidBy(
  tx: Queryable,
  page: readonly BalanceTransaction[],
): Promise<ReadonlyMap<string, DonationId>> {
  const payments = page.flatMap(({ paymentIntentId }) => paymentIntentId ?? [])
  const { rows } = await tx.query<{ id: DonationId; payment: string }>({
    name: 'donations-paid-by',
    text: `select id, payment_intent_id as payment from donations where payment_intent_id = any($1::text[])`,
    values: [payments],
  })
  return new Map(rows.map(({ id, payment }) => [payment, id]))
}
