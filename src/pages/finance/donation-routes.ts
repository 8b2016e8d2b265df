import { randomUUID } from 'node:crypto'
import { Router } from '@koa/router'
import type { Knex } from 'knex'
import type pg from 'pg'
import { staffOf, type StaffSessions } from '../../access/session-middleware.ts'
import { refundable } from '../../refunds/refund-request.ts'
import { Refusal } from '../../http/refusal.ts'
import { monthOf } from '../../calendar/month.ts'
import type { NewsroomProfile } from '../../newsroom/profile.ts'
import { localDate } from '../../calendar/local-date.ts'
import { payoutsOfPayment } from '../../settlement/payout-reading-store.ts'
import { donationHistory } from '../../reports/donation-history-store.ts'
import type { HistoryEntry } from '../../reports/donation-history.ts'
import { donationById, donationPage as donationsFound } from '../../reports/donation-list-store.ts'
import { donationFrom, type DonationRow } from '../../reports/donation-record.ts'
import { searchFor } from '../../reports/donation-search.ts'
import { storedMoney } from '../../money/stored-money.ts'
import { bookingWords } from './posting-words.ts'
import { donationPage, type DonationHistoryEntry, type DonationView } from './donation-view.ts'
import { textFor } from '../../text/text.ts'
import { known } from './known.ts'

/** One donation with its donor and everything that happened to it. */
export function donationRouter(deps: {
  readonly db: Knex
  readonly pool: pg.Pool
  readonly newsroom: Pick<NewsroomProfile, 'name' | 'timezone'>
  readonly sessions: StaffSessions
}): Router {
  const { db, pool, newsroom, sessions } = deps
  const gate = [sessions.keep, sessions.requireStaff('finance')] as const
  return new Router().get('/finance/donations/:id', ...gate, async (ctx) => {
    const id = ctx.params['id'] ?? ''
    const search = searchFor(id)
    // Stripe's id of the payment or of what went back of it, as differences name them, leads to the donation.
    if (search.by === 'payment_intent' || search.by === 'money_back') {
      const [found] = (await donationsFound(db, { q: search, limit: 1 })).rows
      if (found) return ctx.redirect(`/finance/donations/${found.id}`)
    }
    const row = await donationById(db, id)
    if (!row) throw new Refusal('not_found', 'There is no donation with this id.')
    const [history, payouts] = await Promise.all([
      donationHistory(db, row),
      payoutsOfPayment(pool, row.payment_intent_id),
    ])
    ctx.type = 'html'
    ctx.body = donationPage({
      text: textFor('en'),
      newsroomName: newsroom.name,
      staffEmail: staffOf(ctx).email,
      locale: 'en',
      timeZone: newsroom.timezone,
      ...facts(row),
      payouts,
      month: monthOf(localDate(row.succeeded_at, newsroom.timezone)),
      history: history.map((entry) => inWords(entry, row.currency)),
      refundRequestId: randomUUID(),
    })
  })
}

type Facts = Omit<
  DonationView,
  | 'text'
  | 'newsroomName'
  | 'staffEmail'
  | 'locale'
  | 'timeZone'
  | 'history'
  | 'payouts'
  | 'month'
  | 'refundRequestId'
>

function facts(row: DonationRow): Facts {
  const { id, status, donor, article, campaign, receipt, checkoutId, paymentIntentId, subscriptionId } =
    donationFrom(row, '')
  return {
    id,
    status,
    gross: storedMoney(row.gross_minor, row.currency),
    succeededAt: row.succeeded_at,
    donor: known(donor),
    checkoutId: checkoutId ?? '–',
    paymentIntentId,
    refundable: refundable(
      storedMoney(row.gross_minor, row.currency),
      row.refunded_minor,
      row.disputed_minor,
    ),
    refunded: storedMoney(row.refunded_minor, row.currency),
    disputed: storedMoney(row.disputed_minor, row.currency),
    ...settlementOf(row),
    ...known({ message: row.message, receipt, subscriptionId }),
    ...(article ? { article: { url: article.url, ...known({ title: article.title }) } } : {}),
    ...(campaign ? { campaign: known(campaign) } : {}),
  }
}

function settlementOf({ settlement_currency: currency, fee_minor: fee, net_minor: net }: DonationRow) {
  if (currency === null || fee === null || net === null) return {}
  return { fee: storedMoney(fee, currency), net: storedMoney(net, currency) }
}

function inWords(entry: HistoryEntry, currency: string): DonationHistoryEntry {
  const at = new Date(entry.at)
  switch (entry.kind) {
    case 'stripe_event':
      return { at, what: `Stripe said ${entry.type} (${entry.outcome})`, source: entry.eventId }
    case 'ledger_posting': {
      const late = entry.period === null ? '' : ` (belongs to ${entry.period}, which was closed)`
      const { words, amount } = bookingWords(entry.entries)
      return { at, what: `Booked: ${words}${late}`, source: entry.source, ...known({ amount }) }
    }
    case 'receipt_voided':
      return { at, what: `Receipt ${entry.number} voided (${entry.reason.replaceAll('_', ' ')})` }
    case 'fraud_warning':
      return {
        at,
        what: `Early fraud warning: ${entry.fraudType.replaceAll('_', ' ')}`,
        source: entry.warning,
      }
    case 'refund_asked': {
      const end = entry.refused === null ? '' : `; Stripe refused: ${entry.refused.replaceAll('_', ' ')}`
      const what = `${entry.by} asked for a refund (${entry.reason.replaceAll('_', ' ')})${end}`
      return {
        at,
        what,
        amount: storedMoney(BigInt(entry.amount), currency),
        ...known({ source: entry.refundId }),
      }
    }
    case 'receipt_issued':
      return { at, what: `Receipt ${entry.number} issued` }
    case 'mail_sent':
      return { at, what: 'Receipt sent by mail', source: entry.message }
  }
}
