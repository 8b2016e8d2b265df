import { html } from 'hono/html'
import { formatMoney, type Money, storedMoney } from '../../../money/money.ts'
import { type Html, webUrl, withMarkup } from '../../../html/layout.ts'
import type { HistoryEntry } from '../../../reports/donation-history.ts'
import type { DonationRecord } from '../../../reports/donation-record.ts'
import {
  amountText,
  dateAndTime,
  monthName,
  financePage,
  payoutLink,
  postingInWords,
  statusTag,
  codeInWords,
  table,
} from '../frame/finance-layout-view.ts'
import { refundForm, refundNotice, type RefundView } from './refund-view.ts'

type RecordFields =
  | 'id'
  | 'status'
  | 'donor'
  | 'article'
  | 'campaign'
  | 'receipt'
  | 'subscriptionId'
  | 'checkoutId'
  | 'paymentIntentId'
  | 'presentment'

export type DonationView = RefundView &
  Pick<DonationRecord, RecordFields> & {
    readonly gross: Money
    readonly succeededAt: Date
    /** `2026-01`, the month in which it succeeded. */
    readonly month: string
    readonly message: string | null
    /** In the donation's currency; zero where nothing was refunded or withdrawn. */
    readonly refunded: Money
    readonly disputed: Money
    /** Refunds that were asked of Stripe and are not among `refunded` yet. */
    readonly refundOutstanding: Money
    /** In the settlement currency; null until Stripe's balance transaction is known. */
    readonly fee: Money | null
    readonly net: Money | null
    /** The payout that paid the donation to the bank, and those that its reversals were taken from. */
    readonly payouts: readonly { readonly id: string; readonly hasTheGift: boolean }[]
    /** Oldest first. */
    readonly history: readonly HistoryEntry[]
  }

export function donationPage(view: DonationView): string {
  const { text, gross, month, status } = view
  const t = text.finance
  const title = t('donation.title', { amount: formatMoney(gross, text.language) })
  return financePage(view, {
    title,
    current: null,
    body: html`<p>
        <a href="/finance?month=${month}">${t('donation.back', { month: monthName(month, text) })}</a>
      </p>
      <h1>${title}</h1>
      <p>${statusTag(status, text)}</p>
      ${refundNotice(view)}
      <dl class="facts">
        ${facts(view).map(
          ([term, content]) =>
            html`<dt>${term}</dt>
              <dd>${content}</dd>`,
        )}
      </dl>
      ${history(view)} ${refundForm(view)}`,
  })
}

type Fact = readonly [term: string, content: Html | string | null]

function facts(view: DonationView): Fact[] {
  const {
    text,
    donor,
    article,
    campaign,
    receipt,
    refunded,
    refundOutstanding: outstanding,
    disputed,
    fee,
    net,
  } = view
  const t = text.finance
  const amount = (sum: Money) => formatMoney(sum, text.language)
  const all: Fact[] = [
    [t('donation.succeeded'), dateAndTime(view.succeededAt, view)],
    [t('donation.gross'), amount(view.gross)],
    [
      t('donation.charged'),
      view.presentment && amountText(view.presentment.amount, view.presentment.currency, text),
    ],
    [t('donation.refunded'), refunded.minor > 0n ? amount(refunded) : null],
    [
      t('donation.refundOutstanding'),
      outstanding.minor > 0n
        ? html`${amount(outstanding)} <span class="quiet">${t('donation.refundOutstandingHint')}</span>`
        : null,
    ],
    [t('donation.withdrawn'), disputed.minor > 0n ? amount(disputed) : null],
    [t('donation.refundable'), amount(view.refundable)],
    [t('donation.fee'), fee ? amount(fee) : t('donation.feeUnknown')],
    [
      t('donation.net'),
      net && t('donation.netAmount', { amount: amount(net), currency: net.currency.toUpperCase() }),
    ],
    [t('donation.donor'), donor.name],
    [t('donation.email'), donor.email],
    [t('donation.message'), view.message],
    [
      t('donation.article'),
      article && html`<a href="${webUrl(article.url)}">${article.title ?? article.url}</a>`,
    ],
    [
      t('donation.campaign'),
      campaign && [campaign.source, campaign.medium, campaign.name].filter(Boolean).join(' / '),
    ],
    [t('donation.receipt'), receipt && receiptLink(receipt, view)],
    [t('donation.donation'), html`<code>${view.id}</code>`],
    [t('donation.checkout'), html`<code>${view.checkoutId ?? '–'}</code>`],
    [t('donation.paymentIntent'), html`<code>${view.paymentIntentId}</code>`],
    ...view.payouts.map(({ id, hasTheGift }): Fact => [
      t(hasTheGift ? 'donation.payout' : 'donation.payoutOfReversal'),
      payoutLink(id),
    ]),
    [t('donation.subscription'), view.subscriptionId && html`<code>${view.subscriptionId}</code>`],
  ]
  return all.filter(([, content]) => content !== null)
}

function receiptLink(
  { url, number, voided }: NonNullable<DonationView['receipt']>,
  { text }: DonationView,
): Html {
  const link = html`<a href="${webUrl(url)}">${number}</a>`
  return voided ? withMarkup(text.finance, 'donation.voidReceipt', { number: link }) : link
}

function history(view: DonationView): Html {
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

type Happened = {
  readonly what: string
  readonly amount?: Money | null
  /** Stripe's object, or the mail, from which it is known. */
  readonly source?: string | null
}

function inWords(entry: HistoryEntry, { text, gross: { currency } }: DonationView): Happened {
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
  { by: who, reason, refused, refundId }: Extract<HistoryEntry, { readonly kind: 'refund_requested' }>,
  { finance: t }: DonationView['text'],
): string {
  const request = { who, reason: codeInWords(reason) }
  if (refused !== null) return t('history.refundRefused', { ...request, refusal: codeInWords(refused) })
  return t(refundId === null ? 'history.refundUnanswered' : 'history.refundRequested', request)
}
