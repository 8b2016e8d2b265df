import type Stripe from 'stripe'
import { z } from 'zod'
import type { Endpoint } from '../api/endpoint.ts'
import { noSuch } from '../api/errors.ts'
import { absoluteUrl, parseParams, text } from '../api/params.ts'
import { seconds } from '../state.ts'
import { startWork } from '../work.ts'

const ignored = z.unknown().optional()
const createSchema = z.strictObject({
  configuration: ignored,
  customer: text(),
  expand: ignored,
  flow_data: ignored,
  locale: text().optional(),
  on_behalf_of: z.undefined().optional(),
  return_url: absoluteUrl.optional(),
})

export const portalEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/v1/billing_portal/sessions',
    run(scene, { params }) {
      const { customer, locale, return_url: returnUrl } = parseParams(createSchema, params)
      if (!scene.state.customer.has(customer)) throw noSuch('customer', customer, 'customer', 400)
      const work = startWork(scene)
      const id = scene.newId('bps_')
      const secret = scene.newId('secret_')
      const session: Stripe.BillingPortal.Session = {
        id,
        object: 'billing_portal.session',
        configuration: 'bpc_1OfflineStripe00',
        created: seconds(scene.nowMs),
        customer,
        customer_account: null,
        flow: null,
        livemode: false,
        locale: locale ?? null,
        on_behalf_of: null,
        return_url: returnUrl ?? null,
        url: `${scene.origin}/p/session/${secret}`,
      }
      work.put('portal_session', secret, session)
      return { body: session, changes: work.changes }
    },
  },
]
