import { Router } from '@koa/router'
import { html } from 'hono/html'
import { formatAmount } from '../currencies.ts'
import { readForm, seeOther, sendPage } from '../pages/page-http.ts'
import { pageView } from '../pages/page-view.ts'
import type { Runtime } from '../runtime.ts'
import { payOpenInvoice } from './renewal.ts'
import { NEXT_CARD, saveNextCard } from './payment-method.ts'

/** What readers see of Stripe's billing: the portal, where they save another card, and the page of an open invoice. */
export function billingPagesRoutes({ runtime }: { readonly runtime: Runtime }): Router {
  const router = new Router()
  router.get('/p/session/:id', (ctx) => {
    const session = runtime.context().state.portal_session.get(String(ctx.params['id']))
    if (session === undefined) return sendPage(ctx, 404, notice('This page has closed', null))
    return sendPage(
      ctx,
      200,
      pageView(
        'Your card',
        'narrow',
        html`<h1>Your card</h1>
          <form method="post" action="/p/session/${session.id}">
            <button class="primary">Save a card that ends in ${NEXT_CARD.last4}</button>
          </form>
          ${back(session.return_url)}`,
      ),
    )
  })
  router.post('/p/session/:id', async (ctx) => {
    await readForm(ctx)
    const session = runtime.context().state.portal_session.get(String(ctx.params['id']))
    if (session === undefined) return sendPage(ctx, 404, notice('This page has closed', null))
    runtime.transact((transaction) => saveNextCard(transaction, session.customer))
    if (session.return_url === null) return sendPage(ctx, 200, notice('The card is saved', null))
    return seeOther(ctx, session.return_url)
  })
  router.get('/i/:id', (ctx) => {
    const invoice = runtime.context().state.invoice.get(String(ctx.params['id']))
    if (invoice === undefined) return sendPage(ctx, 404, notice('There is no such invoice', null))
    const amount = formatAmount(invoice.amount_due, invoice.currency)
    if (invoice.status !== 'open') return sendPage(ctx, 200, notice(`Nothing is open: ${amount}`, null))
    return sendPage(
      ctx,
      200,
      pageView(
        `Pay ${amount}`,
        'narrow',
        html`<h1>Invoice <span class="amount">${amount}</span></h1>
          <form method="post" action="/i/${invoice.id}">
            <button class="primary">Pay ${amount} with another card</button>
          </form>`,
      ),
    )
  })
  router.post('/i/:id', async (ctx) => {
    await readForm(ctx)
    const id = String(ctx.params['id'])
    const status = runtime.context().state.invoice.get(id)?.status
    if (status === undefined) return sendPage(ctx, 404, notice('There is no such invoice', null))
    if (status === 'open') runtime.transact((transaction) => payOpenInvoice(transaction, id))
    return seeOther(ctx, `/i/${id}`)
  })
  return router
}

function back(url: string | null) {
  return url === null ? html`` : html`<p class="back"><a href="${url}">Go back</a></p>`
}

function notice(title: string, url: string | null) {
  return pageView(
    title,
    'narrow',
    html`<h1>${title}</h1>
      ${back(url)}`,
  )
}
