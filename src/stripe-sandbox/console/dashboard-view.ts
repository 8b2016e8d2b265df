import type Stripe from 'stripe'
import { html } from 'hono/html'
import { formatAmount } from '../currencies.ts'
import { clockForm, operatorSections } from './operator-view.ts'
import { pageView } from '../page-view.ts'
import type { Html } from '../page-view.ts'
import { deed, table, time } from './table-view.ts'
import type { Scene, SessionRecord, State } from '../state.ts'

const SHOWN = 50

/** Sessions and events, newest first, with what became of them. */
export function dashboardView(scene: Scene): Html {
  const { state } = scene
  const sessions = [...state.session.values()].slice(-SHOWN).toReversed()
  const events = [...state.event.values()].slice(-SHOWN).toReversed()
  return pageView(
    'Offline Stripe',
    'wide',
    html`<h1>Offline Stripe</h1>
      <p>
        It stands in for Stripe while you try things out: it takes the service’s calls, shows readers the
        checkout and sends signed webhooks. The newest ${SHOWN} of each kind are listed.
      </p>
      ${clockForm(scene)}
      <h2>Checkout sessions</h2>
      ${
        sessions.length === 0
          ? html`<p>None yet. Start a donation on the newsroom’s page.</p>`
          : table(
              'Session',
              ['Made', 'Session', 'Amount', 'Status', ''],
              sessions.map((record) => sessionRow(record, state)),
            )
      }
      ${operatorSections(scene, SHOWN)}
      <h2>Events</h2>
      ${
        events.length === 0
          ? html`<p>None yet.</p>`
          : table(
              'Event',
              ['Made', 'Event', 'Webhook', ''],
              events.map((event) => eventRow(event, state)),
            )
      }`,
  )
}

function sessionRow({ object }: SessionRecord, state: State): Html {
  const label = object.id.slice(0, 20)
  const amount = formatAmount(object.amount_total ?? 0, object.currency ?? '')
  const debit = state.bank_debit.get(object.id)
  const underWay = debit !== undefined && !debit.settled
  return html`<tr>
    <td>${time(object.created)}</td>
    <td>
      ${object.status === 'open' ? html`<a href="/c/pay/${object.id}"><code>${label}…</code></a>` : html`<code>${label}…</code>`}
    </td>
    <td class="number">${amount}</td>
    <td>${object.status}, ${underWay ? 'bank debit under way' : object.payment_status}</td>
    <td>
      ${
        underWay
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
    <td>${time(event.created)}</td>
    <td>${event.type}<br /><code>${event.id}</code></td>
    <td>${deliveryWords(event.id, state)}</td>
    <td>${deed(`/events/${event.id}/resend`, 'Send again', `${event.type} ${event.id}`)}</td>
  </tr>`
}

function deliveryWords(eventId: string, state: State): string {
  const delivery = state.delivery.get(eventId)
  if (delivery === undefined || delivery.attempts === 0) return 'not sent yet'
  const tries = delivery.attempts === 1 ? '1 try' : `${delivery.attempts} tries`
  const words = { pending: 'will be sent again', delivered: 'received', given_up: 'given up' }
  return `${words[delivery.status]} (${tries}, last answer ${delivery.lastAnswer})`
}
