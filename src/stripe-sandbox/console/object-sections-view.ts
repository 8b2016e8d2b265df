import type Stripe from 'stripe'
import { html } from 'hono/html'
import { formatAmount } from '../currencies.ts'
import { buttonForm, tableView, timeView } from '../pages/page-view.ts'
import type { Html } from '../pages/page-view.ts'
import type { State, SubscriptionRecord } from '../state/state.ts'

/** Payments, subscriptions, refunds, disputes and payouts, newest first, with what can be done to each. */
export function objectSections(state: State, rowsShown: number): Html {
  const newest = <T>(table: ReadonlyMap<string, T>): T[] => [...table.values()].slice(-rowsShown).toReversed()
  const charges = newest(state.charge).filter(({ status }) => status === 'succeeded')
  const section = (title: string, name: string, headings: string[], rows: readonly Html[]): Html =>
    html`<h2>${title}</h2>
      ${rows.length === 0 ? html`<p>None yet.</p>` : tableView(name, headings, rows)}`
  return html`${[
    section('Payments', 'Payment', ['Made', 'Payment', 'Amount', 'Refunded', ''], charges.map(chargeRow)),
    section(
      'Subscriptions',
      'Subscription',
      ['Made', 'Subscription', 'Status', ''],
      newest(state.subscription).map(subscriptionRow),
    ),
    section(
      'Refunds',
      'Refund',
      ['Made', 'Refund', 'Amount', 'Status', ''],
      newest(state.refund).map(refundRow),
    ),
    section(
      'Disputes',
      'Dispute',
      ['Made', 'Dispute', 'Amount', 'Status', ''],
      newest(state.dispute).map(disputeRow),
    ),
    section(
      'Payouts',
      'Payout',
      ['Made', 'Payout', 'Amount', 'Status', ''],
      newest(state.payout).map(payoutRow),
    ),
  ]}`
}

function chargeRow(charge: Stripe.Charge): Html {
  const { id, currency, disputed } = charge
  const isRefundable = charge.amount > charge.amount_refunded && !disputed
  const refundForm = html`<form method="post" action="/charges/${id}/refund" class="row">
    <input
      name="amount"
      size="8"
      inputmode="decimal"
      aria-label="Amount to refund of ${id}"
      placeholder="all"
    />
    <button aria-label="Refund: ${id}">Refund</button>
  </form>`
  const disputeForm = html`<form method="post" action="/charges/${id}/dispute" class="row">
    <button name="kind" value="dispute" aria-label="Dispute: ${id}">Dispute</button>
    <button name="kind" value="inquiry" aria-label="Inquiry: ${id}">Inquiry</button>
    <button name="kind" value="lost_at_once" aria-label="Lost at once: ${id}">Lost at once</button>
  </form>`
  return html`<tr>
    <td>${timeView(charge.created)}</td>
    <td><code>${id}</code></td>
    <td class="number">${formatAmount(charge.amount, currency)}</td>
    <td class="number">${formatAmount(charge.amount_refunded, currency)}</td>
    <td>
      ${isRefundable ? refundForm : ''} ${disputed ? 'disputed' : disputeForm}
      ${buttonForm(`/charges/${id}/warn`, 'Warn of fraud', id)}
      ${id.startsWith('py_') ? buttonForm(`/charges/${id}/return`, 'Bank returns the debit', id) : ''}
    </td>
  </tr>`
}

function subscriptionRow({ object, declines }: SubscriptionRecord): Html {
  const { id, status } = object
  const ending = object.cancel_at_period_end ? ', ends with its period' : ''
  const declining = declines > 0 ? `, next payments that are declined: ${declines}` : ''
  const buttons = html`${buttonForm(`/subscriptions/${id}/decline`, 'Decline the next', id)}
  ${buttonForm(`/subscriptions/${id}/card-expires`, 'Its card ends this month', id)}
  ${buttonForm(`/subscriptions/${id}/cancel-later`, 'Cancel at period end', id)}
  ${buttonForm(`/subscriptions/${id}/cancel-now`, 'Cancel now', id)}`
  return html`<tr>
    <td>${timeView(object.created)}</td>
    <td><code>${id}</code></td>
    <td>${status}${ending}${declining}</td>
    <td>${status === 'canceled' ? '' : buttons}</td>
  </tr>`
}

function refundRow(refund: Stripe.Refund): Html {
  const { id, status } = refund
  return amountRow(refund, String(status), [
    status === 'failed' ? '' : buttonForm(`/refunds/${id}/fail`, 'Fails', id),
  ])
}

function disputeRow(dispute: Stripe.Dispute): Html {
  const { id, status } = dispute
  const labels: Readonly<Record<string, string>> = status.startsWith('warning')
    ? { evidence: 'Submit evidence', escalate: 'Becomes a dispute', warning_closed: 'Close' }
    : { evidence: 'Submit evidence', won: 'Won', lost: 'Lost', withdrawn: 'Withdrawn' }
  const isClosed = ['won', 'lost', 'warning_closed'].includes(status)
  const buttons = Object.entries(labels).map(([action, label]) =>
    buttonForm(`/disputes/${id}/${action}`, label, id),
  )
  const again = status === 'won' ? [buttonForm(`/disputes/${id}/withdraw-again`, 'Withdraw again', id)] : []
  return amountRow(dispute, status, isClosed ? again : buttons)
}

function payoutRow(payout: Stripe.Payout): Html {
  const { id, status, automatic } = payout
  const isOver = status === 'failed' || status === 'canceled'
  return amountRow(payout, `${status}${automatic ? '' : ', manual'}`, [
    isOver ? '' : buttonForm(`/payouts/${id}/fail`, 'Fails', id),
  ])
}

function amountRow(
  { id, created, amount, currency }: Stripe.Refund | Stripe.Dispute | Stripe.Payout,
  status: string,
  buttons: readonly (Html | '')[],
): Html {
  return html`<tr>
    <td>${timeView(created)}</td>
    <td><code>${id}</code></td>
    <td class="number">${formatAmount(amount, currency)}</td>
    <td>${status}</td>
    <td>${buttons}</td>
  </tr>`
}
