import type { Queryable } from '../db/database.ts'
import { receiptNumber } from '../receipts/receipt-number.ts'
import { movementsIn, STORED_MOVEMENTS, type StoredMovement } from '../refunds/reversal-store.ts'
import {
  transactionColumns,
  transactionFrom,
  type TransactionRow,
} from '../settlement/balance/transaction-row.ts'
import type { DonationRow } from './checks/donation-check.ts'
import type { ImportedRow } from './checks/imported-check.ts'
import type { PostingRow } from './checks/ledger-check.ts'
import type { ReceiptRow, YearOfReceipts } from './checks/receipt-check.ts'
import type { DisputeRow, OrphanMovement, RefundRow } from './checks/reversal-check.ts'
import type { PayoutRow } from './checks/settlement-check.ts'
import type { StoredEvent } from './stored-event.ts'

/** Rows of a list and the key after which the list goes on; null at its end. */
type Page<Row, Key> = { readonly rows: readonly Row[]; readonly next: Key | null }

/** Reads a list page by page. The next page is being read while the caller looks at one. */
export async function* pagesOf<Row, Key>(
  read: (after: Key | null) => Promise<Page<Row, Key>>,
): AsyncGenerator<readonly Row[], void, undefined> {
  let reading = read(null)
  for (;;) {
    const { rows, next } = await reading
    if (next !== null) {
      reading = read(next)
      // It may fail while the caller is busy; the loop throws its error when it comes to it.
      reading.catch(() => undefined)
    }
    yield rows
    if (next === null) return
  }
}

/** Makes a page of rows that are sorted by their key and were read with this limit. */
export function pageOf<Row, Key>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => Key,
): Page<Row, Key> {
  const last = rows.at(-1)
  return { rows, next: last === undefined || rows.length < limit ? null : keyOf(last) }
}

const ROWS_PER_PAGE = 5000
const EVENTS_PER_PAGE = 1000 // some 4 MB
const BEFORE_EVERY_UUID = '00000000-0000-0000-0000-000000000000'

/** Comes first in the database transaction: all later queries read the tables as they stand now. */
export async function readFromOneSnapshot(tx: Queryable): Promise<void> {
  await tx.query(`set transaction isolation level repeatable read read only`)
}

/**
 * Events that were applied, ignored or wait. Failed and quarantined events prove nothing.
 * @param handledTypes of other types the body, which is most of an event, is not read
 */
export async function storedEvents(tx: Queryable, handledTypes: readonly string[], after: bigint | null) {
  const { rows } = await tx.query<StoredEvent>({
    name: 'verify-events',
    text: `select e.id, e.event_id as "eventId", e.type, e.created_at as "createdAt", s.outcome,
             case when e.type = any($3) then e.body end as body
           from inbox_states s join inbox_events e on e.id = s.inbox_event_id
           where s.inbox_event_id > $1 and s.outcome in ('applied', 'ignored', 'waiting')
           order by s.inbox_event_id limit $2`,
    values: [after ?? 0n, EVENTS_PER_PAGE, handledTypes],
  })
  return pageOf(rows, EVENTS_PER_PAGE, ({ id }) => id)
}

/** How many events are pending, and the oldest of them. */
export async function pendingInbox(tx: Queryable) {
  type Pending = { readonly events: bigint; readonly oldest: string | null }
  const { rows } = await tx.query<Pending>(
    `select count(*) as events,
       (select event_id from inbox_events where id = min(inbox_event_id)) as oldest
     from inbox_states where outcome = 'pending'`,
  )
  return rows[0] ?? { events: 0n, oldest: null }
}

/** Donations without donor data. */
export async function donationRows(tx: Queryable, after: string | null) {
  const { rows } = await tx.query<DonationRow>({
    name: 'verify-donations',
    text: `select id, payment_intent_id as "paymentIntentId", stripe_session_id as "sessionId",
             stripe_invoice_id as "invoiceId", stripe_subscription_id as "subscriptionId", checkout_id as "checkoutId",
             charge_id as "chargeId", charged_at as "chargedAt", currency, gross_minor as "grossMinor", covered_fee_minor as "coveredFeeMinor", presentment_currency as "presentmentCurrency",
             presentment_minor as "presentmentMinor", frequency, article_url as "articleUrl",
             article_title as "articleTitle", campaign_source as "campaignSource", campaign_medium as "campaignMedium",
             campaign_name as "campaignName", succeeded_at as "succeededAt", succeeded_on as "succeededOn", status,
             refunded_minor as "refundedMinor", disputed_minor as "disputedMinor", lost_minor as "lostMinor"
           from donations where id > $1 order by id limit $2`,
    values: [after ?? BEFORE_EVERY_UUID, ROWS_PER_PAGE],
  })
  return pageOf(rows, ROWS_PER_PAGE, ({ id }): string => id)
}

/** Where imported donations come from, by donation. */
export async function importedRows(tx: Queryable): Promise<Map<string, ImportedRow>> {
  const { rows } = await tx.query<ImportedRow>(
    `select donation_id as "donationId", gift_key as "giftKey", currency, gross_minor as "grossMinor", given_on as "givenOn",
       frequency, article_url as "articleUrl", campaign_name as "campaignName"
     from imported_gifts`,
  )
  return new Map(rows.map((row) => [row.donationId, row]))
}

export async function refundRows(tx: Queryable): Promise<RefundRow[]> {
  const { rows } = await tx.query<RefundRow>(
    `select r.id, d.payment_intent_id as payment, r.currency, r.amount_minor as minor, r.kind, r.status,
       r.created_at as "createdAt", r.failed_at as "failedAt"
     from refunds r left join donations d on d.id = r.donation_id`,
  )
  return rows
}

export async function disputeRows(tx: Queryable): Promise<DisputeRow[]> {
  const { rows } = await tx.query<Omit<DisputeRow, 'movements'> & { movements: StoredMovement[] }>(
    `select p.id, d.payment_intent_id as payment, p.currency, p.amount_minor as minor, p.status,
       ${STORED_MOVEMENTS} as movements
     from disputes p left join donations d on d.id = p.donation_id`,
  )
  return rows.map((row) => ({ ...row, movements: movementsIn(row.movements) }))
}

/** Withdrawals and reinstatements of disputes that do not exist. */
export async function orphanMovements(tx: Queryable): Promise<OrphanMovement[]> {
  const { rows } = await tx.query<OrphanMovement>(
    `select m.dispute_id as "disputeId", m.currency, m.amount_minor as minor from dispute_movements m
     where not exists (select from disputes p where p.id = m.dispute_id) order by m.dispute_id, m.moved_at, m.amount_minor`,
  )
  return rows
}

export async function warningIds(tx: Queryable): Promise<Set<string>> {
  const { rows } = await tx.query<{ id: string }>(`select id from fraud_warnings`)
  return new Set(rows.map(({ id }) => id))
}

export async function subscriptionIds(tx: Queryable): Promise<Set<string>> {
  const { rows } = await tx.query<{ id: string }>(`select stripe_subscription_id as id from subscriptions`)
  return new Set(rows.map(({ id }) => id))
}

/** Ledger transactions, each with its entries as one text, so that a hundred thousand fit into memory. */
export async function postingRows(tx: Queryable, after: string | null) {
  const { rows } = await tx.query<PostingRow>({
    name: 'verify-ledger',
    text: `select t.id, t.source, t.effect, t.clears, t.donation_id as "donationId", t.occurred_at as "occurredAt",
             t.booked_on as "bookedOn", t.period, t.posted_at as "postedAt",
             coalesce((select string_agg(e.account || ' ' || e.currency || ' ' || e.amount_minor, ', '
                order by (e.account || ' ' || e.currency) collate "C")
              from ledger_entries e where e.ledger_transaction_id = t.id), '') as entries
           from ledger_transactions t where t.id > $1 order by t.id limit $2`,
    values: [after ?? BEFORE_EVERY_UUID, ROWS_PER_PAGE],
  })
  return pageOf(rows, ROWS_PER_PAGE, ({ id }) => id)
}

/** The sum of all entries by currency; each is zero in a right ledger. */
export async function trialSums(tx: Queryable): Promise<{ currency: string; minor: bigint }[]> {
  const { rows } = await tx.query<{ currency: string; minor: string }>(
    `select currency, sum(amount_minor)::text as minor from ledger_entries group by currency order by currency`,
  )
  return rows.map(({ currency, minor }) => ({ currency, minor: BigInt(minor) }))
}

/** When each month was closed. */
export async function closings(tx: Queryable): Promise<Map<string, Date>> {
  const { rows } = await tx.query<{ month: string; closed_at: Date }>(
    `select month, closed_at from month_closings`,
  )
  return new Map(rows.map(({ month, closed_at: closedAt }) => [month, closedAt]))
}

/** Stripe's balance transactions as the sync stored them. */
export async function transactionRows(tx: Queryable, after: string | null) {
  const { rows } = await tx.query<TransactionRow>({
    name: 'verify-balance-transactions',
    text: `select ${transactionColumns('b')} from balance_transactions b where b.id > $1 order by b.id limit $2`,
    values: [after ?? '', ROWS_PER_PAGE],
  })
  return pageOf(rows.map(withWholePresentment).map(transactionFrom), ROWS_PER_PAGE, ({ id }) => id)
}

/**
 * An amount without its currency, or the other way round, counts as none for its readers. Here it is a difference: no amount
 * in the transaction's own currency is ever kept there.
 */
function withWholePresentment(row: TransactionRow): TransactionRow {
  const { presentmentCurrency: currency, presentmentMinor: minor } = row
  if ((currency === null) === (minor === null)) return row
  return { ...row, presentmentCurrency: currency ?? row.currency, presentmentMinor: minor ?? 0n }
}

export async function payoutRows(tx: Queryable): Promise<PayoutRow[]> {
  const { rows } = await tx.query<PayoutRow>(
    `select id, currency, amount_minor as "amountMinor", status, automatic, arrival_date as "arrivalDate",
       created_at as "createdAt", balance_transaction_id as "balanceTransactionId",
       failure_balance_transaction_id as "failureBalanceTransactionId", failure_code as "failureCode", trace_id as "traceId", itemisation, items_minor as "itemsMinor",
       read_at as "readAt"
     from payouts order by id`,
  )
  return rows
}

/** The ids of each payout's items, by the payout's id. */
export async function payoutItems(tx: Queryable): Promise<Map<string, readonly string[]>> {
  const { rows } = await tx.query<{ payout: string; items: string[] }>(
    `select payout_id as payout, array_agg(balance_transaction_id order by balance_transaction_id) as items
     from payout_items group by payout_id`,
  )
  return new Map(rows.map(({ payout, items }) => [payout, items]))
}

/** All receipts of one donation, by revision. */
export type ReceiptChain = { readonly donationId: string; readonly receipts: readonly ReceiptRow[] }

/** A chain as JSON writes it, which has neither bigints nor dates. */
type ChainRow = {
  readonly donationId: string
  readonly receipts: readonly (Omit<ReceiptRow, 'number' | 'grossMinor' | 'issuedAt' | 'replaces'> & {
    readonly number: string
    readonly grossMinor: string
    readonly issuedAtMs: number
    readonly replacesYear: number | null
    readonly replacesNumber: string | null
  })[]
}

export async function receiptChains(tx: Queryable, after: string | null) {
  const { rows } = await tx.query<ChainRow>({
    name: 'verify-receipts',
    text: `select r.donation_id as "donationId", json_agg(json_build_object('year', r.year, 'number', r.number::text,
               'revision', r.revision, 'currency', r.currency, 'grossMinor', r.gross_minor::text, 'givenOn', r.given_on,
               'profileId', r.newsroom_profile_id, 'replacesYear', r.replaces_year,
               'replacesNumber', r.replaces_number::text,
               'issuedAtMs', (extract(epoch from r.issued_at) * 1000)::bigint,
               'voided', v.year is not null, 'voidReason', v.reason) order by r.revision) as receipts
           from receipts r left join receipt_voidings v on (v.year, v.number) = (r.year, r.number)
           where r.donation_id > $1 group by r.donation_id order by r.donation_id limit $2`,
    values: [after ?? BEFORE_EVERY_UUID, ROWS_PER_PAGE],
  })
  const chains = rows.map(({ donationId, receipts }): ReceiptChain => ({
    donationId,
    receipts: receipts.map(({ issuedAtMs, replacesYear, replacesNumber, ...receipt }) => ({
      ...receipt,
      number: BigInt(receipt.number),
      grossMinor: BigInt(receipt.grossMinor),
      issuedAt: new Date(issuedAtMs),
      replaces: replacedBy(replacesYear, replacesNumber),
    })),
  }))
  return pageOf(chains, ROWS_PER_PAGE, ({ donationId }) => donationId)
}

/** Half of a number is no receipt's. It stands for itself, so that it is seen. */
function replacedBy(year: number | null, number: string | null): string | null {
  if (year !== null && number !== null) return receiptNumber(year, BigInt(number))
  return year === null ? number : String(year)
}

export async function yearsOfReceipts(tx: Queryable): Promise<YearOfReceipts[]> {
  const { rows } = await tx.query<YearOfReceipts>(
    `select year, coalesce(r.receipts, 0) as receipts, r.first, r.last, c.last_number as counter, coalesce(k.receipts, 0) as counted
     from (select year, count(*) as receipts, min(number) as first, max(number) as last from receipts group by year) r
       full join receipt_counters c using (year) full join receipt_counts k using (year) order by year`,
  )
  return rows
}

/** The newsroom's timezones, the latest first. */
export async function zonesOfProfiles(tx: Queryable): Promise<string[]> {
  const { rows } = await tx.query<{ timezone: string }>(
    `select timezone from newsroom_profiles group by timezone order by max(id) desc`,
  )
  return rows.map(({ timezone }) => timezone)
}
