import type Stripe from 'stripe'
import { html } from 'hono/html'
import { formatAmount } from '../currencies.ts'
import { pageView } from '../page-view.ts'
import type { Html } from '../page-view.ts'
import type { Scene, SubscriptionRecord } from '../state.ts'
import { seconds } from '../state.ts'
import { deed, table, time } from './table-view.ts'

/** What time it is here, and buttons to let it pass. */
export function clockForm({ nowMs, aheadMs }: Scene): Html {
  const ahead =
    aheadMs === 0 ? '' : html` (the service’s clock is ${Math.round(aheadMs / 86_400_000)} days behind)`
  return html`<h2>Clock</h2>
    <p>It is ${time(seconds(nowMs))} here${ahead}. What falls due happens as time passes.</p>
    <form method="post" action="/_sandbox/clock" class="row">
      <button name="days" value="1">A day later</button>
      <button name="days" value="7">A week later</button>
      <button name="days" value="31">A month later</button>
    </form>`
}

/** Payments, subscriptions, disputes and payouts, newest first, with what can be done to each. */
export function operatorSections({ state }: Scene, shown: number): Html {
  const newest = <T>(rows: ReadonlyMap<string, T>): T[] => [...rows.values()].slice(-shown).toReversed()
  const charges = newest(state.charge).filter(({ status }) => status === 'succeeded')
  const none = html`<p>None yet.</p>`
  const section = (title: string, name: string, heads: string[], rows: readonly Html[]): Html =>
    html`<h2>${title}</h2>
      ${rows.length === 0 ? none : table(name, heads, rows)}`
  return html`${[
    section('Payments', 'Payment', ['Made', 'Payment', 'Amount', 'Given back', ''], charges.map(chargeRow)),
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
  const { id, currency } = charge
  const left = charge.amount - charge.amount_refunded
  const refund = html`<form method="post" action="/charges/${id}/refund" class="row">
    <input
      name="amount"
      size="8"
      inputmode="decimal"
      aria-label="Amount to refund of ${id}"
      placeholder="all"
    />
    <button aria-label="Refund: ${id}">Refund</button>
  </form>`
  const dispute = html`<form method="post" action="/charges/${id}/dispute" class="row">
    <button name="kind" value="dispute" aria-label="Dispute: ${id}">Dispute</button>
    <button name="kind" value="inquiry" aria-label="Inquiry: ${id}">Inquiry</button>
    <button name="kind" value="lost_at_once" aria-label="Lost at once: ${id}">Lost at once</button>
  </form>`
  return html`<tr>
    <td>${time(charge.created)}</td>
    <td><code>${id}</code></td>
    <td class="number">${formatAmount(charge.amount, currency)}</td>
    <td class="number">${formatAmount(charge.amount_refunded, currency)}</td>
    <td>
      ${left === 0 || charge.disputed ? '' : refund} ${charge.disputed ? 'disputed' : dispute}
      ${deed(`/charges/${id}/warn`, 'Warn of fraud', id)}
      ${id.startsWith('py_') ? deed(`/charges/${id}/come-back`, 'The debit comes back', id) : ''}
    </td>
  </tr>`
}

function subscriptionRow({ object, declines }: SubscriptionRecord): Html {
  const { id, status } = object
  const ends = object.cancel_at_period_end ? ', ends with its period' : ''
  const fails = declines > 0 ? `, declined from now on: ${declines}` : ''
  const acts = html`${deed(`/subscriptions/${id}/decline`, 'Decline the next', id)}
  ${deed(`/subscriptions/${id}/cancel-later`, 'Cancel at period end', id)}
  ${deed(`/subscriptions/${id}/cancel-now`, 'Cancel now', id)}`
  return html`<tr>
    <td>${time(object.created)}</td>
    <td><code>${id}</code></td>
    <td>${status}${ends}${fails}</td>
    <td>${status === 'canceled' ? '' : acts}</td>
  </tr>`
}

function refundRow({ id, created, amount, currency, status }: Stripe.Refund): Html {
  return objectRow(id, created, amount, currency, String(status), [
    status === 'failed' ? '' : deed(`/refunds/${id}/fail`, 'Fails', id),
  ])
}

function disputeRow({ id, created, amount, currency, status }: Stripe.Dispute): Html {
  const ways: Readonly<Record<string, string>> = status.startsWith('warning')
    ? { answer: 'Answer', escalate: 'Becomes a dispute', warning_closed: 'Close' }
    : { answer: 'Answer', won: 'Won', lost: 'Lost', withdrawn: 'Withdrawn' }
  const over = ['won', 'lost', 'warning_closed'].includes(status)
  const acts = Object.entries(ways).map(([way, word]) => deed(`/disputes/${id}/${way}`, word, id))
  return objectRow(id, created, amount, currency, status, over ? [] : acts)
}

function payoutRow({ id, created, amount, currency, status, automatic }: Stripe.Payout): Html {
  const isOver = status === 'failed' || status === 'canceled'
  return objectRow(id, created, amount, currency, `${status}${automatic ? '' : ', by hand'}`, [
    isOver ? '' : deed(`/payouts/${id}/fail`, 'Fails', id),
  ])
}

function objectRow(
  id: string,
  created: number,
  amount: number,
  currency: string,
  status: string,
  acts: readonly (Html | '')[],
): Html {
  return html`<tr>
    <td>${time(created)}</td>
    <td><code>${id}</code></td>
    <td class="number">${formatAmount(amount, currency)}</td>
    <td>${status}</td>
    <td>${acts}</td>
  </tr>`
}

/** Why a button did nothing. */
export function refusedPage(words: string): Html {
  return pageView(
    'Not possible',
    'narrow',
    html`<h1>That is not possible</h1>
      <p>${words}</p>
      <p class="back"><a href="/">Go back</a></p>`,
  )
}
