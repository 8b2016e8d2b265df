import { presentTransaction } from '../balance/balance-transaction.ts'
import { badParameter } from './errors.ts'
import type { Scene } from '../state.ts'

/** What `expand[]` may name, by kind of object; the value says how the object is found. */
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

/** `inline`: there already, the path only leads through it. */
type Source = 'by id' | 'inline' | 'line_items' | 'payments' | 'subscriptions'
type Plain = Record<string, unknown>

/** A copy of the object with the named ids replaced by what they name: `payment_intent.latest_charge`. */
export function expanded(object: object, paths: readonly string[], scene: Scene): Record<string, unknown> {
  return through(object, kindOf(object), paths, scene)
}

/** `expand[]=data.payment_intent` on a list: the rest of the path, for each object of the page. */
export function listPaths(paths: readonly string[]): string[] {
  return paths.map((path) => {
    if (!path.startsWith('data.')) {
      throw badParameter(
        undefined,
        `This property cannot be expanded (${path}). Lists take data.….`,
        'expand',
      )
    }
    return path.slice('data.'.length)
  })
}

function through(object: object, kind: string, paths: readonly string[], scene: Scene): Plain {
  const copy: Plain = { ...object }
  for (const path of paths) {
    const [name = '', ...rest] = path.split('.')
    const source = EXPANDABLE[kind]?.[name]
    if (source === undefined) {
      throw badParameter(undefined, `This property cannot be expanded (${path}).`, 'expand')
    }
    const found = isObject(copy[name]) ? copy[name] : look(source, copy, name, scene)
    if (found === null) continue
    const further = rest.length === 0 ? [] : [rest.join('.')]
    const deeper = (one: object): object =>
      further.length === 0 ? one : through(one, kindOf(one) || `${kind}.${name}`, further, scene)
    copy[name] = Array.isArray(found) ? found.map((one: object) => deeper(one)) : deeper(found)
  }
  return copy
}

function look(source: Source, from: Plain, name: string, scene: Scene): object | null {
  const { state } = scene
  const id = String(from['id'])
  switch (source) {
    case 'line_items': {
      const data = state.session.get(id)?.lineItems ?? []
      return { object: 'list', data, has_more: false, url: `/v1/checkout/sessions/${id}/line_items` }
    }
    case 'payments': {
      const data = [...state.invoice_payment.values()].filter(({ invoice }) => invoice === id)
      return { object: 'list', data, has_more: false, url: `/v1/invoice_payments?invoice=${id}` }
    }
    case 'subscriptions': {
      const all = [...state.subscription.values()].map(({ object }) => object)
      const data = all.filter(({ customer, status }) => customer === id && status !== 'canceled')
      return { object: 'list', data, has_more: false, url: `/v1/customers/${id}/subscriptions` }
    }
    case 'inline':
      return null
    case 'by id':
      return typeof from[name] === 'string' ? byId(from[name], scene) : null
  }
}

/** The object an id names; null for what is not kept here: payment methods, bank accounts. */
function byId(id: string, scene: Scene): object | null {
  const { state } = scene
  switch (id.slice(0, id.indexOf('_'))) {
    case 'pi':
      return state.payment_intent.get(id) ?? null
    case 'ch':
    case 'py':
      return state.charge.get(id) ?? null
    case 'cus':
      return state.customer.get(id) ?? null
    case 'sub':
      return state.subscription.get(id)?.object ?? null
    case 'in':
      return state.invoice.get(id) ?? null
    case 're':
    case 'pyr':
      return state.refund.get(id) ?? null
    case 'dp':
      return state.dispute.get(id) ?? null
    case 'po':
      return state.payout.get(id) ?? null
    case 'txn': {
      const record = state.balance_transaction.get(id)
      return record === undefined ? null : presentTransaction(record.object, scene)
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
