import { randomUUID } from 'node:crypto'
import type { Context } from 'koa'
import type { Knex } from 'knex'
import type pg from 'pg'
import { staffOf } from '../../../access/session/session-middleware.ts'
import { localDate } from '../../../calendar/local-date.ts'
import { monthOf } from '../../../calendar/month.ts'
import { notesOf } from '../../../donations/note-store.ts'
import { Refusal } from '../../../http/refusal.ts'
import { storedMoney } from '../../../money/money.ts'
import { refundable } from '../../../refunds/refund-request.ts'
import { outstandingRefundsMinor } from '../../../refunds/refund-request-store.ts'
import { donationHistory } from '../../../reports/donation-timeline/donation-history-store.ts'
import { donationById } from '../../../reports/donation-list/donation-page-store.ts'
import { donationFrom } from '../../../reports/donation-record.ts'
import { donationTimeline } from '../../../reports/donation-timeline/donation-timeline.ts'
import { timelineFacts } from '../../../reports/donation-timeline/donation-timeline-store.ts'
import { payoutsOfPayment } from '../../../settlement/payouts/payout-store.ts'
import { donationPage, type DonationView } from './donation-view.ts'
import { frameOf, text, type Newsroom } from '../frame/finance-requests.ts'
import { limitFor, type RefundLimits } from './refund-limit.ts'

export type ShowDeps = {
  readonly db: Knex
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly newsroom: Newsroom
  readonly refundLimits: RefundLimits
}

/** What a form did. */
export type Shown = Partial<Pick<DonationView, 'requested' | 'done'>>

/** Answers with the page of a donation. @throws Refusal not_found */
export async function showDonation(
  deps: ShowDeps,
  ctx: Context,
  id: string,
  shown: Shown = {},
): Promise<void> {
  const { db, pool, clock, newsroom } = deps
  const row = await donationById(db, id)
  if (!row) throw new Refusal('not_found', text.finance('donation.notFound'))
  const [history, payouts, outstandingMinor, facts, notes] = await Promise.all([
    donationHistory(db, row),
    payoutsOfPayment(pool, row.payment_intent_id),
    outstandingRefundsMinor(pool, row.id),
    timelineFacts(pool, row),
    notesOf(pool, row.id),
  ])
  const { currency, settlement_currency: settlementCurrency, succeeded_at: succeededAt } = row
  const settled = (minor: bigint | null) =>
    settlementCurrency === null || minor === null ? null : storedMoney(minor, settlementCurrency)
  const gross = storedMoney(row.gross_minor, currency)
  const donation = donationFrom(row, '')
  ctx.type = 'html'
  ctx.body = donationPage({
    ...frameOf(ctx, newsroom),
    ...donation,
    gross,
    coveredFee: row.covered_fee_minor > 0n ? storedMoney(row.covered_fee_minor, currency) : null,
    refunded: storedMoney(row.refunded_minor, currency),
    disputed: storedMoney(row.disputed_minor, currency),
    refundOutstanding: storedMoney(outstandingMinor, currency),
    importedRow: row.imported_row,
    formerAgreement: row.former_agreement,
    // Only where it was paid can it be refunded.
    refundable:
      row.imported_source !== null
        ? { ...gross, minor: 0n }
        : refundable(gross, {
            refundedMinor: row.refunded_minor,
            disputedMinor: row.disputed_minor,
            outstandingMinor,
          }),
    refundLimit: limitFor(deps.refundLimits, staffOf(ctx).role, gross.currency),
    requested: null,
    done: null,
    fee: settled(row.fee_minor),
    disputeFee: settled(
      facts.movements
        .filter(({ kind, currency: own }) => kind === 'dispute' && own === settlementCurrency)
        .reduce((sum, { feeMinor }) => sum + feeMinor, 0n),
    ),
    net: settled(row.net_minor),
    succeededAt,
    month: monthOf(localDate(succeededAt, newsroom.timezone)),
    message: row.message,
    payouts,
    history,
    timeline: donationTimeline({
      ...facts,
      donation,
      succeededAt,
      sessionId: row.stripe_session_id,
      invoiceId: row.stripe_invoice_id,
      history,
      now: clock(),
    }),
    notes,
    refundRequestId: randomUUID(),
    now: clock(),
    ...shown,
  })
}
