import { z } from 'zod'
import { asked, collection, itself } from '../api/collection.ts'
import type { Endpoint } from '../api/endpoint.ts'
import { pageParams } from '../api/lists.ts'
import { email, oneOf, text } from '../api/params.ts'
import { subscriptionEndpoints } from './subscription-endpoints.ts'
import { rowsOf } from '../table.ts'

const customer = text().optional()

export const billingEndpoints: readonly Endpoint[] = [
  ...collection({
    path: '/v1/customers',
    kind: 'customer',
    query: z.strictObject({ ...pageParams, email: email.optional() }),
    rows: ({ state }) => rowsOf(state.customer, itself),
    matches: (query) => (row) => asked(query.email, row.email),
  }),
  ...subscriptionEndpoints,
  ...collection({
    path: '/v1/invoices',
    kind: 'invoice',
    query: z.strictObject({
      ...pageParams,
      customer,
      status: oneOf(['draft', 'open', 'paid', 'uncollectible', 'void']).optional(),
      subscription: text().optional(),
    }),
    rows: ({ state }) => rowsOf(state.invoice, itself),
    matches: (query) => (invoice) =>
      asked(query.customer, invoice.customer) &&
      asked(query.status, invoice.status) &&
      asked(query.subscription, invoice.parent?.subscription_details?.subscription),
  }),
  ...collection({
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
    rows: ({ state }) => rowsOf(state.invoice_payment, itself),
    matches: (query) => (row) =>
      asked(query.invoice, row.invoice) &&
      asked(query.status, row.status) &&
      asked(query.payment?.type, row.payment.type) &&
      asked(query.payment?.payment_intent, row.payment.payment_intent),
  }),
]
