import { createHmac } from 'node:crypto'
import * as fc from 'fast-check'
import type { Planted } from '../stage/planted.ts'
import { WEBHOOK_SECRET, type ServiceProcess } from '../stage/service-process.ts'
import { describedTargets } from './described-routes.ts'
import { nearlyValid } from './from-schema.ts'
import { hostileHeaders } from './headers.ts'
import { formsFrom, formTarget, multipart, routeTarget, shapeOf } from './page-forms.ts'
import { get, type Target } from './target.ts'
import { uploadTargets } from './uploads.ts'
import { hostileText, inAddress, jsonText } from './values.ts'
import type { Wanted } from './wanted-request.ts'

const MOST_PAGES = 400

/** What readers can open, and the fields of its address. `/openapi.json` does not describe pages. */
const READERS_ADDRESSES: readonly (readonly [string, string])[] = [
  [
    '/donate',
    'amount currency frequency coverFees article articleTitle utm_source utm_medium utm_campaign lang again',
  ],
  ['/donate.svg', 'amount currency frequency article utm_source utm_medium utm_campaign'],
  ['/donate-preview.png', ''],
  ['/widget.js', 'lang currency'],
  ['/widget.json', 'lang currency'],
  ['/widget-more.js', 'lang'],
  ['/goal.js', ''],
  ['/supporters.js', ''],
  ['/supporters', 'lang'],
  ['/supporters.json', 'lang'],
  ['/newsletter.js', ''],
  ['/newsletter.json', 'lang'],
  ['/newsletter', 'lang article session_id'],
  ['/challenge.js', ''],
  ['/thank-you', 'session_id lang'],
  ['/verify-receipt', 'number code lang'],
  ['/my', 'lang'],
  ['/source', 'lang'],
  ['/demo', ''],
  ['/', ''],
]

/** Everything that is tried. The order matters once: what Stripe says is tried last, since it is processed later. */
export async function allTargets(
  service: ServiceProcess,
  planted: Planted,
  deps: { readonly read: (address: string) => Promise<string | null>; readonly events: readonly string[] },
): Promise<Target[]> {
  const document: unknown = await (await fetch(`${service.url}/openapi.json`)).json()
  const { known } = planted
  const starts = [
    '/donate?amount=500&article=https://courier.example/ferry',
    `/thank-you?session_id=${planted.sessionId}`,
    '/my',
    await planted.myPath(),
    planted.recurringPath,
    planted.receiptPath,
    '/verify-receipt',
    '/newsletter',
    '/supporters',
    '/demo',
    '/finance',
    `/finance/donations/${planted.donationId}`,
    '/finance/sign-in',
  ]
  const forms = await formsFrom(starts, deps.read, MOST_PAGES)
  const fieldNames = [...new Set(forms.flatMap(({ fields }) => [...fields.keys()]))]
  const names = [
    ...fieldNames,
    'done',
    'after',
    'cursor',
    'lang',
    'session_id',
    'limit',
    'format',
    'month',
    '__proto__',
  ]
  return [
    ...describedTargets(document, known),
    ...READERS_ADDRESSES.map(([path, fields]) => addressTarget(path, fields.split(' '))),
    ...forms.map(formTarget),
    ...uploadTargets(),
    ...service.routes.map((route) => routeTarget(route, known, names)),
    ...envelopes(planted),
    staticFiles(),
    signedEvents(deps.events),
  ]
}

function addressTarget(path: string, fields: readonly string[]): Target {
  const field = fc.constantFrom(...fields.filter((name) => name !== ''), 'hx7q')
  const pair = fc.tuple(field, inAddress(hostileText)).map((two) => two.join('='))
  const requests = fc
    .tuple(fc.array(pair, { minLength: 1, maxLength: 4 }))
    .map(([pairs]) => get(`${path}?${pairs.join('&')}`))
  return { name: `GET ${path} (address)`, as: 'reader', described: null, requests }
}

/** What stands around a request: headers, methods and the request line itself. */
function envelopes(planted: Planted): Target[] {
  const addresses = [
    '/',
    '/donate',
    '/widget.js',
    '/assets/base.css',
    '/healthz',
    '/thank-you',
    '/finance',
    '/api/donations',
    '/nowhere',
    planted.receiptPath,
  ]
  const posts: Wanted[] = [
    {
      ...get('/checkout-sessions'),
      method: 'POST',
      headers: [['Content-Type', 'application/json']],
      body: Buffer.from('{"amount":500,"currency":"usd"}'),
      framing: 'length',
    },
    {
      ...get('/my'),
      method: 'POST',
      headers: [['Content-Type', 'application/x-www-form-urlencoded']],
      body: Buffer.from('email=a%40b.example'),
      framing: 'length',
    },
    {
      ...get('/finance/imports'),
      method: 'POST',
      ...multipart([], { field: 'gifts', name: 'a.csv', type: 'text/csv', bytes: Buffer.from('a,b\n1,2\n') }),
      framing: 'length',
    },
  ]
  const withHeaders = (wanted: Wanted): Target => ({
    name: `${wanted.method} ${shapeOf(wanted.address)} (headers)`,
    as: wanted.address.startsWith('/finance')
      ? 'staff'
      : wanted.address.startsWith('/api')
        ? 'program'
        : 'reader',
    described: null,
    requests: hostileHeaders.map((headers) => {
      const own = new Set(headers.map(([name]) => name.toLowerCase()))
      return {
        ...wanted,
        headers: [...wanted.headers.filter(([name]) => !own.has(name.toLowerCase())), ...headers],
      }
    }),
  })
  const line = fc.tuple(
    fc.constantFrom(
      'GET',
      'HEAD',
      'PUT',
      'PATCH',
      'DELETE',
      'OPTIONS',
      'TRACE',
      'PROPFIND',
      'get',
      'G\tT',
      '',
    ),
    fc.oneof(
      fc.constantFrom(
        '*',
        '',
        '?',
        '//hx7q.example/finance',
        'http://hx7q.example/donate',
        '/donate#x',
        '/./donate',
        '/donate/',
        '/DONATE',
        '/donate;a=b',
        '/\\hx7q.example',
        '/%2f%2fhx7q.example/',
        '//finance',
        '/finance//donations',
        '/finance/../donate',
      ),
      inAddress(hostileText).map((text) => `/${text}`),
      fc.constantFrom(...addresses),
    ),
  )
  const requestLine: Target = {
    name: 'the request line',
    as: 'reader',
    described: null,
    // Nothing says of a broken request line what was asked, so that Node answers it.
    requests: line.map(([method, address]) => ({ ...get(address), method, framing: 'cut' })),
  }
  return [...addresses.map(get), ...posts].map(withHeaders).concat(requestLine)
}

function staticFiles(): Target {
  return {
    name: 'GET /assets/ (paths)',
    as: 'reader',
    described: null,
    requests: fc
      .tuple(
        fc.constantFrom('/assets/', '/assets/base.css/', '/dev/mails/', '/receipts/'),
        inAddress(hostileText),
      )
      .map(([path, text]) => get(path + text)),
  }
}

/** Events with a right signature whose content Stripe would never send. */
function signedEvents(bodies: readonly string[]): Target {
  const valid = fc.constantFrom(...bodies.map((body) => JSON.parse(body) as Record<string, unknown>)) // Stripe's own objects
  const events = fc.tuple(valid, fc.nat()).chain(([event, number]) => {
    const fresh = { ...event, id: `evt_hostile_${number}` }
    const data = event['data'] as { object: Record<string, unknown> }
    return fc.oneof(
      nearlyValid(fc.constant(data.object)).map((object) => ({ ...fresh, data: { object } })),
      nearlyValid(fc.constant(fresh)),
    )
  })
  return {
    name: 'POST /webhooks/stripe (signed)',
    as: 'reader',
    described: null,
    requests: events.map(jsonText).map((text): Wanted => {
      const body = Buffer.from(text.toWellFormed())
      const seconds = Math.floor(Date.now() / 1000)
      const mac = createHmac('sha256', WEBHOOK_SECRET).update(`${seconds}.`).update(body).digest('hex')
      return {
        method: 'POST',
        address: '/webhooks/stripe',
        headers: [
          ['Content-Type', 'application/json'],
          ['Stripe-Signature', `t=${seconds},v1=${mac}`],
        ],
        body,
        framing: 'length',
      }
    }),
  }
}
