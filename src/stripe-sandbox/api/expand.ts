import { presentBalanceTransaction } from '../balance/balance-transaction.ts'
import { presentInvoice } from '../billing/invoice.ts'
import type { Transaction } from '../state/transaction.ts'
import { badParameter } from './errors.ts'

/** How an attribute is expanded. `inline`: it holds its object already, and a path may lead through it. */
type Source = 'by id' | 'inline' | 'line_items' | 'payments' | 'subscriptions'

/** The attributes that `expand[]` may name, by kind of object. */
const EXPANDABLE: Readonly<Record<string, Readonly<Record<string, Source>>>> = {
  'checkout.session': {
    line_items: 'line_items',
    payment_intent: 'by id',
    customer: 'by id',
    subscription: 'by id',
    setup_intent: 'by id',
    invoice: 'by id',
  },
  payment_intent: { latest_charge: 'by id', customer: 'by id' },
  charge: {
    payment_intent: 'by id',
    balance_transaction: 'by id',
    failure_balance_transaction: 'by id',
    customer: 'by id',
  },
  refund: {
    charge: 'by id',
    payment_intent: 'by id',
    balance_transaction: 'by id',
    failure_balance_transaction: 'by id',
  },
  dispute: { charge: 'by id', payment_intent: 'by id' },
  'radar.early_fraud_warning': { charge: 'by id', payment_intent: 'by id' },
  balance_transaction: { source: 'by id' },
  payout: { balance_transaction: 'by id', failure_balance_transaction: 'by id', destination: 'by id' },
  customer: { subscriptions: 'subscriptions' },
  subscription: { customer: 'by id', latest_invoice: 'by id', default_payment_method: 'by id' },
  invoice: { customer: 'by id', payments: 'payments', parent: 'inline' },
  'invoice.parent': { subscription_details: 'inline' },
  'invoice.parent.subscription_details': { subscription: 'by id' },
  invoice_payment: { invoice: 'by id', payment: 'inline' },
  'invoice_payment.payment': { payment_intent: 'by id' },
  list: { data: 'inline' },
  event: {},
  account: {},
}

type Attributes = Record<string, unknown>

/**
 * A copy of the object in which the named attributes hold objects instead of ids.
 * @param paths such as `payment_intent.latest_charge`.
 * @throws StripeRefusal for an attribute that cannot be expanded.
 */
export function expanded(object: object, paths: readonly string[], transaction: Transaction): Attributes {
  return expandPaths(object, kindOf(object), paths, transaction)
}

/** `expand[]=data.payment_intent` on a list: returns the rest of each path, for every object of the page. */
export function listPaths(paths: readonly string[]): string[] {
  return paths.map((path) => {
    if (!path.startsWith('data.')) {
      const message = `This property cannot be expanded (${path}). Lists take data.….`
      throw badParameter(undefined, message, 'expand')
    }
    return path.slice('data.'.length)
  })
}

function expandPaths(
  object: object,
  kind: string,
  paths: readonly string[],
  transaction: Transaction,
): Attributes {
  const copy: Attributes = { ...object }
  for (const path of paths) {
    const [name = '', ...rest] = path.split('.')
    const source = EXPANDABLE[kind]?.[name]
    if (source === undefined) {
      throw badParameter(undefined, `This property cannot be expanded (${path}).`, 'expand')
    }
    const value = isObject(copy[name]) ? copy[name] : find(source, copy, name, transaction)
    if (value === null) continue
    const expandRest = (inner: object): object =>
      rest.length === 0
        ? inner
        : expandPaths(inner, kindOf(inner) || `${kind}.${name}`, [rest.join('.')], transaction)
    copy[name] = Array.isArray(value) ? value.map((inner: object) => expandRest(inner)) : expandRest(value)
  }
  return copy
}

function find(source: Source, object: Attributes, name: string, transaction: Transaction): object | null {
  const { state } = transaction.context
  const id = String(object['id'])
  switch (source) {
    case 'line_items': {
      const data = transaction.get('session', id)?.lineItems ?? []
      return { object: 'list', data, has_more: false, url: `/v1/checkout/sessions/${id}/line_items` }
    }
    case 'payments': {
      const data = [...state.invoice_payment.values()].filter(({ invoice }) => invoice === id)
      return { object: 'list', data, has_more: false, url: `/v1/invoice_payments?invoice=${id}` }
    }
    case 'subscriptions': {
      const subscriptions = [...state.subscription.values()].map((record) => record.object)
      const data = subscriptions.filter(({ customer, status }) => customer === id && status !== 'canceled')
      return { object: 'list', data, has_more: false, url: `/v1/customers/${id}/subscriptions` }
    }
    case 'inline':
      return null
    case 'by id':
      return typeof object[name] === 'string' ? findById(object[name], transaction) : null
  }
}

/** Null for objects that are not stored here: bank accounts, and cards of payments that are not repeated. */
function findById(id: string, transaction: Transaction): object | null {
  switch (id.slice(0, id.indexOf('_'))) {
    case 'pi':
      return transaction.get('payment_intent', id) ?? null
    case 'ch':
    case 'py':
      return transaction.get('charge', id) ?? null
    case 'pm':
      return transaction.get('payment_method', id) ?? null
    case 'cus':
      return transaction.get('customer', id) ?? null
    case 'sub':
      return transaction.get('subscription', id)?.object ?? null
    case 'in': {
      const invoice = transaction.get('invoice', id)
      return invoice === undefined ? null : presentInvoice(invoice, transaction.context.origin)
    }
    case 're':
    case 'pyr':
      return transaction.get('refund', id) ?? null
    case 'dp':
      return transaction.get('dispute', id) ?? null
    case 'po':
      return transaction.get('payout', id) ?? null
    case 'txn': {
      const record = transaction.get('balance_transaction', id)
      return record === undefined ? null : presentBalanceTransaction(record.object, transaction.context)
    }
    default:
      return null
  }
}

function kindOf(object: object): string {
  return 'object' in object ? String(object.object) : ''
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
