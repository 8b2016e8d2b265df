import type Stripe from 'stripe'
import type { Context } from '../state/context.ts'
import type { PricedLine } from './session-rules.ts'

/**
 * A line of a session with the price and product that Stripe makes for it.
 * @param created seconds since 1970.
 */
export function newLineItem(context: Context, line: PricedLine, created: number): Stripe.LineItem {
  const amount = line.unitAmount * line.quantity
  const price = {
    id: context.newId('price_'),
    object: 'price',
    active: false, // a price made for one session cannot be used for another
    billing_scheme: 'per_unit',
    created,
    currency: line.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: null,
    metadata: {},
    nickname: null,
    product: context.newId('prod_'),
    recurring:
      line.recurring === null
        ? null
        : {
            interval: line.recurring.interval,
            interval_count: line.recurring.count,
            meter: null,
            trial_period_days: null,
            usage_type: 'licensed',
          },
    tax_behavior: 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: line.recurring === null ? 'one_time' : 'recurring',
    unit_amount: line.unitAmount,
    unit_amount_decimal: String(line.unitAmount),
  }
  return {
    id: context.newId('li_'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: line.currency,
    description: line.name,
    metadata: line.metadata,
    // On the wire `unit_amount_decimal` is a string; the SDK's type is what the SDK makes of it.
    price: price as unknown as Stripe.Price,
    quantity: line.quantity,
  }
}
