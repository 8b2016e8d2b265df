import { html } from 'hono/html'
import { formatMoney } from '../../money/money.ts'
import type { PayoutPart, PayoutRecord } from '../../settlement/payout-record.ts'
import { storedMoney } from '../../money/stored-money.ts'
import type { Html } from '../../html/layout.ts'
import { cell, dayWords, financePage, type FinanceFrame, moment, table } from './finance-parts-view.ts'
import { payoutTag } from './reconciliation-view.ts'

export type PayoutView = FinanceFrame & {
  readonly payout: PayoutRecord
}

const PARTS: Readonly<Record<PayoutPart['kind'], string>> = {
  gifts: 'Gifts',
  refunds: 'Refunds and returned debits',
  disputes: 'Disputes',
  stripe_fees: 'Stripe’s own fees',
  payouts: 'Payouts that came back',
  other: 'Other movements',
}

/** Which gifts, fees, refunds and disputes make up one deposit. */
export function payoutPage(view: PayoutView): string {
  const { payout, locale } = view
  const title = `Payout of ${shown(view, payout.amount)}`
  return financePage(view, {
    title,
    current: 'reconciliation',
    body: html`<p>
        <a href="/finance/reconciliation?month=${payout.arrivalDate.slice(0, 7)}"
          >← Reconciliation of its month</a
        >
      </p>
      <h1>${title}</h1>
      <p>${payoutTag(payout.status)}</p>
      <dl class="facts">
        <dt>Arrival</dt>
        <dd>${dayWords(payout.arrivalDate, locale)}</dd>
        <dt>Payout</dt>
        <dd><code>${payout.id}</code></dd>
        <dt>Made</dt>
        <dd>${payout.automatic ? 'automatically' : 'by hand'}</dd>
        ${
          payout.failureCode === null
            ? ''
            : html`<dt>Failed</dt>
                <dd>${payout.failureCode.replaceAll('_', ' ')}</dd>`
        }
      </dl>
      ${arrived(view)} ${verdict(view)} ${parts(view)} ${items(view)}`,
  })
}

function arrived({ payout: { status } }: PayoutView): Html {
  if (status !== 'failed' && status !== 'canceled') return html``
  return html`<p class="notice">
    This payout did not reach the bank. Stripe puts its money back into the balance, from where it goes out
    with a later one.
  </p>`
}

function verdict(view: PayoutView): Html {
  const { itemisation, unexplained, status } = view.payout
  if (itemisation === 'not_possible')
    return html`<p class="notice">
      This payout was made by hand. Stripe cannot say what such a payout is made of; its movements are in the
      ledger all the same.
    </p>`
  // It took nothing to the bank: nobody waits for its parts, which go out with a later one.
  if (unexplained === null && (status === 'failed' || status === 'canceled')) return html``
  if (unexplained === null)
    return html`<p class="notice">Stripe has not said yet what this payout is made of.</p>`
  if (unexplained === 0) return html`<p>Its parts add up to the cent.</p>`
  return html`<p class="notice">Its parts do not add up: ${shown(view, unexplained)} is not explained.</p>`
}

function parts(view: PayoutView): Html {
  const { payout } = view
  if (payout.parts.length === 0) return html``
  return table(
    'What it is made of',
    [
      { label: 'Part' },
      { label: 'How many', number: true },
      { label: 'Amount', number: true },
      { label: 'Fees', number: true },
      { label: 'Net', number: true },
    ],
    html`${payout.parts.map(
      ({ kind, count, amount, fee, net }) =>
        html`<tr role="row">
          ${cell('Part', PARTS[kind])} ${cell('How many', count.toLocaleString(view.locale), 'number')}
          ${cell('Amount', shown(view, amount), 'number')} ${cell('Fees', shown(view, fee), 'number')}
          ${cell('Net', shown(view, net), 'number')}
        </tr>`,
    )}
    ${total(view)}`,
  )
}

/** What the verdict is about, to be followed with a finger. */
function total(view: PayoutView): Html {
  const sum = (of: (part: PayoutPart) => number) =>
    view.payout.parts.reduce((before, part) => before + of(part), 0)
  return html`<tr role="row" class="total">
    ${cell('Part', 'Together')}
    ${cell('How many', sum(({ count }) => count).toLocaleString(view.locale), 'number')}
    ${cell(
      'Amount',
      shown(
        view,
        sum(({ amount }) => amount),
      ),
      'number',
    )}
    ${cell(
      'Fees',
      shown(
        view,
        sum(({ fee }) => fee),
      ),
      'number',
    )}
    ${cell(
      'Net',
      shown(
        view,
        sum(({ net }) => net),
      ),
      'number',
    )}
  </tr>`
}

function items(view: PayoutView): Html {
  const { payout, locale, timeZone } = view
  if (payout.items.length === 0) return html``
  const listed = table(
    'Its items',
    [
      { label: 'When' },
      { label: 'What' },
      { label: 'About' },
      { label: 'Amount', number: true },
      { label: 'Fee', number: true },
      { label: 'Net', number: true },
    ],
    html`${payout.items.map(
      ({ at, type, about, id, donationId, amount, fee, net, description }) =>
        html`<tr role="row">
          ${cell('When', moment(new Date(at), locale, timeZone))} ${cell('What', type.replaceAll('_', ' '))}
          ${cell(
            'About',
            donationId === null
              ? about?.startsWith('po_')
                ? html`<a href="/finance/payouts/${encodeURIComponent(about)}"><code>${about}</code></a>`
                : html`<div><code>${about ?? id}</code> ${about === null ? (description ?? '') : ''}</div>`
              : html`<a href="/finance/donations/${donationId}"><code>${about ?? id}</code></a>`,
          )}
          ${cell('Amount', shown(view, amount), 'number')} ${cell('Fee', shown(view, fee), 'number')}
          ${cell('Net', shown(view, net), 'number')}
        </tr>`,
    )}`,
  )
  if (payout.nextCursor === null) return listed
  const next = `/finance/payouts/${encodeURIComponent(payout.id)}?cursor=${encodeURIComponent(payout.nextCursor)}`
  return html`${listed}
    <p><a href="${next}" rel="next">More items →</a></p>`
}

function shown({ payout: { currency }, locale }: PayoutView, amount: number): string {
  return formatMoney(storedMoney(BigInt(amount), currency), locale)
}
