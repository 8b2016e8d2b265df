import { html } from 'hono/html'
import { formatMoney, toDecimalString, type Money } from '../../money/money.ts'
import { type Html, webUrl } from '../../html/layout.ts'
import {
  cell,
  type DonationStatus,
  type Donor,
  moment,
  monthWords,
  financePage,
  type FinanceFrame,
  statusTag,
  table,
} from './finance-parts-view.ts'

/** One thing that happened, in plain words, with Stripe's object it was learned from. */
export type DonationHistoryEntry = {
  readonly at: Date
  readonly what: string
  readonly amount?: Money
  readonly source?: string
}

export type DonationView = FinanceFrame & {
  readonly id: string
  readonly status: DonationStatus
  readonly gross: Money
  readonly succeededAt: Date
  /** `2026-01`, in which it succeeded. */
  readonly month: string
  readonly donor: Donor
  readonly article?: { readonly url: string; readonly title?: string }
  readonly campaign?: { readonly source?: string; readonly medium?: string; readonly name?: string }
  readonly message?: string
  readonly receipt?: { readonly number: string; readonly url: string; readonly voided?: boolean }
  /** Minor units of the gift's currency; zero when nothing went back. */
  readonly refunded: Money
  readonly disputed: Money
  /** What can still be refunded. */
  readonly refundable: Money
  /** Of the form: sent twice, it is one refund. */
  readonly refundRequestId: string
  /** In the settlement currency, once Stripe's own books are known. */
  readonly fee?: Money
  readonly net?: Money
  /** That its money went to the bank in, or what went back of it was taken from. */
  readonly payouts: readonly { readonly id: string; readonly hasTheGift: boolean }[]
  readonly subscriptionId?: string
  readonly checkoutId: string
  readonly paymentIntentId: string
  /** Oldest first. */
  readonly history: readonly DonationHistoryEntry[]
}

export function donationPage(view: DonationView): string {
  const amount = formatMoney(view.gross, view.locale)
  return financePage(view, {
    title: `Donation of ${amount}`,
    current: null,
    body: html`<p>
        <a href="/finance?month=${view.month}">← Donations in ${monthWords(view.month, view.locale)}</a>
      </p>
      <h1>Donation of ${amount}</h1>
      <p>${statusTag(view.status)}</p>
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

function facts(view: DonationView): [string, Html | string][] {
  const { donor, article, campaign, receipt } = view
  const campaignWords = [campaign?.source, campaign?.medium, campaign?.name].filter(Boolean).join(' / ')
  const all: [string, Html | string | undefined][] = [
    ['Succeeded', moment(view.succeededAt, view.locale, view.timeZone)],
    ['Gross', formatMoney(view.gross, view.locale)],
    ['Refunded', view.refunded.minor > 0n ? formatMoney(view.refunded, view.locale) : undefined],
    ['Withdrawn by disputes', view.disputed.minor > 0n ? formatMoney(view.disputed, view.locale) : undefined],
    ['Stripe’s fee', view.fee ? formatMoney(view.fee, view.locale) : 'not known yet'],
    [
      'Net',
      view.net ? `${formatMoney(view.net, view.locale)} ${view.net.currency.toUpperCase()}` : undefined,
    ],
    ['Donor', donor.name],
    ['E-mail', donor.email],
    ['Message', view.message],
    ['Article', article && html`<a href="${webUrl(article.url)}">${article.title ?? article.url}</a>`],
    ['Campaign', campaignWords || undefined],
    [
      'Receipt',
      receipt &&
        html`<a href="${webUrl(receipt.url)}">${receipt.number}</a>${receipt.voided ? ' (void)' : ''}`,
    ],
    ['Donation', html`<code>${view.id}</code>`],
    ['Checkout', html`<code>${view.checkoutId}</code>`],
    ['PaymentIntent', html`<code>${view.paymentIntentId}</code>`],
    ...view.payouts.map(({ id, hasTheGift }): [string, Html] => [
      hasTheGift ? 'Payout' : 'Payout of what went back',
      html`<a href="/finance/payouts/${encodeURIComponent(id)}"><code>${id}</code></a>`,
    ]),
    ['Subscription', view.subscriptionId && html`<code>${view.subscriptionId}</code>`],
  ]
  return all.filter((fact): fact is [string, Html | string] => fact[1] !== undefined)
}

function refundForm({ id, refundable, refundRequestId, locale }: DonationView): Html {
  if (refundable.minor === 0n) return html``
  return html`<details>
    <summary>Refund this donation</summary>
    <form method="post" action="/finance/donations/${encodeURIComponent(id)}/refunds">
      <input type="hidden" name="request" value="${refundRequestId}" />
      <div class="field">
        <label for="refund-amount">Amount in ${refundable.currency.toUpperCase()}</label>
        <p class="quiet small" id="refund-amount-hint">At most ${formatMoney(refundable, locale)}.</p>
        <input
          id="refund-amount"
          type="text"
          name="amount"
          inputmode="decimal"
          autocomplete="off"
          required
          maxlength="50"
          value="${toDecimalString(refundable)}"
          aria-describedby="refund-amount-hint"
        />
      </div>
      <div class="field">
        <label for="refund-reason">Reason</label>
        <select id="refund-reason" name="reason">
          <option value="requested_by_customer">The reader asked for it</option>
          <option value="duplicate">It was given twice</option>
          <option value="fraudulent">The card was misused</option>
        </select>
      </div>
      <p class="quiet small">
        Stripe sends it back within days and keeps its fee. The receipt is voided or replaced, and the reader
        is told.
      </p>
      <div class="actions"><button class="button" type="submit">Refund</button></div>
    </form>
  </details>`
}

function history({ history: entries, locale, timeZone }: DonationView): Html {
  return table(
    'History',
    [{ label: 'When' }, { label: 'What' }, { label: 'Amount', number: true }, { label: 'Learned from' }],
    html`${entries.map(
      (entry) =>
        html`<tr role="row">
          ${cell('When', moment(entry.at, locale, timeZone))} ${cell('What', entry.what)}
          ${cell('Amount', entry.amount ? formatMoney(entry.amount, locale) : '–', 'number')}
          ${cell('Learned from', entry.source ? html`<code>${entry.source}</code>` : '–')}
        </tr>`,
    )}`,
  )
}
