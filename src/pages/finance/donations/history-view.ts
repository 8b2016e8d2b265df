import { html } from 'hono/html'
import { formatMoney, type Money, storedMoney } from '../../../money/money.ts'
import type { Html } from '../../../html/layout.ts'
import { refundReasons } from '../../../refunds/refund-request.ts'
import type { HistoryEntry } from '../../../reports/donation-timeline/donation-history.ts'
import type { Text } from '../../../text/text.ts'
import {
  codeInWords,
  dateAndTime,
  monthName,
  postingInWords,
  table,
  type FinanceFrame,
} from '../frame/finance-layout-view.ts'

type HistoryView = FinanceFrame & {
  readonly gross: Money
  /** Oldest first. */
  readonly history: readonly HistoryEntry[]
}

/** Everything that is recorded of a donation, as a table. */
export function historyTable(view: HistoryView): Html {
  const { text } = view
  const t = text.finance
  return table(
    t('donation.history'),
    [
      { label: t('column.when') },
      { label: t('column.what') },
      { label: t('column.amount'), isNumber: true },
      { label: t('column.learnedFrom') },
    ],
    view.history.map((entry) => {
      const { what, amount = null, source = null } = inWords(entry, view)
      return [
        dateAndTime(new Date(entry.at), view),
        what,
        amount ? formatMoney(amount, text.language) : '–',
        source ? html`<code>${source}</code>` : '–',
      ]
    }),
  )
}

/** An entry of the history as a sentence, with its amount where it has one. */
export function entryInWords(entry: HistoryEntry, view: Pick<HistoryView, 'text' | 'gross'>): string {
  const { what, amount = null } = inWords(entry, view)
  return amount === null ? what : `${formatMoney(amount, view.text.language)}: ${what}`
}

type Happened = {
  readonly what: string
  readonly amount?: Money | null
  /** Stripe's object, or the mail, from which it is known. */
  readonly source?: string | null
}

function inWords(
  entry: HistoryEntry,
  { text, gross: { currency } }: Pick<HistoryView, 'text' | 'gross'>,
): Happened {
  const t = text.finance
  switch (entry.kind) {
    case 'stripe_event': {
      const outcome = t(`history.outcome.${entry.outcome}`)
      return { what: t('history.stripeEvent', { type: entry.type, outcome }), source: entry.eventId }
    }
    case 'ledger_posting': {
      const { words: posting, amount } = postingInWords(entry.entries, text)
      const what =
        entry.period === null
          ? t('history.posting', { posting })
          : t('history.adjustment', { posting, month: monthName(entry.period, text) })
      return { what, amount, source: entry.source }
    }
    case 'refund_requested': {
      const what = refundRequestInWords(entry, text)
      return { what, amount: storedMoney(BigInt(entry.amount), currency), source: entry.refundId }
    }
    case 'receipt_issued':
      return { what: t('history.receiptIssued', { number: entry.number }) }
    case 'receipt_voided':
      return { what: t('history.receiptVoided', { number: entry.number, reason: codeInWords(entry.reason) }) }
    case 'fraud_warning':
      return {
        what: t('history.fraudWarning', { type: codeInWords(entry.fraudType) }),
        source: entry.warning,
      }
    case 'mail_sent':
      return { what: t('history.mailSent'), source: entry.message }
    case 'mail_given_up':
      return { what: t('history.mailGivenUp'), source: entry.message }
    case 'mail_intervention':
      return { what: t(`history.intervention.${entry.what}`, { who: entry.by }), source: entry.message }
  }
}

function refundRequestInWords(
  { by: who, reason, note, refused, refundId }: Extract<HistoryEntry, { readonly kind: 'refund_requested' }>,
  { finance: t }: Text,
): string {
  const known = refundReasons.find((one) => one === reason)
  const request = { who, reason: known ? t(`refund.reasons.${known}`) : codeInWords(reason) }
  const words =
    refused !== null
      ? t('history.refundRefused', { ...request, refusal: codeInWords(refused) })
      : t(refundId === null ? 'history.refundUnanswered' : 'history.refundRequested', request)
  return note === null ? words : t('history.refundNote', { request: words, note })
}
