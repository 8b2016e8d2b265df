import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { sourceFiles } from './source-files.ts'

/** What Stripe's dashboard calls the permission for a resource of the SDK. */
const PERMISSIONS: Readonly<Record<string, string>> = {
  accounts: 'Accounts',
  balance: 'Balance',
  balanceTransactions: 'Balance transactions',
  'billingPortal.sessions': 'Customer portal',
  charges: 'Charges',
  customers: 'Customers',
  'checkout.sessions': 'Checkout Sessions',
  disputes: 'Disputes',
  events: 'Events',
  invoicePayments: 'Invoices',
  invoices: 'Invoices',
  paymentMethods: 'PaymentMethods',
  paymentIntents: 'PaymentIntents',
  payouts: 'Payouts',
  products: 'Products',
  'radar.earlyFraudWarnings': 'Early fraud warnings',
  refunds: 'Refunds',
  subscriptions: 'Subscriptions',
}
const READING = ['list', 'retrieve', 'retrieveCurrent', 'search']

const calls = sourceFiles
  .filter(({ name }) => name.startsWith('stripe/'))
  .flatMap(({ code }) => [...code.matchAll(/\bstripe\.([a-zA-Z]+(?:\.[a-zA-Z]+)*)\.([a-zA-Z]+)\(/g)])
  .map(([, resource = '', method = '']) => ({ resource, method }))

/** What `expand` has Stripe answer along with an object: reading it needs its own permission. */
const EXPANDED: Readonly<Record<string, string>> = {
  customer: 'customers',
  default_payment_method: 'paymentMethods',
  latest_invoice: 'invoices',
}
const expandedWith = sourceFiles
  .filter(({ name }) => name === 'stripe/subscription-gateway.ts')
  .flatMap(({ code }) => [...code.matchAll(/expand: \[([^\]]*)\]/g)])
  .flatMap(([, list = '']) => [...list.matchAll(/'([a-z_]+)'/g)])
  .map(([, name = '']) => ({ resource: EXPANDED[name] ?? name, method: 'retrieve' }))

/** The permissions of the calls that the service makes; Stripe's permission to write includes reading. */
function needed() {
  const named = (ofCalls: typeof calls) =>
    new Set(ofCalls.map(({ resource }) => PERMISSIONS[resource] ?? `the permission for ${resource}`))
  const write = named(calls.filter(({ method }) => !READING.includes(method)))
  const read = [...named([...calls, ...expandedWith])].filter((permission) => !write.has(permission))
  return { read: read.toSorted(), write: [...write].toSorted() }
}

const words = (list: string | undefined) =>
  (list ?? '')
    .split(',')
    .map((word) => word.trim())
    .toSorted()
const fileText = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')

it('the guide to going live names exactly the permissions that the service’s calls of Stripe need', () => {
  expect(calls.length).toBeGreaterThan(15)
  const guide = fileText('docs/going-live.md')
  expect({
    read: words(/^\| read +\| (.+?) \|$/m.exec(guide)?.[1]),
    write: words(/^\| read and write +\| (.+?) \|$/m.exec(guide)?.[1]),
  }).toEqual(needed())
})

it('.env.example names the same permissions', () => {
  const example = fileText('.env.example')
  expect({
    read: words(/^# +read: (.+)$/m.exec(example)?.[1]),
    write: words(/^# +write: (.+)$/m.exec(example)?.[1]),
  }).toEqual(needed())
})

it('the README names none of its own and leads to the guide', () => {
  const readme = fileText('README.md')
  expect(readme).toContain('docs/going-live.md')
  for (const permission of ['Checkout Sessions', 'PaymentIntents', 'Balance transactions'])
    expect(readme).not.toContain(`${permission},`)
})
