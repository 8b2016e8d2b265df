import { html } from 'hono/html'
import { formatMoney, type Money } from '../../money/money.ts'
import { type Html, page, webUrl } from '../layout.ts'
import {
  cell,
  type DonationStatus,
  type Donor,
  moment,
  sections,
  signedIn,
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

export type DonationView = {
  readonly newsroomName: string
  readonly staffEmail: string
  readonly locale: string
  readonly timeZone: string
  readonly id: string
  readonly status: DonationStatus
  readonly gross: Money
  readonly succeededAt: Date
  readonly donor: Donor
  readonly article?: { readonly url: string; readonly title?: string }
  readonly campaign?: { readonly source?: string; readonly medium?: string; readonly name?: string }
  readonly message?: string
  readonly receipt?: { readonly number: string; readonly url: string; readonly voided?: boolean }
  /** Minor units of the gift's currency; zero when nothing went back. */
  readonly refunded: Money
  readonly disputed: Money
  /** In the settlement currency, once Stripe's own books are known. */
  readonly fee?: Money
  readonly net?: Money
  /** That took its money to the bank. */
  readonly payoutId?: string
  readonly subscriptionId?: string
  readonly checkoutId: string
  readonly paymentIntentId: string
  /** Oldest first. */
  readonly history: readonly DonationHistoryEntry[]
}

export function donationPage(view: DonationView): string {
  const amount = formatMoney(view.gross, view.locale)
  return page({
    title: `Donation of ${amount}`,
    newsroomName: view.newsroomName,
    homeUrl: '/finance',
    styles: ['forms', 'finance'],
    wide: true,
    aside: signedIn(view.staffEmail),
    body: html`${sections(null)}
      <p><a href="/finance">← All donations</a></p>
      <h1>Donation of ${amount}</h1>
      <p>${statusTag(view.status)}</p>
      <dl class="facts">
        ${facts(view).map(
          ([term, content]) =>
            html`<dt>${term}</dt>
              <dd>${content}</dd>`,
        )}
      </dl>
      ${history(view)}`,
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
    [
      'Payout',
      view.payoutId &&
        html`<a href="/finance/payouts/${encodeURIComponent(view.payoutId)}"
          ><code>${view.payoutId}</code></a
        >`,
    ],
    ['Subscription', view.subscriptionId && html`<code>${view.subscriptionId}</code>`],
  ]
  return all.filter((fact): fact is [string, Html | string] => fact[1] !== undefined)
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
