import type Stripe from 'stripe'
import { z } from 'zod'
import type { Endpoint } from '../api/endpoint.ts'
import { noSuch } from '../api/errors.ts'
import { absoluteUrl, oneOf, parseParams, text } from '../api/params.ts'
import { seconds } from '../time.ts'

const createSchema = z.strictObject({
  customer: text(),
  flow_data: z
    .strictObject({ type: oneOf(['payment_method_update']), after_completion: z.unknown().optional() })
    .optional(),
  locale: text().optional(),
  return_url: absoluteUrl.optional(),
})

/** `POST /v1/billing_portal/sessions`: the page on which a reader saves another card. */
export const portalEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/v1/billing_portal/sessions',
    run(transaction, { params }) {
      const { customer, locale, return_url } = parseParams(createSchema, params)
      if (transaction.get('customer', customer) === undefined)
        throw noSuch('customer', customer, 'customer', 400)
      const { context } = transaction
      const id = context.newId('bps_')
      const session: Stripe.BillingPortal.Session = {
        id,
        object: 'billing_portal.session',
        configuration: 'bpc_offline',
        created: seconds(context.nowMs),
        customer,
        customer_account: null,
        flow: null,
        livemode: false,
        locale: (locale ?? null) as Stripe.BillingPortal.Session['locale'], // any language: nothing here is translated
        on_behalf_of: null,
        return_url: return_url ?? null,
        url: `${context.origin}/p/session/${id}`,
      }
      transaction.put('portal_session', id, session)
      return session
    },
  },
]
