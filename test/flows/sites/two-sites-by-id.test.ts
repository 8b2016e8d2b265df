import { randomUUID } from 'node:crypto'
import type { Router } from '@koa/router'
import Koa from 'koa'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createApiToken } from '../../../src/access/tokens/api-token-store.ts'
import { admitWithLink } from '../../../src/access/manage-staff.ts'
import type { Staff } from '../../../src/access/staff.ts'
import { inTransaction } from '../../../src/db/database.ts'
import { mintDonorLink, requestDonorLink } from '../../../src/donors/donor-link-store.ts'
import { newsletterLinks } from '../../../src/newsletter/newsletter-link.ts'
import { recurringLinks } from '../../../src/subscriptions/recurring-link.ts'
import { giveDonation, giveReceipt, hireStaff, signInToken, startCheckout } from '../../kit/factories.ts'
import { startTwoSites, type OneSite } from '../../kit/two-sites.ts'
import { until } from '../../kit/until.ts'

/**
 * What one newsroom has is unknown at the other one on the same service, whatever id its staff, programs and readers ask by.
 * The routes are the service's own: a new one that takes an id, and that nobody has thought of here, makes the test fail.
 */

/** Stands in everything of the Herald that has words. */
const SECRET = 'heraldsecret'
const ADDRESS = `${SECRET}@reader.example`
const NOW = new Date()

let two: Awaited<ReturnType<typeof startTwoSites>>
let herald: OneSite
let gazette: OneSite
let ids: Ids
let staff: Record<'herald' | 'gazette', Record<string, string>>
let programs: Record<'herald' | 'gazette', Record<string, string>>
/** Each route of the service once, as `GET /goals/:id`. */
let routes: readonly string[]

beforeAll(async () => {
  const used = vi.spyOn(Koa.prototype, 'use')
  two = await startTwoSites(
    Object.fromEntries(
      ['HERALD', 'GAZETTE'].flatMap((name) => [
        [`${name}_NEWSLETTER_TOOL`, 'export'],
        [`${name}_SUPPORTERS_LIST`, 'on'],
      ]),
    ),
  )
  routes = routesOf(used.mock.calls.map(([middleware]) => middleware))
  used.mockRestore()
  ;({ herald, gazette } = two)
  staff = { herald: await signIn(herald), gazette: await signIn(gazette) }
  programs = { herald: await tokenOf(herald), gazette: await tokenOf(gazette) }
  ids = await fill(herald)
}, 120_000)
afterAll(async () => {
  vi.restoreAllMocks()
  await two?.stop()
  await two?.clean()
})

/** What the routers among the middlewares answer, but those of the offline Stripe and of a service on trial. */
function routesOf(middlewares: readonly (object & { readonly router?: Router })[]): string[] {
  const found = middlewares.flatMap(({ router }) =>
    (router?.stack ?? []).flatMap(({ methods, path }) =>
      methods.map((method) => `${method} ${String(path)}`),
    ),
  )
  const ours =
    /^(GET|POST|PUT|PATCH|DELETE) \/(checkout-sessions|donate|thank-you|recurring|receipts|verify-receipt|newsletter|my|reminders|supporters|goals|finance|api)\b/
  return [...new Set(found)].filter((route) => ours.test(route))
}

const post = (
  site: OneSite,
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
) => ask(site, 'POST', path, form, headers)

/** Asks as the service's own page does, or as a program. */
const ask = (
  site: OneSite,
  method: string,
  path: string,
  form: Record<string, unknown>,
  headers: Record<string, string>,
) => {
  if (method === 'GET') return site.ask(path, { headers })
  const isProgram = path.startsWith('/api/')
  return site.ask(path, {
    method,
    headers: {
      'Content-Type': isProgram ? 'application/json' : 'application/x-www-form-urlencoded',
      Origin: site.url,
      ...headers,
    },
    // A form has nothing but words.
    ...(method === 'DELETE'
      ? {}
      : {
          body: isProgram
            ? JSON.stringify(form)
            : new URLSearchParams(form as Record<string, string>).toString(),
        }),
  })
}

const admins = new Map<OneSite, Staff>()

async function signIn(site: OneSite): Promise<Record<string, string>> {
  const { knex } = site.database
  const admin = admins.get(site) ?? (await hireStaff(knex, 'admin'))
  admins.set(site, admin)
  const { headers } = await post(site, '/finance/sign-in/confirm', {
    token: await signInToken(knex, admin, NOW),
  })
  const cookies = headers['set-cookie']
  return { Cookie: (Array.isArray(cookies) ? cookies : []).map((one) => one.split(';')[0]).join('; ') }
}

/** The id of a second sign-in of the member of staff who is signed in, as the page of the account lists it. */
async function sessionElsewhere(site: OneSite): Promise<string> {
  await signIn(site)
  const { text } = await site.ask('/finance/account', { headers: await signIn(site) })
  return /sessions\/end"[^]*?name="session" value="([^"]+)"/.exec(text)?.[1] ?? 'none'
}

const tokenOf = async (site: OneSite) => ({
  Authorization: `Bearer ${await createApiToken(site.database.knex, { name: site.name, role: 'admin' })}`,
})

type Ids = Awaited<ReturnType<typeof fill>>
type Kind = keyof Ids

/** Something of everything that has an id or a link, with the secret among its words. */
async function fill(site: OneSite) {
  const { keys, database } = site
  const { pool, knex } = database
  const insert = async (table: string, row: Readonly<Record<string, unknown>>): Promise<string> => {
    const [kept] = await knex(table).insert(row).returning('*')
    return String(kept.id)
  }
  const made = (table: string, row: Readonly<Record<string, unknown>>) =>
    insert(table, { id: randomUUID(), ...row })
  await until('the profile', async () => (await knex('newsroom_profiles').select('id')).length > 0)
  const given = await giveDonation(knex, {
    donorName: SECRET,
    donorEmail: ADDRESS,
    message: SECRET,
    articleTitle: SECRET,
    succeededAt: NOW,
  })
  const open = await startCheckout(knex, { status: 'open' })
  await knex('checkouts')
    .where({ id: open.id })
    .update({ message: SECRET, article_title: SECRET, article_url: 'https://herald.example/story' })
  const { token: receipt } = await giveReceipt(knex, given)
  const second = await giveDonation(knex, { donorEmail: `second.${ADDRESS}`, succeededAt: NOW })
  const [admin] = await knex('staff').select('id').limit(1)
  const colleague = await made('staff', { email: `colleague.${ADDRESS}`, role: 'viewer', created_at: NOW })
  const { link } = await knex.transaction((tx) =>
    admitWithLink(tx, { email: `new.${ADDRESS}`, role: 'viewer' }, { by: { kind: 'service' }, at: NOW }),
  )
  const tokenFor = async (name: string) => {
    await createApiToken(knex, { name, role: 'viewer' })
    return String((await knex('api_tokens').where({ name }).first('id')).id)
  }
  const linkFor = async (email: string) => {
    const request = randomUUID()
    await requestDonorLink(pool, { id: request, email, locale: 'en' }, NOW)
    return (await inTransaction(pool, (tx) => mintDonorLink(tx, request, NOW)))?.token ?? 'none'
  }
  const agreement = 'sub_heraldsecret'
  await knex('subscriptions').insert({
    stripe_subscription_id: agreement,
    checkout_id: given.checkout_id,
    status: 'active',
    frequency: 'monthly',
    currency: 'usd',
    amount_minor: 500,
    started_at: NOW,
    donor_name: SECRET,
    donor_email: `regular.${ADDRESS}`,
    stale: false,
    read_at: NOW,
  })
  const consent = await made('newsletter_consents', {
    email: `in-force-${ADDRESS}`,
    language: 'en',
    text: 'Yes',
    source: 'form',
    asked_at: NOW,
    expires_at: new Date(NOW.getTime() + 86_400_000),
  })
  await knex('checkout_reminders').insert({
    checkout_id: given.checkout_id,
    email: ADDRESS,
    language: 'en',
    consent: 'Yes',
    consented_at: NOW,
    queued_at: NOW,
  })
  const links = newsletterLinks(keys.newsletterLinks)
  const newEndpoint = () =>
    made('webhook_endpoints', {
      url: `https://${SECRET}.example/hook`,
      description: SECRET,
      events: ['donation.succeeded'],
      sealed_secret: Buffer.from('sealed'),
      created_at: NOW,
      disabled_at: NOW,
      disabled_because: 'staff',
    })
  const endpoint = await newEndpoint()
  const sent = await made('webhook_messages', {
    type: 'donation.succeeded',
    subject: given.id,
    data: { name: SECRET },
    recorded_at: NOW,
  })
  const statement = await made('bank_statements', {
    format: 'csv',
    file_name: `${SECRET}.csv`,
    file: Buffer.from(`Day;Amount;Words\n2026-01-05;5,00;${SECRET}\n`),
    file_hash: Buffer.from('hash'),
    uploaded_by: 'ann',
    uploaded_at: NOW,
  })
  const line = await insert('bank_lines', {
    bank_statement_id: statement,
    place: 1,
    identity: Buffer.from('line'),
    day: '2026-01-05',
    amount_minor: 500,
    currency: 'usd',
    description: SECRET,
  })
  const payout = await insert('payouts', {
    id: 'po_heraldsecret',
    currency: 'usd',
    amount_minor: 500,
    status: 'paid',
    automatic: true,
    arrival_date: '2026-01-05',
    created_at: NOW,
    itemisation: 'complete',
    read_at: NOW,
  })
  const history = async (status: string, more: Readonly<Record<string, unknown>>) =>
    made('history_imports', {
      source: 'paper',
      file_name: `${SECRET}.csv`,
      file_hash: Buffer.from(status),
      status,
      uploaded_by: 'ann',
      uploaded_at: NOW,
      ...more,
    })
  const writeOff = (object: string) =>
    made('write_offs', {
      object,
      month: '2026-01',
      kind: 'missing_here',
      currency: 'usd',
      amount_minor: 500,
      from_account: 'stripe_clearing',
      to_account: 'other_income',
      reason: `${SECRET} never arrived`,
      needs_approval: true,
      prepared_by: 'ann',
      prepared_at: NOW,
    })
  const job = (status: 'done' | 'waiting', more: Readonly<Record<string, unknown>>) =>
    made('statement_jobs', {
      status,
      first_day: '2026-01-01',
      last_day: '2026-12-31',
      requested_by: SECRET,
      requested_at: NOW,
      donors: 0,
      ...more,
    })
  return {
    gift: given.id,
    checkout: open.id,
    paidCheckout: given.checkout_id,
    session: given.stripe_session_id,
    secondSession: second.stripe_session_id,
    note: await insert('donation_notes', {
      donation_id: given.id,
      written_at: NOW,
      text: SECRET,
      written_by: 'admin@news.example',
    }),
    receipt,
    agreement: recurringLinks(keys.recurringLinks).tokenFor(agreement as never), // the id has its brand by being stored
    my: await linkFor(ADDRESS),
    secondMy: await linkFor(`second.${ADDRESS}`),
    consent,
    confirming: links.tokenFor('confirm', consent),
    unsubscribing: links.tokenFor('unsubscribe', consent),
    reminder: links.tokenFor('reminder', given.checkout_id),
    signIn: link.token,
    staff: colleague,
    staffAddress: `colleague.${ADDRESS}`,
    token: await tokenFor(SECRET),
    spareToken: await tokenFor(`spare ${SECRET}`),
    signedIn: await sessionElsewhere(site),
    passkey: await made('staff_passkeys', {
      staff_id: colleague,
      credential_id: 'credential',
      public_key: Buffer.from('key'),
      counter: 0,
      transports: [],
      name: SECRET,
      added_at: NOW,
    }),
    endpoint,
    endpointToDelete: await newEndpoint(),
    delivery: await insert('webhook_deliveries', {
      message_id: sent,
      endpoint_id: endpoint,
      status: 'given_up',
    }),
    goal: await made('goals', {
      title: SECRET,
      counted: 'all',
      currency: 'usd',
      amount_minor: 1000,
      starts_on: '2026-01-01',
      ends_on: '2036-12-31',
      created_at: NOW,
    }),
    import: await history('uploaded', { file: Buffer.from(`Gift,Day\n${SECRET},1\n`) }),
    imported: await history('imported', { mapping: {}, ended_at: NOW }),
    entry: await made('supporter_entries', {
      donation_id: given.id,
      name: SECRET,
      language: 'en',
      consent: 'Yes',
      consented_at: NOW,
    }),
    message: await made('reader_messages', {
      donation_id: given.id,
      source: 'my',
      text: SECRET,
      written_at: NOW,
    }),
    view: await made('saved_views', {
      staff_id: admin.id,
      name: SECRET,
      filters: `q=${SECRET}`,
      shared: true,
      saved_at: NOW,
    }),
    export: await made('exports', {
      kind: 'donations',
      format: 'csv',
      filters: {},
      made_by: SECRET,
      snapshot: '1:1:',
      begun_at: NOW,
    }),
    mail: await insert('outbox_messages', {
      kind: 'receipt',
      message_key: `receipt.${SECRET}`,
      subject: given.id,
      attempts: 9,
      gave_up_at: NOW,
      failure: 'no_such_address',
    }),
    toolDelivery: await insert('newsletter_deliveries', {
      email: ADDRESS,
      language: 'en',
      action: 'subscribe',
      status: 'given_up',
      failure: 'other',
      changed_at: NOW,
    }),
    statement,
    line,
    payout,
    writeOff: await writeOff('ch_one'),
    declinedWriteOff: await writeOff('ch_two'),
    explanation: await made('standing_explanations', {
      kind: 'unknown_type',
      type: SECRET,
      reason: `${SECRET} explains it`,
      made_by: 'ann',
      made_at: NOW,
    }),
    job: await job('done', { ended_at: NOW }),
  }
}

type Asked = {
  /** What the ids and links in the address belong to, by the names that the route gives them. */
  readonly of?: Readonly<Record<string, Kind>>
  /** The fields of the form, or what a program sends. `{gift}` stands for the id of the gift. */
  readonly form?: Readonly<Record<string, unknown>>
  /** What is added to the address. `{gift}` stands for the id of the gift. */
  readonly query?: string
  /** How it answers an id that never was, where that is neither 403 nor 404 nor 410. */
  readonly unknown?: number
  /** Whether it tells nothing at home either: to anybody yet, or to anybody but its owner. */
  readonly isSilentAtHome?: true
}
const of = (kind: Kind, more: Asked = {}): Asked => ({ of: { id: kind }, ...more })
const byToken = (kind: Kind, more: Asked = {}): Asked => ({ of: { token: kind }, ...more })

const ENDPOINT = { url: 'https://new.example/hook', description: '', events: ['donation.succeeded'] }
const REASON = { reason: 'Whatever the reason is' }
const COLUMNS = {
  day: '0',
  amount: '1',
  description: '2',
  dateOrder: 'ymd',
  decimalSign: ',',
  currency: 'usd',
}
const DAYS = { from: '2026-01-01', to: '2026-12-31' }

/** Every route that takes an id or a link, in an order in which each of them still finds its thing at home. */
const BY_ID: Readonly<Record<string, Asked>> = {
  'GET /checkout-sessions/:id': of('session'),
  'GET /thank-you': { query: 'session_id={session}' },
  'POST /newsletter/thank-you': { form: { session_id: '{session}', agree: 'yes' }, unknown: 303 },
  'POST /supporters/message': {
    form: { session_id: '{secondSession}', message: 'Hello' },
    unknown: 303,
  },
  'POST /donate-monthly': { form: { of: '{paidCheckout}' }, unknown: 303 },
  'GET /donate': { query: 'again={checkout}', unknown: 200 },
  'GET /receipts/:token': byToken('receipt'),
  'GET /receipts/:token.pdf': byToken('receipt'),
  'GET /goals/:id': of('goal'),
  'GET /goals/:id.json': of('goal'),
  'GET /goals/:id.svg': of('goal'),
  'GET /reminders/stop/:token': byToken('reminder'),
  'POST /reminders/stop/:token': byToken('reminder'),
  'GET /recurring/:token': byToken('agreement'),
  'GET /recurring/:token/card': byToken('agreement'),
  'POST /recurring/:token/card': byToken('agreement'),
  'POST /recurring/:token/amount': byToken('agreement', { form: { amount: '7' } }),
  'POST /recurring/:token/pause': byToken('agreement', { form: { months: '1' } }),
  'POST /recurring/:token/resume': byToken('agreement'),
  'POST /recurring/:token/stop': byToken('agreement'),
  'GET /newsletter/confirm/:token': byToken('confirming'),
  'POST /newsletter/confirm/:token': byToken('confirming'),
  'GET /newsletter/unsubscribe/:token': byToken('unsubscribing'),
  'POST /newsletter/unsubscribe/:token': byToken('unsubscribing'),
  'GET /my/:token': byToken('my'),
  'GET /my/:token/statement.pdf': byToken('my', { query: `year=${NOW.getUTCFullYear()}` }),
  'GET /my/:token/erase': byToken('my'),
  'POST /my/:token/question': byToken('my', { form: { question: 'Who reads this?' } }),
  'POST /my/:token/unlist': byToken('my'),
  'POST /my/:token/data.json': byToken('my'),
  'POST /my/:token/newsletter': byToken('my', { form: { wish: 'subscribe', agree: 'yes' }, unknown: 303 }),
  'POST /my/:token/close': byToken('my'),
  'POST /my/:token/erase': byToken('secondMy'),

  'GET /finance/donations': { query: 'import={imported}', unknown: 200 },
  'POST /finance/donations/views/:id/delete': of('view'),
  'GET /finance/donations/:id': of('gift'),
  'POST /finance/donations/:id/refunds': of('gift', {
    form: {
      step: 'check',
      request: randomUUID(),
      amount: '1',
      reason: 'requested_by_customer',
      note: '',
      left: '500',
    },
  }),
  'POST /finance/donations/:id/notes': of('gift', { form: { request: randomUUID(), text: 'A note' } }),
  'POST /finance/donations/:id/notes/:note/withdraw': { of: { id: 'gift', note: 'note' } },
  'POST /finance/donations/:id/receipt/send': of('gift'),
  'POST /finance/donations/:id/receipt': of('gift', { form: { name: 'New Name', email: ADDRESS } }),
  'GET /finance/donors/:id': of('gift'),
  'GET /finance/donors/:id/statement.pdf': of('gift', { query: 'year=2026' }),
  'GET /finance/donors/:id/export': of('gift'),
  'GET /finance/donors/:id/erase': of('gift'),
  'GET /finance/deposits/bank/:id': of('statement'),
  'GET /finance/deposits/bank/:id/file': of('statement'),
  'POST /finance/deposits/bank/:id/columns': of('statement', { form: COLUMNS, unknown: 303 }),
  'POST /finance/deposits/bank/lines/:line/match': {
    of: { line: 'line' },
    form: { payout: '{payout}' },
    unknown: 409,
  },
  'POST /finance/deposits/bank/lines/:line/unmatch': { of: { line: 'line' }, unknown: 303 },
  'GET /finance/deposits/:id': of('payout'),
  'GET /finance/payouts/:id': of('payout', { unknown: 301 }),
  'GET /finance/imports/:id': of('import'),
  'GET /finance/imports/:id/rows.csv': of('import'),
  'POST /finance/imports/:id/columns': of('import'),
  'POST /finance/imports/:id/start': of('import'),
  'POST /finance/imports/:id/cancel': of('import'),
  'POST /finance/imports/:id/take-back': of('imported'),
  'POST /finance/mail/:id': of('mail', { form: { action: 'leave' }, unknown: 303 }),
  'POST /finance/messages/:id/answered': of('message'),
  'POST /finance/messages/supporters/:id': of('entry', { form: { decision: 'approved' }, unknown: 303 }),
  'POST /finance/newsletter/deliveries/:id': of('toolDelivery', { unknown: 303 }),
  'POST /finance/newsletter/subscribers/:id/erase': of('consent'),
  'POST /finance/months/:month/write-offs/:id/approve': of('writeOff'),
  'POST /finance/months/:month/write-offs/:id/decline': of('declinedWriteOff', { form: REASON }),
  'POST /finance/months/:month/write-offs/:id/reverse': of('writeOff', { form: REASON }),
  'POST /finance/months/:month/explanations/:id/end': of('explanation'),
  'GET /finance/sign-in/:token': byToken('signIn', { unknown: 200, isSilentAtHome: true }),
  'POST /finance/sign-in/confirm': { form: { token: '{signIn}' } },
  'POST /finance/account/sessions/end': { form: { session: '{signedIn}' } },
  'POST /finance/account/second-factor/remove': { form: { factor: '{passkey}' }, isSilentAtHome: true },
  'GET /finance/settings/staff/:id': of('staff'),
  'POST /finance/settings/staff/:id/role': of('staff', { form: { role: 'auditor' } }),
  'POST /finance/settings/staff/:id/second-factor': of('staff'),
  'POST /finance/settings/staff/remove': { form: { email: '{staffAddress}' }, unknown: 400 },
  'GET /finance/settings/tokens/:id/revoke': of('token'),
  'POST /finance/settings/tokens/:id/revoke': of('spareToken'),
  'POST /finance/settings/goals/:id/take-down': of('goal'),
  'GET /finance/settings/webhooks/:id': of('endpoint'),
  'POST /finance/settings/webhooks/:id': of('endpoint', { form: ENDPOINT }),
  'POST /finance/settings/webhooks/:id/secret': of('endpoint'),
  'POST /finance/settings/webhooks/:id/test': of('endpoint'),
  'POST /finance/settings/webhooks/:id/enable': of('endpoint'),
  'POST /finance/settings/webhooks/:id/deliveries/:delivery': {
    of: { id: 'endpoint', delivery: 'delivery' },
  },
  'POST /finance/settings/webhooks/:id/replay': of('endpoint', { form: DAYS }),
  'POST /finance/settings/webhooks/:id/disable': of('endpoint'),
  'GET /finance/settings/webhooks/:id/delete': of('endpoint'),
  'GET /finance/statements/:id.zip': of('job'),
  'POST /finance/statements/:id/cancel': of('job'),

  'GET /api/donations/:id': of('gift'),
  'GET /api/payouts/:id': of('payout'),
  'GET /api/webhook-endpoints/:id': of('endpoint'),
  'PUT /api/webhook-endpoints/:id': of('endpoint', { form: ENDPOINT }),
  'POST /api/webhook-endpoints/:id/secret': of('endpoint'),
  'POST /api/webhook-endpoints/:id/switch': of('endpoint', { form: { enabled: true } }),
  'POST /api/webhook-endpoints/:id/test': of('endpoint'),
  'GET /api/webhook-endpoints/:id/deliveries': of('endpoint'),
  'POST /api/webhook-endpoints/:id/replay': of('endpoint', { form: { delivery: '{delivery}' } }),
  'DELETE /api/webhook-endpoints/:id': of('endpoint'),
  'POST /finance/settings/webhooks/:id/delete': of('endpointToDelete'),
  'POST /finance/donors/:id/erase': of('gift', { form: { confirm: 'yes' } }),
}

/** Forms without an id: they make something new, or are about the reader, the member of staff or the site that is asked. */
const WITHOUT_ID: ReadonlySet<string> = new Set([
  'POST /checkout-sessions',
  'POST /donate',
  'POST /newsletter',
  'POST /newsletter/subscriptions',
  'POST /my',
  'POST /finance/sign-in',
  'POST /finance/sign-in/second-factor',
  'POST /finance/sign-out',
  'POST /finance/account/second-factor',
  'POST /finance/account/sessions/end-others',
  'POST /finance/account/monthly-report',
  'POST /finance/account/recovery-codes',
  'POST /finance/donations/views',
  'POST /finance/deposits/bank',
  'POST /finance/deposits/bank/match-again',
  'POST /finance/imports',
  'POST /finance/settings/accounts',
  'POST /finance/settings/funds',
  'POST /finance/settings/funds/remove',
  'POST /finance/settings/goals',
  'POST /finance/settings/protection',
  'POST /finance/settings/protection/giving',
  'POST /finance/settings/staff',
  'POST /finance/settings/tokens',
  'POST /finance/settings/webhooks',
  'POST /finance/statements',
  'POST /api/webhook-endpoints',
])
/** What a route's parameter may name that every site has: a month, a kind of item, an account of the books. */
const COMMON = ['month', 'kind', 'account']

/** Where whole lists are. */
const LISTS = [
  '/finance',
  '/finance/donations',
  '/finance/exports',
  '/finance/imports',
  '/finance/messages',
  '/finance/reports/newsletter',
  '/finance/settings/audit',
  '/finance/settings/goals',
  '/finance/settings/staff',
  '/finance/settings/tokens',
  '/finance/settings/webhooks',
  '/finance/statements',
  '/finance/deposits/bank',
  '/finance/months/2026-01',
  '/finance/months/2026-01/print',
  '/supporters',
  '/supporters.json',
]

test('every route that takes an id, a link or a form is thought of here', () => {
  const takes = routes.filter((route) => {
    const own = [...route.matchAll(/:(\w+)/g)].filter(([, name = '']) => !COMMON.includes(name))
    return own.length > 0 || (!route.startsWith('GET ') && !route.includes(':'))
  })
  const known = new Set([...Object.keys(BY_ID), ...WITHOUT_ID])
  expect(takes.filter((route) => !known.has(route))).toEqual([])
  expect([...known].filter((route) => !routes.includes(route))).toEqual([])
  expect(takes.length).toBeGreaterThan(90)
})

test('no list of one site shows what the other one has', async () => {
  const shownAtHome: string[] = []
  for (const path of LISTS) {
    if ((await herald.ask(path, { headers: staff.herald })).text.includes(SECRET)) shownAtHome.push(path)
    const foreign = await gazette.ask(path, { headers: staff.gazette })
    expect([path, foreign.text.includes(SECRET)]).toEqual([path, false])
  }
  // The same question has an answer at home, so that the silence of the other site says something.
  for (const path of ['/finance/messages', '/finance/imports', '/finance/settings/goals', '/finance/exports'])
    expect(shownAtHome).toContain(path)
})

/** An id or a link of the same form as a real one, of nothing that ever was. */
function neverWas(real: string): string {
  if (/^[0-9a-f-]{36}$/.test(real)) return randomUUID()
  if (/^\d+$/.test(real)) return '987654321'
  return real.slice(0, -8) + 'AbCdEfGh'
}

/** Asks one route of a site by ids, the Herald's or ids of nothing. */
async function askById(
  site: 'herald' | 'gazette',
  route: string,
  { ids: by }: { ids: Readonly<Record<string, string>> },
) {
  const asked = BY_ID[route] ?? {}
  const [method = '', path = ''] = route.split(' ')
  const filled = (words: string) => words.replaceAll(/\{(\w+)\}/g, (_whole, kind: string) => by[kind] ?? '')
  const address = Object.entries(asked.of ?? {})
    .reduce((so, [name, kind]) => so.replace(`:${name}`, by[kind] ?? ''), path)
    .replace(':month', '2026-01')
  const form = Object.entries(asked.form ?? {}).map(
    ([name, value]) => [name, typeof value === 'string' ? filled(value) : value] as const,
  )
  const who = path.startsWith('/api/') ? programs[site] : path.startsWith('/finance') ? staff[site] : {}
  // A sign-in link is opened by somebody who is not signed in.
  const headers = path.startsWith('/finance/sign-in') ? {} : who
  const answer = await ask(
    { herald, gazette }[site],
    method,
    asked.query === undefined ? address : `${address}?${filled(asked.query)}`,
    Object.fromEntries(form),
    headers,
  )
  // What it was asked for stands in some answers.
  const text = Object.values(by).reduce((so, id) => so.replaceAll(id, 'ID'), answer.text)
  return { status: answer.status, text, location: answer.headers['location'] }
}

/** What the workers keep for themselves and derive from all else, each in its own time. */
const OF_WORKERS =
  /^(report_|agreement_|ledger_(account_totals|fold_states|open_items|open_item_sums|month_end_items)|sync_states|rate_limits|protection_|digest_days|stripe_balance_days|day_totals)/

/** What the site was filled with has had its turn in the workers, so that nothing changes any more by itself. */
async function atRest({ database: { pool } }: OneSite): Promise<void> {
  await until('the workers to be at rest', async () => {
    const { rows } = await pool.query<{ rests: boolean }>(
      `select exists (select 1 from reader_messages where source = 'gift')
          and not exists (select 1 from outbox_messages where sent_at is null and gave_up_at is null)
          and not exists (select 1 from subscriptions where stale and read_at is null) as rests`,
    )
    return rows[0]?.rests === true
  })
}

/** Every row that the site has, by table. */
async function rowsOf({ database: { pool } }: OneSite): Promise<Record<string, string>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    'select table_name as name from information_schema.tables where table_schema = current_schema() order by 1',
  )
  const kept = tables.filter(({ name }) => !OF_WORKERS.test(name))
  const each = kept.map(
    ({ name }) =>
      `select '${name}' as name, coalesce(md5(string_agg(t::text, ' ' order by t::text)), '') as hash from ${name} t`,
  )
  const { rows } = await pool.query<{ name: string; hash: string }>(each.join(' union all '))
  return Object.fromEntries(rows.map(({ name, hash }) => [name, hash]))
}

test('an id of one site is at the other one as unknown as one that never was, and nothing is changed by it', async () => {
  const never = Object.fromEntries(Object.entries(ids).map(([kind, id]) => [kind, neverWas(id)]))
  await atRest(herald)
  const before = await rowsOf(herald)
  const others: string[] = []
  const answers: Record<string, Awaited<ReturnType<typeof askById>>> = {}
  for (const [route, { unknown }] of Object.entries(BY_ID)) {
    const nothing = await askById('gazette', route, { ids: never })
    const foreign = await askById('gazette', route, { ids })
    answers[route] = nothing
    expect([route, foreign.status]).toEqual([route, nothing.status])
    expect([route, foreign.text.includes(SECRET)]).toEqual([route, false])
    const expected = unknown === undefined ? [403, 404, 410] : [unknown]
    if (!expected.includes(nothing.status)) others.push(`${route}: ${nothing.status}`)
  }
  expect(others).toEqual([])
  expect(await rowsOf(herald)).toEqual(before)

  // At home each of them finds its thing: another answer, or another state.
  const unknownAtHome: string[] = []
  for (const [route, { unknown, isSilentAtHome }] of Object.entries(BY_ID)) {
    if (isSilentAtHome) continue
    const was = unknown === undefined ? {} : await rowsOf(herald)
    const answer = await askById('herald', route, { ids })
    const isSignedIn = !String(answer.location).includes('/sign-in')
    const isFound =
      (answer.status !== answers[route]?.status && isSignedIn) ||
      answer.text.includes(SECRET) ||
      (unknown !== undefined && JSON.stringify(await rowsOf(herald)) !== JSON.stringify(was))
    if (!isFound) unknownAtHome.push(`${route}: ${answer.status}`)
  }
  expect(unknownAtHome).toEqual([])
}, 120_000)
