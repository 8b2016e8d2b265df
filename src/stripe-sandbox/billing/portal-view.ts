import type Stripe from 'stripe'
import { html } from 'hono/html'
import { formatAmount } from '../currencies.ts'
import { pageView } from '../page-view.ts'
import type { Html } from '../page-view.ts'
import { itemOf } from './subscription.ts'

/** The customer's own page: what is collected, and how to stop it. */
export function portalPage(
  customer: Stripe.Customer,
  subscriptions: readonly Stripe.Subscription[],
  { url, return_url: back }: Stripe.BillingPortal.Session,
): Html {
  const running = subscriptions.filter(({ status }) => status !== 'canceled')
  return pageView(
    'Your recurring gifts',
    'narrow',
    html`<h1>Your recurring gifts</h1>
      <p>${customer.email ?? customer.name ?? ''}</p>
      ${running.length === 0 ? html`<p>Nothing is collected any more.</p>` : running.map((one) => card(one, new URL(url).pathname))}
      ${back === null ? '' : html`<p class="back"><a href="${back}">Go back</a></p>`}`,
  )
}

export function unknownPortal(): Html {
  return pageView(
    'Link not valid',
    'narrow',
    html`<h1>This link is not valid</h1>
      <p>Please ask the newsroom for a new one.</p>`,
  )
}

function card(subscription: Stripe.Subscription, action: string): Html {
  const { price, quantity = 1, current_period_end: end } = itemOf(subscription)
  const amount = formatAmount((price.unit_amount ?? 0) * quantity, subscription.currency)
  const every = price.recurring?.interval ?? 'month'
  const day = new Date(end * 1000).toISOString().slice(0, 10)
  const ends = subscription.cancel_at_period_end
  return html`<form method="post" action="${action}">
    <fieldset>
      <legend>${amount} every ${every}</legend>
      <p>${ends ? `Ends on ${day}. Nothing more is collected.` : `Next collection on ${day}.`}</p>
      <input type="hidden" name="subscription" value="${subscription.id}" />
      ${
        ends
          ? html`<button name="act" value="keep">Keep giving</button>`
          : html`<button name="act" value="cancel">Cancel at the end of this ${every}</button>`
      }
    </fieldset>
  </form>`
}
