import { badParameter } from './errors.ts'
import type { State } from './state.ts'

/** What `expand[]` may name, by kind of object; the value says where the object is found. */
const EXPANDABLE: Readonly<Record<string, Readonly<Record<string, Source>>>> = {
  'checkout.session': {
    line_items: 'line_items',
    payment_intent: 'payment_intent',
    customer: 'absent',
    subscription: 'absent',
    setup_intent: 'absent',
    invoice: 'absent',
  },
  payment_intent: { latest_charge: 'charge', customer: 'absent' },
  charge: { payment_intent: 'payment_intent', balance_transaction: 'absent', customer: 'absent' },
  event: {},
  account: {},
}
type Source = 'line_items' | 'payment_intent' | 'charge' | 'absent'
type Plain = Record<string, unknown>

/** A copy of the object with the named ids replaced by what they name: `payment_intent.latest_charge`. */
export function expanded(object: object, paths: readonly string[], state: State): Record<string, unknown> {
  const copy: Plain = { ...object }
  for (const path of paths) {
    const [name = '', ...rest] = path.split('.')
    const source = EXPANDABLE[String(copy['object'])]?.[name]
    if (source === undefined) {
      throw badParameter(undefined, `This property cannot be expanded (${path}).`, 'expand')
    }
    const found = isObject(copy[name]) ? copy[name] : look(source, copy, name, state)
    if (found === null) continue
    copy[name] = rest.length === 0 ? found : expanded(found, [rest.join('.')], state)
  }
  return copy
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

function look(source: Source, from: Plain, name: string, state: State): object | null {
  const id = from[name]
  switch (source) {
    case 'line_items': {
      const sessionId = String(from['id'])
      const data = state.session.get(sessionId)?.lineItems ?? []
      return { object: 'list', data, has_more: false, url: `/v1/checkout/sessions/${sessionId}/line_items` }
    }
    case 'payment_intent':
      return typeof id === 'string' ? (state.payment_intent.get(id) ?? null) : null
    case 'charge':
      return typeof id === 'string' ? (state.charge.get(id) ?? null) : null
    case 'absent':
      return null
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
