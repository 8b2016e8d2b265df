import type Stripe from 'stripe'
import { html } from 'hono/html'
import { formatAmount } from '../currencies.ts'
import { buttonForm, pageView, tableView, timeView } from '../pages/page-view.ts'
import type { Html } from '../pages/page-view.ts'
import type { Context } from '../state/context.ts'
import type { SessionRecord, State } from '../state/state.ts'
import { DAY_MS, seconds } from '../time.ts'
import { objectSections } from './object-sections-view.ts'

const ROWS_SHOWN = 50

/** Everything that the offline Stripe knows, newest first, with what can be done to it. */
export function consoleView(context: Context): Html {
  const { state } = context
  const sessions = [...state.session.values()].slice(-ROWS_SHOWN).toReversed()
  const events = [...state.event.values()].slice(-ROWS_SHOWN).toReversed()
  return pageView(
    'Offline Stripe',
    'wide',
    html`<h1>Offline Stripe</h1>
      <p>
        It stands in for Stripe while you try things out: it takes the service’s calls, shows readers the
        checkout and sends signed webhooks. The newest ${ROWS_SHOWN} of each kind are listed.
      </p>
      ${clockForm(context)}
      <h2>Checkout sessions</h2>
      ${
        sessions.length === 0
          ? html`<p>None yet. Start a donation on the newsroom’s page.</p>`
          : tableView(
              'Session',
              ['Made', 'Session', 'Amount', 'Status', ''],
              sessions.map((record) => sessionRow(record, state)),
            )
      }
      ${objectSections(state, ROWS_SHOWN)}
      <h2>Events</h2>
      ${
        events.length === 0
          ? html`<p>None yet.</p>`
          : tableView(
              'Event',
              ['Made', 'Event', 'Webhook', ''],
              events.map((event) => eventRow(event, state)),
            )
      }`,
  )
}

/** Says why a button did nothing. */
export function refusedPage(reason: string): Html {
  return pageView(
    'Not possible',
    'narrow',
    html`<h1>That is not possible</h1>
      <p>${reason}</p>
      <p class="back"><a href="/">Go back</a></p>`,
  )
}

function clockForm({ nowMs, aheadMs }: Context): Html {
  const ahead =
    aheadMs === 0 ? '' : html` (the service’s clock is ${Math.round(aheadMs / DAY_MS)} days behind)`
  return html`<h2>Clock</h2>
    <p>It is ${timeView(seconds(nowMs))} here${ahead}. What falls due happens as time passes.</p>
    <form method="post" action="/_sandbox/clock" class="row">
      <button name="days" value="1">A day later</button>
      <button name="days" value="7">A week later</button>
      <button name="days" value="31">A month later</button>
    </form>`
}

function sessionRow({ object }: SessionRecord, state: State): Html {
  const label = object.id.slice(0, 20)
  const amount = formatAmount(object.amount_total ?? 0, object.currency ?? '')
  const debit = state.bank_debit.get(object.id)
  const isDebitPending = debit !== undefined && !debit.settled
  return html`<tr>
    <td>${timeView(object.created)}</td>
    <td>
      ${object.status === 'open' ? html`<a href="/c/pay/${object.id}"><code>${label}…</code></a>` : html`<code>${label}…</code>`}
    </td>
    <td class="number">${amount}</td>
    <td>${object.status}, ${isDebitPending ? 'bank debit pending' : object.payment_status}</td>
    <td>
      ${
        isDebitPending
          ? html`<form method="post" action="/sessions/${object.id}/settle">
              <button name="outcome" value="succeeded">Bank pays now</button>
              <button name="outcome" value="failed">Bank refuses now</button>
            </form>`
          : ''
      }
    </td>
  </tr>`
}

function eventRow(event: Stripe.Event, state: State): Html {
  return html`<tr>
    <td>${timeView(event.created)}</td>
    <td>${event.type}<br /><code>${event.id}</code></td>
    <td>${deliveryStatus(event.id, state)}</td>
    <td>${buttonForm(`/events/${event.id}/resend`, 'Send again', `${event.type} ${event.id}`)}</td>
  </tr>`
}

function deliveryStatus(eventId: string, state: State): string {
  const delivery = state.delivery.get(eventId)
  if (delivery === undefined || delivery.attempts === 0) return 'not sent yet'
  const attempts = delivery.attempts === 1 ? '1 attempt' : `${delivery.attempts} attempts`
  const statuses = { pending: 'will be sent again', delivered: 'received', given_up: 'given up' }
  return `${statuses[delivery.status]} (${attempts}, last answer ${delivery.lastAnswer})`
}
