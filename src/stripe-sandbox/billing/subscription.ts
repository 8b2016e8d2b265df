import type Stripe from 'stripe'
import type { Context } from '../state/context.ts'
import type { Donor, SessionRecord, SubscriptionRecord } from '../state/state.ts'
import { DAY_MS, seconds } from '../time.ts'

type Interval = { readonly interval: Stripe.Price.Recurring.Interval; readonly count: number }

/** The subscription that a paid session starts now. */
export function newSubscription(
  context: Context,
  { object: session, lineItems, subscriptionData }: SessionRecord,
  customerId: string,
  donor: Donor,
): SubscriptionRecord {
  const id = context.newId('sub_')
  const now = seconds(context.nowMs)
  const prices = lineItems.flatMap(({ price, quantity }) =>
    price === null ? [] : [{ price, quantity: quantity ?? 1 }],
  )
  const items = prices.map(({ price, quantity }): Stripe.SubscriptionItem => ({
    id: context.newId('si_'),
    object: 'subscription_item',
    billing_thresholds: null,
    created: now,
    current_period_end: periodEndAfter(now, now, intervalOf(price)),
    current_period_start: now,
    current_trial: null,
    discounts: [],
    metadata: {},
    plan: planOf(price),
    price: { ...price, active: true },
    quantity,
    subscription: id,
    tax_rates: [],
  }))
  const object: Stripe.Subscription = {
    ...UNUSED_FIELDS,
    id,
    object: 'subscription',
    billing_cycle_anchor: now,
    created: now,
    currency: session.currency ?? '',
    customer: customerId,
    default_payment_method: null,
    description: subscriptionData?.description ?? null,
    items: completeList(items, `/v1/subscription_items?subscription=${id}`),
    latest_invoice: null,
    metadata: subscriptionData?.metadata ?? {},
    start_date: now,
    status: 'active',
  }
  return { object, donor, declines: 0 }
}

/** Every item of a subscription has the same period and interval here. */
export function firstItemOf({ id, items }: Stripe.Subscription): Stripe.SubscriptionItem {
  const [item] = items.data
  if (item === undefined) throw new Error(`The offline Stripe has lost the items of ${id}.`)
  return item
}

/** The subscription, moved to its next period. */
export function inNextPeriod(subscription: Stripe.Subscription): Stripe.Subscription {
  const data = subscription.items.data.map((item) => {
    const { current_period_end: start, price } = item
    const end = periodEndAfter(start, subscription.billing_cycle_anchor, intervalOf(price))
    return { ...item, current_period_start: start, current_period_end: end }
  })
  return { ...subscription, items: { ...subscription.items, data } }
}

/** The subscription with another amount, in minor units, from the next invoice on. */
export function withAmount(
  context: Context,
  subscription: Stripe.Subscription,
  amount: number,
): Stripe.Subscription {
  const [first, ...rest] = subscription.items.data
  if (first === undefined) return subscription
  // On the wire `unit_amount_decimal` is a string; the SDK's type is what the SDK makes of it.
  const decimal = String(amount) as unknown as Stripe.Price['unit_amount_decimal']
  const price = {
    ...first.price,
    id: context.newId('price_'),
    unit_amount: amount,
    unit_amount_decimal: decimal,
  }
  const item = { ...first, price, plan: planOf(price), quantity: 1 }
  return { ...subscription, items: { ...subscription.items, data: [item, ...rest] } }
}

/**
 * The end of the period that starts at `periodStart`. It is counted from the anchor, so that a donation begun on the
 * 31st is collected on the 28th or 30th and on the 31st again. All times in seconds since 1970.
 */
function periodEndAfter(periodStart: number, anchor: number, { interval, count }: Interval): number {
  for (let n = count; ; n += count) {
    const end = addIntervals(anchor, interval, n)
    if (end > periodStart) return end
  }
}

function addIntervals(anchor: number, interval: Interval['interval'], n: number): number {
  if (interval === 'day') return anchor + (n * DAY_MS) / 1000
  if (interval === 'week') return anchor + (7 * n * DAY_MS) / 1000
  const months = interval === 'year' ? 12 * n : n
  const start = new Date(anchor * 1000)
  const monthStart = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + months))
  const year = monthStart.getUTCFullYear()
  const lastDay = new Date(Date.UTC(year, monthStart.getUTCMonth() + 1, 0)).getUTCDate()
  const day = Math.min(start.getUTCDate(), lastDay)
  return (monthStart.getTime() + (day - 1) * DAY_MS) / 1000 + (anchor % (DAY_MS / 1000))
}

function intervalOf(price: Stripe.Price): Interval {
  return { interval: price.recurring?.interval ?? 'month', count: price.recurring?.interval_count ?? 1 }
}

function planOf(price: Stripe.Price): Stripe.Plan {
  const { interval, count } = intervalOf(price)
  return {
    id: price.id,
    object: 'plan',
    active: true,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    billing_scheme: 'per_unit',
    created: price.created,
    currency: price.currency,
    interval,
    interval_count: count,
    livemode: false,
    metadata: {},
    meter: null,
    nickname: null,
    product: typeof price.product === 'string' ? price.product : price.product.id,
    tiers_mode: null,
    transform_usage: null,
    trial_period_days: null,
    usage_type: 'licensed',
  }
}

/** A list with everything on its one page. */
export function completeList<T>(
  data: T[],
  url: string,
): { object: 'list'; data: T[]; has_more: boolean; url: string } {
  return { object: 'list', data, has_more: false, url }
}

const UNUSED_FIELDS = {
  application: null,
  application_fee_percent: null,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null },
  billing_cycle_anchor_config: null,
  billing_mode: { flexible: null, type: 'classic' },
  billing_schedules: [],
  billing_thresholds: null,
  cancel_at: null,
  cancel_at_period_end: false,
  canceled_at: null,
  cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
  collection_method: 'charge_automatically',
  customer_account: null,
  days_until_due: null,
  default_source: null,
  default_tax_rates: [],
  discounts: [],
  ended_at: null,
  invoice_settings: {
    account_tax_ids: null,
    custom_fields: null,
    description: null,
    footer: null,
    issuer: { type: 'self' },
  },
  livemode: false,
  managed_payments: null,
  next_pending_invoice_item_invoice: null,
  on_behalf_of: null,
  pause_collection: null,
  payment_settings: {
    payment_method_options: null,
    payment_method_types: null,
    save_default_payment_method: 'off',
  },
  pending_invoice_item_interval: null,
  pending_setup_intent: null,
  pending_update: null,
  schedule: null,
  test_clock: null,
  transfer_data: null,
  trial_end: null,
  trial_settings: { end_behavior: { billing_cycle_anchor: null, missing_payment_method: 'create_invoice' } },
  trial_start: null,
} satisfies Partial<Stripe.Subscription>
