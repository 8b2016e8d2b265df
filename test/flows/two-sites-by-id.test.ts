import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { admitWithLink } from '../../src/access/manage-staff.ts'
import { giveDonation } from '../kit/factories.ts'
import { startTwoSites, type OneSite } from '../kit/two-sites.ts'
import { until } from '../kit/until.ts'

/** What follows gifts at one newsroom is unknown at the other one on the same service, whatever id its staff and readers ask by. */

/** Stands in everything of the Herald that has words. */
const SECRET = 'heraldsecret'
const ADDRESS = `${SECRET}@reader.example`

let two: Awaited<ReturnType<typeof startTwoSites>>
let herald: OneSite
let gazette: OneSite
let ids: Record<
  'gift' | 'endpoint' | 'goal' | 'import' | 'entry' | 'message' | 'view' | 'export' | 'consent',
  string
>
let staff: Record<'herald' | 'gazette', Record<string, string>>
/** The link that confirms the Herald's newsletter. */
let confirming: string

beforeAll(async () => {
  two = await startTwoSites(
    Object.fromEntries(
      ['HERALD', 'GAZETTE'].flatMap((name) => [
        [`${name}_NEWSLETTER_TOOL`, 'export'],
        [`${name}_SUPPORTERS_LIST`, 'on'],
      ]),
    ),
  )
  ;({ herald, gazette } = two)
  staff = { herald: await signIn(herald), gazette: await signIn(gazette) }
  ids = await fill(herald)
  await post(herald, '/newsletter', { email: ADDRESS, agree: 'yes', lang: 'en' })
  confirming = await until(
    'the mail with the link',
    async () =>
      (await herald.mails.list()).flatMap(
        ({ mail }) => /\/newsletter\/confirm\/[\w-]+/.exec(mail.text)?.[0] ?? [],
      )[0],
  )
}, 120_000)
afterAll(async () => {
  await two?.stop()
  await two?.clean()
})

const post = (
  site: OneSite,
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
) =>
  site.ask(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: site.url, ...headers },
    body: new URLSearchParams(form).toString(),
  })

async function signIn(site: OneSite): Promise<Record<string, string>> {
  const { link } = await site.database.knex.transaction((tx) =>
    admitWithLink(
      tx,
      { email: 'admin@news.example', role: 'admin' },
      { by: { kind: 'service' }, at: new Date() },
    ),
  )
  const { headers } = await post(site, '/finance/sign-in/confirm', { token: link.token })
  const cookies = headers['set-cookie']
  return { Cookie: (Array.isArray(cookies) ? cookies : []).map((one) => one.split(';')[0]).join('; ') }
}

/** Something of everything that has an id, with the secret among its words. */
async function fill(site: OneSite): Promise<typeof ids> {
  const { pool, knex } = site.database
  const gift = await giveDonation(knex, {
    donorName: SECRET,
    donorEmail: ADDRESS,
    message: SECRET,
    articleTitle: SECRET,
    succeededAt: new Date(),
  })
  const insert = async (table: string, columns: string, ...values: unknown[]): Promise<string> => {
    const id = randomUUID()
    const places = [id, ...values].map((_, index) => `$${index + 1}`).join(', ')
    await pool.query(`insert into ${table} (id, ${columns}) values (${places})`, [id, ...values])
    return id
  }
  const now = new Date()
  const { rows } = await pool.query<{ id: string }>('select id from staff limit 1')
  return {
    gift: gift.id,
    endpoint: await insert(
      'webhook_endpoints',
      'url, description, events, sealed_secret, created_at',
      `https://${SECRET}.example/hook`,
      SECRET,
      ['donation.succeeded'],
      Buffer.from('sealed'),
      now,
    ),
    goal: await insert(
      'goals',
      'title, counted, currency, amount_minor, starts_on, ends_on, created_at',
      SECRET,
      'all',
      'usd',
      1000,
      '2026-01-01',
      '2036-12-31',
      now,
    ),
    import: await insert(
      'history_imports',
      'source, file_name, file_hash, file, status, uploaded_by, uploaded_at',
      'paper',
      `${SECRET}.csv`,
      Buffer.from('hash'),
      Buffer.from(`Gift,Day\n${SECRET},1\n`),
      'uploaded',
      'ann',
      now,
    ),
    entry: await insert(
      'supporter_entries',
      'donation_id, name, language, consent, consented_at',
      gift.id,
      SECRET,
      'en',
      'Yes',
      now,
    ),
    message: await insert(
      'reader_messages',
      'donation_id, source, text, written_at',
      gift.id,
      'my',
      SECRET,
      now,
    ),
    view: await insert(
      'saved_views',
      'staff_id, name, filters, shared, saved_at',
      rows[0]?.id,
      SECRET,
      `q=${SECRET}`,
      true,
      now,
    ),
    export: await insert(
      'exports',
      'kind, format, filters, made_by, snapshot, begun_at',
      'donations',
      'csv',
      '{}',
      SECRET,
      '1:1:',
      now,
    ),
    consent: await insert(
      'newsletter_consents',
      'email, language, text, source, asked_at, expires_at, confirmed_at',
      `in-force-${ADDRESS}`,
      'en',
      'Yes',
      'form',
      now,
      now,
      now,
    ),
  }
}

/** Where staff and readers look. `ID` takes every id of the Herald, whatever it is of. */
const BY_ID = [
  '/finance/donations/ID',
  '/finance/donors/ID',
  '/finance/donors/ID/export',
  '/finance/donors/ID/statement.pdf',
  '/finance/donations?import=ID',
  '/finance/imports/ID',
  '/finance/imports/ID/rows.csv',
  '/finance/settings/webhooks/ID',
  '/goals/ID',
  '/goals/ID.json',
  '/goals/ID.svg',
  '/donate?again=ID',
]
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
  '/finance/settings/webhooks',
  '/supporters',
  '/supporters.json',
]
const ACTS: readonly [keyof typeof ids, string, Record<string, string>][] = [
  ['message', '/finance/messages/ID/answered', {}],
  ['entry', '/finance/messages/supporters/ID', { decision: 'approved' }],
  ['goal', '/finance/settings/goals/ID/take-down', {}],
  ['import', '/finance/imports/ID/cancel', {}],
  ['view', '/finance/donations/views/ID/delete', {}],
  ['consent', '/finance/newsletter/subscribers/ID/erase', {}],
  ['endpoint', '/finance/settings/webhooks/ID/disable', {}],
  ['endpoint', '/finance/settings/webhooks/ID/delete', {}],
  ['gift', '/finance/donors/ID/erase', { confirm: 'yes' }],
]

test('no page and no list of one site shows what the other one has, by whatever id', async () => {
  const shownAtHome: string[] = []
  for (const path of [
    ...LISTS,
    ...BY_ID.flatMap((pattern) => Object.values(ids).map((id) => pattern.replace('ID', id))),
  ]) {
    if ((await herald.ask(path, { headers: staff.herald })).text.includes(SECRET)) shownAtHome.push(path)
    const foreign = await gazette.ask(path, { headers: staff.gazette })
    expect([path, foreign.text.includes(SECRET)]).toEqual([path, false])
  }
  // The same question has an answer at home, so that the silence of the other site says something.
  for (const path of ['/finance/messages', '/finance/imports', '/finance/settings/goals', '/finance/exports'])
    expect(shownAtHome).toContain(path)
  for (const path of [
    `/finance/imports/${ids.import}`,
    `/finance/settings/webhooks/${ids.endpoint}`,
    `/goals/${ids.goal}.json`,
    `/finance/donors/${ids.gift}`,
  ]) {
    expect(shownAtHome).toContain(path)
    expect([path, (await gazette.ask(path, { headers: staff.gazette })).status]).toEqual([path, 404])
  }
}, 120_000)

test('no act of one site’s staff changes what the other one has', async () => {
  const state = async ({ pool }: { readonly pool: pg.Pool }) =>
    (
      await pool.query(`select (select json_agg(g) from goals g) as goals, (select json_agg(e) from supporter_entries e) as entries,
        (select json_agg(m) from reader_messages m) as messages, (select json_agg(v) from saved_views v) as views,
        (select json_agg(c order by c.id) from newsletter_consents c) as consents, (select json_agg(w) from webhook_endpoints w) as endpoints,
        (select json_agg(i.status) from history_imports i) as imports, (select json_agg(d.donor_email) from donations d) as donors`)
    ).rows
  const before = await state(herald.database)
  for (const [kind, path, form] of ACTS) {
    const answer = await post(gazette, path.replace('ID', ids[kind]), form, staff.gazette)
    expect([path, answer.text.includes(SECRET)]).toEqual([path, false])
  }
  // The link that the Herald has mailed confirms and ends nothing at the Gazette, whose links have keys of their own.
  for (const path of [confirming, confirming.replace('confirm', 'unsubscribe')]) {
    expect([404, 410]).toContain((await gazette.ask(path)).status)
    await post(gazette, path, {})
  }
  expect(await state(herald.database)).toEqual(before)
  expect(await gazette.database.pool.query('select from newsletter_consents')).toMatchObject({ rowCount: 0 })
  // At home each of them is an act.
  const unknownAtHome: string[] = []
  for (const [kind, path, form] of ACTS) {
    const { status } = await post(herald, path.replace('ID', ids[kind]), form, staff.herald)
    if (status === 404) unknownAtHome.push(path)
  }
  expect(unknownAtHome).toEqual([])
  expect(await state(herald.database)).not.toEqual(before)
}, 60_000)
