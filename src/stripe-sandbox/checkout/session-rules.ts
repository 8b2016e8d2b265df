import { badParameter, noSuch, notOffered, refused } from '../api/errors.ts'
import {
  amountStep,
  bankDebitFor,
  CURRENCIES,
  formatAmount,
  largestCharge,
  smallestCharge,
} from '../currencies.ts'
import { hasRate, inSettlementCurrency } from '../balance/settlement.ts'
import type { Context } from '../state/context.ts'
import type { SessionParams } from './session-params.ts'

const MIN_LIFETIME_S = 30 * 60
const MAX_LIFETIME_S = 24 * 60 * 60

/** The parameters that a mode does not take. */
const EXCLUDED_BY_MODE = {
  payment: ['subscription_data'],
  setup: [],
  subscription: ['payment_intent_data', 'customer_creation', 'invoice_creation'],
} as const

export type PricedLine = {
  readonly name: string
  readonly description: string | null
  readonly currency: string
  readonly unitAmount: number
  readonly quantity: number
  readonly metadata: Record<string, string>
  readonly recurring: { readonly interval: 'day' | 'week' | 'month' | 'year'; readonly count: number } | null
}

/**
 * @throws StripeRefusal for what Stripe offers and the offline Stripe does not (to ignore it would be a silent
 * difference), and for parameters that Stripe does not take together.
 */
export function checkSupported(params: SessionParams): void {
  if (params.mode === 'setup') throw notOffered('Checkout Sessions in setup mode', 'mode')
  if ((params.ui_mode ?? 'hosted_page') !== 'hosted_page') throw notOffered('embedded checkout', 'ui_mode')
  if (params.customer_account !== undefined) throw notOffered('customer accounts', 'customer_account')
  if (params.customer_creation === 'always') throw notOffered('customers', 'customer_creation')
  if (params.automatic_tax?.enabled === true) throw notOffered('automatic tax', 'automatic_tax')
  if (params.invoice_creation?.enabled === true) throw notOffered('invoices', 'invoice_creation')
  if (params.payment_intent_data?.capture_method === 'manual') {
    throw notOffered('manual capture', 'payment_intent_data[capture_method]')
  }
  for (const name of ['discounts', 'optional_items', 'shipping_options', 'custom_fields'] as const) {
    if (params[name] !== undefined) throw notOffered(`the parameter ${name}`, name)
  }
  for (const name of EXCLUDED_BY_MODE[params.mode]) {
    if (params[name] !== undefined) {
      throw refused(undefined, `You can not pass \`${name}\` in \`${params.mode}\` mode.`, name)
    }
  }
  if (params.mode === 'subscription' && !['auto', 'subscribe', undefined].includes(params.submit_type)) {
    const message = `\`submit_type\` can only be \`auto\` or \`subscribe\` in \`subscription\` mode.`
    throw refused(undefined, message, 'submit_type')
  }
  if (params.customer !== undefined && params.customer_email !== undefined) {
    const message = 'You may only specify one of these parameters: customer, customer_email.'
    throw refused(undefined, message, 'customer')
  }
}

/**
 * All times in seconds since 1970.
 * @param callerCreated `created` by the caller's clock, which may be behind this Stripe's.
 */
export function expiryOf(params: SessionParams, created: number, callerCreated: number): number {
  if (params.expires_at === undefined) return created + MAX_LIFETIME_S
  const expiresAt = params.expires_at
  if (expiresAt < callerCreated + MIN_LIFETIME_S) {
    const message = 'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.'
    throw refused(undefined, message, 'expires_at')
  }
  if (expiresAt > callerCreated + MAX_LIFETIME_S) {
    const message = 'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.'
    throw refused(undefined, message, 'expires_at')
  }
  return expiresAt
}

/** @throws StripeRefusal when a line is incomplete, or its amount or currency is not one that Stripe charges. */
export function pricedLines(params: SessionParams): { lines: PricedLine[]; currency: string; total: number } {
  const items = params.line_items ?? []
  if (items.length === 0) throw missing('line_items')
  const lines = items.map((item, index): PricedLine => {
    const param = `line_items[${index}]`
    if (item.price !== undefined) throw noSuch('price', item.price, `${param}[price]`, 400)
    if (item.price_data === undefined) throw missing(`${param}[price_data]`)
    const price = item.price_data
    if (item.quantity === undefined) throw missing(`${param}[quantity]`)
    if (price.product !== undefined)
      throw noSuch('product', price.product, `${param}[price_data][product]`, 400)
    if (price.product_data === undefined) throw missing(`${param}[price_data][product_data]`)
    if (price.unit_amount === undefined) throw missing(`${param}[price_data][unit_amount]`)
    const recurring = recurringOf(price.recurring, params.mode, param)
    checkCurrency(price.currency, `${param}[price_data][currency]`)
    checkStep(price.unit_amount, price.currency, `${param}[price_data][unit_amount]`)
    return {
      name: price.product_data.name,
      description: price.product_data.description ?? null,
      currency: price.currency,
      unitAmount: price.unit_amount,
      quantity: item.quantity,
      metadata: item.metadata ?? {},
      recurring,
    }
  })
  const currency = lines[0]?.currency ?? ''
  if (lines.some((line) => line.currency !== currency)) {
    throw refused(
      undefined,
      'All line items of a Checkout Session must have the same currency.',
      'line_items',
    )
  }
  const total = lines.reduce((sum, line) => sum + line.unitAmount * line.quantity, 0)
  checkTotal(total, currency)
  return { lines, currency, total }
}

type Recurring = NonNullable<
  NonNullable<NonNullable<SessionParams['line_items']>[number]['price_data']>['recurring']
>

function recurringOf(
  recurring: Recurring | undefined,
  mode: SessionParams['mode'],
  param: string,
): PricedLine['recurring'] {
  if (recurring === undefined) {
    if (mode !== 'subscription') return null
    // Stripe also takes one-time lines beside recurring ones; no donation needs them.
    throw refused(undefined, 'You must provide recurring prices in `subscription` mode.', param)
  }
  if (mode === 'payment') {
    throw refused(undefined, 'You must use `subscription` mode when passing a recurring price.', param)
  }
  return { interval: recurring.interval, count: recurring.interval_count ?? 1 }
}

/** The payment methods of a session: those offered here for the currency, filtered by the parameters. */
export function paymentMethodsOf(params: SessionParams, currency: string): string[] {
  const debit = bankDebitFor(currency)
  const { allowed_payment_method_types: allowed, excluded_payment_method_types: excluded } = params
  // Subscriptions are paid by card only: the offline Stripe has no first invoice that a bank settles days later.
  const all = debit === null || params.mode === 'subscription' ? ['card'] : ['card', debit]
  const offered = all.filter(
    (method) => (allowed?.includes(method) ?? true) && !(excluded?.includes(method) ?? false),
  )
  if (offered.length > 0) return offered
  const message = `No valid payment method types for this Checkout Session in ${currency}.`
  throw refused(undefined, message, 'allowed_payment_method_types')
}

function checkCurrency(currency: string, param: string): void {
  if (CURRENCIES.has(currency)) return
  const currencies = [...CURRENCIES].join(', ')
  throw badParameter(
    undefined,
    `Invalid currency: ${currency}. Stripe currently supports these currencies: ${currencies}`,
    param,
  )
}

function checkStep(amount: number, currency: string, param: string): void {
  const step = amountStep(currency)
  if (amount % step === 0) return
  throw refused('parameter_invalid_integer', `Amounts in ${currency} must be divisible by ${step}.`, param)
}

function checkTotal(total: number, currency: string): void {
  const minimum = smallestCharge(currency)
  const param = 'line_items[0][price_data][unit_amount]'
  if (total < minimum) {
    const amount = formatAmount(minimum, currency)
    const message = `The Checkout Session's total amount due must add up to at least ${amount} ${currency}`
    throw refused('amount_too_small', message, param)
  }
  const maximum = largestCharge(currency)
  if (total > maximum) {
    const amount = formatAmount(maximum, currency)
    throw refused('amount_too_large', `The total amount must be no more than ${amount} ${currency}`, param)
  }
}

/**
 * Stripe also refuses what is worth less than the smallest charge of the currency in which it settles.
 * @throws StripeRefusal amount_too_small
 */
export function checkSettledTotal(context: Context, total: number, currency: string): void {
  if (!hasRate(context, currency)) return
  const settled = inSettlementCurrency(context, total, currency)
  const minimum = smallestCharge(settled.currency)
  if (settled.amount >= minimum) return
  const [least, worth] = [minimum, settled.amount].map((amount) => formatAmount(amount, settled.currency))
  const message = `The Checkout Session's total amount must convert to at least ${least}. ${formatAmount(total, currency)} converts to approximately ${worth}.`
  throw refused('amount_too_small', message, 'line_items[0][price_data][unit_amount]')
}

function missing(param: string) {
  return badParameter('parameter_missing', `Missing required param: ${param}.`, param)
}
