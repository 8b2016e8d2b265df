import type Stripe from 'stripe'
import { seconds } from '../state.ts'
import type { Donor, Scene } from '../state.ts'

/** The customer that Checkout makes for a subscription. */
export function newCustomer(scene: Scene, donor: Donor): Stripe.Customer {
  const id = scene.newId('cus_')
  return {
    id,
    object: 'customer',
    address: { city: null, country: 'US', line1: null, line2: null, postal_code: null, state: null },
    balance: 0,
    created: seconds(scene.nowMs),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: donor.email,
    invoice_prefix: id.slice(-8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: {},
    name: donor.name,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  }
}
