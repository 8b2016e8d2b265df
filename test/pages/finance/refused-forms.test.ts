import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { addNote } from '../../../src/donations/note-store.ts'
import { giveDonation, giveReceipt, hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf, type FinanceService } from '../../kit/finance-service.ts'
import { financeTest } from '../../kit/fixtures.ts'

const TYPED = '<i>Ünverloren</i> & "kept"'
const ESCAPED = '&lt;i&gt;Ünverloren&lt;/i&gt; &amp; &quot;kept&quot;'
const ITEM = { object: 'pi_gone', kind: 'missing_here', currency: 'usd', amount: '-500' }

type Sent = { readonly path?: string; readonly fields: Readonly<Record<string, string>> }

const test = financeTest
  .extend('cookies', { scope: 'file' }, async ({ db, service }) => {
    const token = await signInToken(db.database.knex, await hireStaff(db.database.knex, 'admin'), service.now)
    return cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
  })
  .extend('planted', { scope: 'file' }, async ({ db, service, cookies }) => {
    const { knex, pool } = db.database
    const gift = await giveDonation(knex, { donorName: 'Ada', donorEmail: 'ada@reader.example' })
    await giveReceipt(knex, gift)
    await addNote(pool, { donationId: gift.id, text: 'a note', by: 'ann@news.example', at: service.now })
    const [mail] = await knex('outbox_messages')
      .insert({
        kind: 'receipt',
        message_key: `receipt.${gift.id}`,
        subject: gift.id,
        attempts: 3,
        gave_up_at: knex.fn.now(),
        last_error: 'EENVELOPE',
        failure: 'no_such_address',
      })
      .returning('id')
    const statement = new FormData()
    const csv = new Blob(['When,What,How much\n2026-01-14,STRIPE,812.31\n'], { type: 'text/csv' })
    statement.set('statement', csv, 'january.csv')
    const uploaded = await fetch(`${service.url}/finance/deposits/bank`, {
      method: 'POST',
      redirect: 'manual',
      body: statement,
      headers: { 'Sec-Fetch-Site': 'same-origin', ...cookies },
    })
    const gifts = new FormData()
    gifts.set('gifts', new Blob(['Day,Amount\n03/04/2023,5.00\n'], { type: 'text/csv' }), 'gifts.csv')
    const imported = await fetch(`${service.url}/finance/imports`, {
      method: 'POST',
      redirect: 'manual',
      body: gifts,
      headers: { 'Sec-Fetch-Site': 'same-origin', ...cookies },
    })
    const colleague = await hireStaff(knex, 'viewer')
    const webhook = randomUUID()
    const endpoint = { request: webhook, url: 'https://hooks.example/', events: 'donation.created' }
    await service.post('/finance/settings/webhooks', endpoint, cookies)
    return {
      webhook,
      gift: gift.id,
      mail: String(mail.id),
      statement: uploaded.headers.get('Location')?.split('/').at(-1) ?? '',
      colleague: colleague.id,
      historyImport: imported.headers.get('Location')?.split('/').at(-1) ?? '',
    }
  })
  /** What is sent to each form: something that it refuses. */
  .extend('forms', { scope: 'file' }, ({ planted }): Readonly<Record<string, Sent>> => {
    const gift = `/finance/donations/${planted.gift}`
    const january = '/finance/months/2026-01'
    const item = { fields: { ...ITEM, reason: TYPED } }
    const nothing = { fields: {} }
    return {
      '/finance/account/monthly-report': { fields: { send: 'perhaps' } },
      '/finance/account/recovery-codes': nothing,
      '/finance/account/second-factor': { fields: { code: '000000' } },
      '/finance/account/second-factor/remove': { fields: { factor: randomUUID() } },
      '/finance/account/sessions/end': { fields: { session: randomUUID() } },
      '/finance/deposits/bank/:id/columns': {
        path: `/finance/deposits/bank/${planted.statement}/columns`,
        fields: { day: '0', amount: '2', description: '1', currency: TYPED },
      },
      '/finance/deposits/bank/lines/:line/match': { fields: { payout: 'po_gone' } },
      '/finance/donations/:id/notes': { path: `${gift}/notes`, fields: { text: TYPED + 'x'.repeat(2_000) } },
      '/finance/donations/:id/notes/:note/withdraw': { path: `${gift}/notes/999/withdraw`, fields: {} },
      '/finance/donations/:id/receipt': {
        path: `${gift}/receipt`,
        fields: { name: `${TYPED}${'x'.repeat(200)}`, email: TYPED },
      },
      '/finance/donations/:id/refunds': {
        path: `${gift}/refunds`,
        fields: { request: randomUUID(), amount: TYPED, reason: 'none', note: TYPED },
      },
      '/finance/donations/views': { fields: { filters: 'status=refunded', name: TYPED.repeat(3) } },
      '/finance/donations/views/:id/delete': nothing,
      '/finance/imports': nothing,
      '/finance/imports/:id/cancel': { path: `/finance/imports/${randomUUID()}/cancel`, fields: {} },
      '/finance/imports/:id/columns': {
        path: `/finance/imports/${planted.historyImport}/columns`,
        fields: { source: TYPED, 'column-amount': '', paidWords: TYPED },
      },
      '/finance/imports/:id/start': { path: `/finance/imports/${planted.historyImport}/start`, fields: {} },
      '/finance/imports/:id/take-back': {
        path: `/finance/imports/${planted.historyImport}/take-back`,
        fields: {},
      },
      '/finance/mail/:id': {
        path: `/finance/mail/${planted.mail}`,
        fields: { action: 'send', email: TYPED },
      },
      '/finance/messages/:id/answered': nothing,
      '/finance/messages/supporters/:id': nothing,
      '/finance/months/:month/close': { path: '/finance/months/2026-02/close', fields: {} },
      '/finance/months/:month/explanations': {
        path: `${january}/explanations`,
        fields: { ...item.fields, reason: 'ok', type: TYPED },
      },
      '/finance/months/:month/explanations/:id/end': {
        path: `${january}/explanations/${randomUUID()}/end`,
        fields: {},
      },
      '/finance/months/:month/items/:kind': {
        path: `${january}/items/missing_here`,
        fields: { seen: '3', reason: TYPED },
      },
      '/finance/months/:month/other-activity': {
        path: `${january}/other-activity`,
        fields: { explained: 'yes', reason: 'ok' },
      },
      '/finance/months/:month/review': { path: `${january}/review`, fields: { seen: '7 x' } },
      '/finance/months/:month/sign-offs': { path: `${january}/sign-offs`, ...item },
      '/finance/months/:month/write-offs': {
        path: `${january}/write-offs`,
        fields: { ...item.fields, toAccount: 'write_offs' },
      },
      '/finance/months/:month/write-offs/:id/approve': {
        path: `${january}/write-offs/${randomUUID()}/approve`,
        fields: {},
      },
      '/finance/months/:month/write-offs/:id/decline': {
        path: `${january}/write-offs/${randomUUID()}/decline`,
        fields: { reason: TYPED },
      },
      '/finance/months/:month/write-offs/:id/reverse': {
        path: `${january}/write-offs/${randomUUID()}/reverse`,
        fields: { reason: TYPED },
      },
      '/finance/settings/accounts': { fields: { 'code-bank': TYPED, 'name-donations': TYPED } },
      '/finance/settings/funds': { fields: { kind: 'none', key: TYPED, fund: '' } },
      '/finance/settings/funds/remove': { fields: { kind: 'none', key: 'x' } },
      '/finance/settings/goals': {
        fields: { request: randomUUID(), name: TYPED.repeat(6), counted: 'none', matching: TYPED },
      },
      '/finance/settings/goals/:id/take-down': nothing,
      '/finance/settings/protection': nothing,
      '/finance/settings/protection/giving': nothing,
      '/finance/settings/staff': { fields: { email: TYPED, role: '' } },
      '/finance/settings/staff/:id/role': {
        path: `/finance/settings/staff/${planted.colleague}/role`,
        fields: { role: 'owner' },
      },
      '/finance/settings/staff/:id/second-factor': nothing,
      '/finance/settings/staff/remove': { fields: { email: TYPED } },
      '/finance/settings/tokens': { fields: { request: randomUUID(), name: TYPED, role: '', days: '7' } },
      '/finance/settings/tokens/:id/revoke': nothing,
      '/finance/settings/webhooks': {
        fields: { request: randomUUID(), url: TYPED, description: TYPED },
      },
      '/finance/settings/webhooks/:id': {
        path: `/finance/settings/webhooks/${planted.webhook}`,
        fields: { url: TYPED, description: TYPED },
      },
      '/finance/settings/webhooks/:id/delete': nothing,
      '/finance/settings/webhooks/:id/deliveries/:delivery': {
        path: `/finance/settings/webhooks/${planted.webhook}/deliveries/none`,
        fields: {},
      },
      '/finance/settings/webhooks/:id/disable': nothing,
      '/finance/settings/webhooks/:id/enable': nothing,
      '/finance/settings/webhooks/:id/secret': nothing,
      '/finance/settings/webhooks/:id/test': nothing,
      '/finance/settings/webhooks/:id/replay': {
        path: `/finance/settings/webhooks/${planted.webhook}/replay`,
        fields: { from: TYPED, to: '' },
      },
      '/finance/sign-in': { fields: { email: TYPED } },
      '/finance/statements': { fields: { year: TYPED, kind: 'none' } },
    }
  })

/** Forms of which nothing can be refused beside the page itself, and why. */
const APART: Readonly<Record<string, string>> = {
  '/finance/newsletter/deliveries/:id': 'has no field, and repeats what there is',
  '/finance/newsletter/subscribers/:id/erase': 'has no field: a reader who is gone is not found',
  '/finance/account/sessions/end-others': 'ends what there is',
  '/finance/deposits/bank': 'has a file alone, which no page can send back: see below',
  '/finance/deposits/bank/match-again': 'matches what there is',
  '/finance/deposits/bank/lines/:line/unmatch': 'of a line without a match there is nothing to undo',
  '/finance/donations/:id/receipt/send': 'has no field, and its refusals are tried in donation-desk.test.ts',
  '/finance/donors/:id/erase': 'has no field, and its refusals are tried in erasure.test.ts',
  '/finance/sign-in/confirm': 'shows that the link is spent',
  '/finance/sign-in/second-factor': 'has secrets alone, and is tried with those who have a second factor',
  '/finance/sign-out': 'lets everybody go',
  '/finance/statements/:id/cancel': 'of a job that is not there there is no page to go back to',
}

const postRoutes = (service: FinanceService) =>
  service.routes.filter(({ method, path }) => method === 'POST' && path.startsWith('/finance'))

test('every form has its refusal in this table, or a reason why it has none', ({ service, forms }) => {
  const routes = postRoutes(service).map(({ path }) => path)
  expect([...Object.keys(forms), ...Object.keys(APART)].toSorted()).toEqual([...new Set(routes)].toSorted())
})

test('a refused form comes back on its page with every problem named and everything that was typed', async ({
  service,
  cookies,
  forms,
}) => {
  const wrong: string[] = []
  for (const [route, { path = route.replaceAll(/:\w+/g, '2'), fields }] of Object.entries(forms)) {
    const answer = await service.post(path, { ...fields }, cookies)
    const page = await answer.text()
    const say = (problem: string) => wrong.push(`${route}: ${problem}`)
    if (answer.status < 400 || answer.status >= 500) say(`status ${answer.status}`)
    if (!/<title>\s*Error: /.test(page)) say('its title says no error')
    const [summary = ''] =
      /<div class="problems" role="alert" tabindex="-1" autofocus>.*?<\/div>/s.exec(page) ?? []
    if (!/<li>/.test(summary)) say('no problem is named where the focus is')
    for (const [, id = ''] of summary.matchAll(/href="#([^"]+)"/g))
      if (!page.includes(`id="${id}"`)) say(`a problem leads to ${id}, which is not there`)
    const typed = Object.values(fields).filter((value) => value.includes(TYPED))
    const shown = page.split(ESCAPED).length - 1
    // An item's type stands in no field that people write into.
    if (route !== '/finance/months/:month/explanations' && shown < typed.length)
      say(`of ${typed.length} texts ${shown} came back`)
  }
  expect(wrong).toEqual([])
}, 60_000)

test('a file that is too large or missing is refused on the page that asks for it', async ({
  service,
  cookies,
}) => {
  const send = async (body: FormData) => {
    const headers = { 'Sec-Fetch-Site': 'same-origin', ...cookies }
    const answer = await fetch(`${service.url}/finance/deposits/bank`, { method: 'POST', body, headers })
    return { status: answer.status, page: await answer.text() }
  }
  const none = await send(new FormData())
  expect(none.status).toBe(400)
  expect(none.page).toContain('<a href="#statement">Choose a file.</a>')
  const large = new FormData()
  large.set('statement', new Blob([new Uint8Array(5 * 1024 * 1024 + 1)]), 'large.csv')
  const refused = await send(large)
  expect(refused.status).toBe(413)
  expect(refused.page).toContain('<a href="#statement">The file is larger than 5 MB.')
})

/** The pages with a form that asks by its address, from the links of the pages themselves. */
async function asked(service: FinanceService, cookies: Record<string, string>) {
  const found = new Map<string, string>()
  const pages = service.routes.filter(
    ({ method, path }) => method === 'GET' && /^\/finance(\/|$)/.test(path) && !path.includes('sign-in'),
  )
  for (const { path } of pages) {
    const answer = await service.get(path.replace(':account', 'bank'), cookies)
    if (!answer.headers.get('Content-Type')?.startsWith('text/html')) continue
    for (const [form, action = ''] of (await answer.text()).matchAll(
      /<form\b[^>]*method="get"[^>]*action="([^"]*)".*?<\/form>/gs,
    ))
      if (!form.includes('role="search"')) found.set(action, form)
  }
  return found
}

test('what an address asks and its page does not know comes back in the fields of the page', async ({
  service,
  cookies,
}) => {
  const forms = await asked(service, cookies)
  expect(forms.size).toBeGreaterThan(14)
  const wrong: string[] = []
  for (const [action, form] of forms) {
    const fields = [...form.matchAll(/<input\b[^>]*type="(text|search|date|month)"[^>]*>/gs)].map(
      ([input]) => /name="([^"]*)"/.exec(input)?.[1] ?? '',
    )
    const query = new URLSearchParams(Object.fromEntries(fields.map((name) => [name, `${name}§`])))
    if (form.includes('name="format"')) query.set('format', 'csv')
    const answer = await service.get(`${action}?${query}`, cookies)
    const page = await answer.text()
    if (answer.status !== 400) wrong.push(`${action}: ${answer.status}`)
    if (!/<title>\s*Error: /.test(page)) wrong.push(`${action}: its title says no error`)
    if (!page.includes('role="alert" tabindex="-1" autofocus'))
      wrong.push(`${action}: no problem has the focus`)
    for (const name of fields)
      if (!page.includes(`value="${name}§"`)) wrong.push(`${action}: ${name} was lost`)
  }
  expect(wrong).toEqual([])
}, 60_000)
