import { z } from 'zod'
import type { Endpoint } from '../api/endpoint.ts'
import { pageParams } from '../api/lists.ts'
import { email, oneOf, text } from '../api/params.ts'
import { admits, resourceEndpoints } from '../api/resource.ts'
import { rowsOf } from '../state/table.ts'
import { presentInvoice } from './invoice.ts'
import { portalEndpoints } from './portal-endpoints.ts'
import { subscriptionEndpoints } from './subscription-endpoints.ts'

const customer = text().optional()

export const billingEndpoints: readonly Endpoint[] = [
  ...resourceEndpoints({
    path: '/v1/customers',
    kind: 'customer',
    query: z.strictObject({ ...pageParams, email: email.optional() }),
    rows: ({ state }) => rowsOf(state.customer),
    matches: (query) => (row) => admits(query.email, row.email),
  }),
  ...subscriptionEndpoints,
  ...portalEndpoints,
  ...resourceEndpoints({
    path: '/v1/invoices',
    kind: 'invoice',
    query: z.strictObject({
      ...pageParams,
      customer,
      status: oneOf(['draft', 'open', 'paid', 'uncollectible', 'void']).optional(),
      subscription: text().optional(),
    }),
    rows: ({ state }) => rowsOf(state.invoice),
    matches: (query) => (invoice) =>
      admits(query.customer, invoice.customer) &&
      admits(query.status, invoice.status) &&
      admits(query.subscription, invoice.parent?.subscription_details?.subscription),
    present: (invoice, { origin }) => presentInvoice(invoice, origin),
  }),
  ...resourceEndpoints({
    path: '/v1/invoice_payments',
    kind: 'invoice_payment',
    query: z.strictObject({
      ...pageParams,
      invoice: text().optional(),
      payment: z
        .strictObject({
          payment_intent: text().optional(),
          type: oneOf(['payment_intent', 'payment_record']),
        })
        .optional(),
      status: oneOf(['canceled', 'open', 'paid']).optional(),
    }),
    rows: ({ state }) => rowsOf(state.invoice_payment),
    matches: (query) => (row) =>
      admits(query.invoice, row.invoice) &&
      admits(query.status, row.status) &&
      admits(query.payment?.type, row.payment.type) &&
      admits(query.payment?.payment_intent, row.payment.payment_intent),
  }),
]
