import { html } from 'hono/html'
import { formatMoney, type Money } from '../../../money/money.ts'
import { type Html, webUrl, withMarkup } from '../../../html/layout.ts'
import { lastOfMonth } from '../../../calendar/days.ts'
import type { LocalDate } from '../../../calendar/local-date.ts'
import type { HistoryEntry } from '../../../reports/donation-timeline/donation-history.ts'
import type { DonationRecord } from '../../../reports/donation-record.ts'
import {
  amountText,
  dateAndTime,
  dayName,
  monthName,
  financePage,
  payoutUrl,
  statusTag,
  ownDirection,
} from '../frame/finance-layout-view.ts'
import { notesPart, receiptDesk, type DeskView } from './desk-view.ts'
import { deadlineInWords, disputeReasonInWords } from './dispute-view.ts'
import { historyTable } from './history-view.ts'
import { refundForm, refundNotice, type RefundView } from './refund-view.ts'
import { timelinePart, type TimelineView } from './timeline-view.ts'

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
  | 'disputes'
  | 'imported'

export type DonationView = RefundView &
  TimelineView &
  DeskView &
  Pick<DonationRecord, RecordFields> & {
    readonly gross: Money
    /** What of it covers Stripe's fee; null: nothing. */
    readonly coveredFee: Money | null
    readonly succeededAt: Date
    /** `2026-01`, the month in which it succeeded. */
    readonly month: string
    readonly message: string | null
    /** In the donation's currency; zero where nothing was refunded or withdrawn. */
    readonly refunded: Money
    readonly disputed: Money
    /** Refunds that were asked of Stripe and are not among `refunded` yet. */
    readonly refundOutstanding: Money
    /** Of an imported gift without an id: its row in the file. And its agreement at the former system. */
    readonly importedRow: number | null
    readonly formerAgreement: string | null
    /** In the settlement currency; null until Stripe's balance transaction is known. */
    readonly fee: Money | null
    /** What of `fee` Stripe charged for disputes. */
    readonly disputeFee: Money | null
    readonly net: Money | null
    /** The payout that paid the donation to the bank, and those that its reversals were taken from. */
    readonly payouts: readonly {
      readonly id: string
      readonly amountMinor: bigint
      readonly currency: string
      readonly arrivalDate: LocalDate
      readonly hasTheGift: boolean
    }[]
    /** Oldest first. */
    readonly history: readonly HistoryEntry[]
    readonly done: DoneByForm | null
  }

/** What a form of the page did. */
export const doneByForms = [
  'note_added',
  'note_withdrawn',
  'receipt_replaced',
  'address_corrected',
  'name_corrected',
  'unchanged',
  'mail_queued',
] as const
export type DoneByForm = (typeof doneByForms)[number]

export function donationPage(view: DonationView): string {
  const { text, gross, month, status, done } = view
  const t = text.finance
  const title = t('donation.title', { amount: formatMoney(gross, text.language) })
  return financePage(view, {
    title,
    current: 'donations',
    body: html`<p class="back">
        <a href="/finance/donations?from=${month}-01&amp;to=${lastOfMonth(`${month}-01`)}&amp;basis=given"
          >${t('donation.back', { month: monthName(month, text) })}</a
        >
      </p>
      <h1>${title}</h1>
      <p>${statusTag(status, text)}</p>
      ${done === null ? '' : html`<p class="notice" role="status">${t(`done.${done}`)}</p>`}
      ${view.disputes.map((dispute) => disputeNotice(dispute, view))} ${refundNotice(view)}
      <dl class="facts">
        ${facts(view).map(
          ([term, content]) =>
            html`<dt>${term}</dt>
              <dd>${content}</dd>`,
        )}
      </dl>
      ${refundForm(view)} ${receiptDesk(view)} ${timelinePart(view)} ${notesPart(view)}
      <details class="records">
        <summary>${t('timeline.records')}</summary>
        ${historyTable(view)}
      </details>`,
  })
}

/** What is disputed and until when the newsroom must answer, for a dispute that waits for it. */
function disputeNotice(dispute: DonationView['disputes'][number], view: DonationView): Html {
  const deadline = deadlineInWords(dispute, view, view.now)
  if (deadline === null) return html``
  const { text, gross } = view
  const amount = amountText(dispute.amount, gross.currency, text)
  return html`<p class="notice urgent">
    ${text.finance('timeline.disputed', { amount, reason: disputeReasonInWords(dispute, view) })}
    <strong class="due">${deadline}</strong>
  </p>`
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
    net,
  } = view
  const t = text.finance
  const amount = (sum: Money) => formatMoney(sum, text.language)
  const isByRefund = refunded.minor > 0n && disputed.minor === 0n
  const reducedBy = isByRefund ? 'donation.payoutOfRefund' : 'donation.payoutOfReversal'
  const all: Fact[] = [
    [t('donation.succeeded'), dateAndTime(view.succeededAt, view)],
    [t('donation.gross'), amount(view.gross)],
    [t('donation.coveredFee'), view.coveredFee && coveredInWords(view.coveredFee, view)],
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
    ...importedFacts(view),
    [t('donation.refundable'), view.imported ? null : amount(view.refundable)],
    ...feeFacts(view),
    [
      t('donation.net'),
      net && t('donation.netAmount', { amount: amount(net), currency: net.currency.toUpperCase() }),
    ],
    [
      t('donation.donor'),
      html`<a href="/finance/donors/${encodeURIComponent(view.id)}"
        >${ownDirection(donor.name ?? donor.email ?? t('unknownDonor'))}</a
      >`,
    ],
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
    [
      t('donation.receipt'),
      view.imported ? t('imports.gift.receipt') : receipt && receiptLink(receipt, view),
    ],
    [t('donation.donation'), html`<code>${view.id}</code>`],
    [t('donation.checkout'), view.imported ? null : html`<code>${view.checkoutId ?? '–'}</code>`],
    [t('donation.paymentIntent'), view.imported ? null : html`<code>${view.paymentIntentId}</code>`],
    ...view.payouts.map((payout): Fact => [
      t(payout.hasTheGift ? 'donation.payout' : reducedBy),
      depositNamed(payout, text),
    ]),
    [t('donation.subscription'), view.subscriptionId && html`<code>${view.subscriptionId}</code>`],
  ]
  return all.filter(([, content]) => content !== null)
}

/** What Stripe charges for processing the gift and for a dispute of it are two fees. */
function feeFacts({ text, fee, disputeFee, imported }: DonationView): Fact[] {
  const t = text.finance
  if (fee === null) return [[t('donation.fee'), t(imported ? 'imports.gift.net' : 'donation.feeUnknown')]]
  const amount = (sum: Money) => formatMoney(sum, text.language)
  if (disputeFee === null || disputeFee.minor === 0n) return [[t('donation.fee'), amount(fee)]]
  return [
    [t('donation.processingFee'), amount({ ...fee, minor: fee.minor - disputeFee.minor })],
    [t('donation.disputeFee'), amount(disputeFee)],
  ]
}

/** A deposit by what the bank statement says of it; its id is there to be copied. */
function depositNamed(payout: DonationView['payouts'][number], text: DonationView['text']): Html {
  const { id, amountMinor, currency, arrivalDate } = payout
  const amount = amountText(Number(amountMinor), currency, text)
  return html`<a href="${payoutUrl(id)}"
      >${text.finance('donation.depositOfDay', { amount, day: dayName(arrivalDate, text) })}</a
    >
    <code class="id">${id}</code>`
}

/** Where an imported gift comes from. */
function importedFacts({ text, imported, importedRow, formerAgreement }: DonationView): Fact[] {
  if (imported === null) return []
  const t = text.finance
  const { source, id } = imported
  const from =
    id === null
      ? t('imports.gift.fromWithoutId', { source, row: String(importedRow ?? '') })
      : t('imports.gift.from', { source, id })
  return [
    [t('imports.gift.origin'), from],
    [t('gifts.field.frequency'), formerAgreement && t('imports.gift.agreement', { id: formerAgreement })],
  ]
}

/** Covered against what Stripe took, where both are of one currency. */
function coveredInWords(covered: Money, { fee, text }: DonationView): string {
  const amount = formatMoney(covered, text.language)
  if (!fee || fee.currency !== covered.currency) return amount
  const left = covered.minor - fee.minor
  const difference = formatMoney({ minor: left < 0n ? -left : left, currency: fee.currency }, text.language)
  const t = text.finance
  if (left === 0n) return t('donation.covered.exactly', { amount })
  return t(left < 0n ? 'donation.covered.less' : 'donation.covered.more', { amount, difference })
}

function receiptLink(
  { url, number, voided }: NonNullable<DonationView['receipt']>,
  { text }: DonationView,
): Html {
  const link = html`<a href="${webUrl(url)}">${number}</a>`
  return voided ? withMarkup(text.finance, 'donation.voidReceipt', { number: link }) : link
}
