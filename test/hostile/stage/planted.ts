import { randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { createApiToken } from '../../../src/access/tokens/api-token-store.ts'
import { keyringFrom } from '../../../src/config/keyring.ts'
import { inTransaction, type Database } from '../../../src/db/database.ts'
import { mintDonorLink, requestDonorLink } from '../../../src/donors/donor-link-store.ts'
import { recurringLinks } from '../../../src/subscriptions/recurring-link.ts'
import type { SubscriptionId } from '../../../src/ids.ts'
import { hireStaff, signInToken } from '../../kit/factories.ts'
import { until } from '../../kit/until.ts'
import { SECRET, SITE, type ServiceProcess } from './service-process.ts'

/** What readers and staff have written before the trial begins, and the keys to it. */
export type Planted = {
  readonly email: string
  readonly donationId: string
  readonly sessionId: string
  readonly checkoutId: string
  readonly receiptPath: string
  readonly recurringPath: string
  /** Values of path parameters, by the words that stand before them in the route. */
  readonly known: ReadonlyMap<string, readonly string[]>
  /** The cookies of an administrator, signed in anew. */
  signIn(): Promise<string>
  /** The donor's own page, by a link that was just mailed. */
  myPath(): Promise<string>
  /** The header of a program that may do everything, with a new token. */
  newToken(): Promise<string>
}

/** What stands in every stored field of a reader. */
export type Words = {
  readonly name: string
  readonly message: string
  readonly title: string
  readonly campaign: string
}

const opened = z.object({ id: z.string(), url: z.string() })

export async function plant(service: ServiceProcess, database: Database, words: Words): Promise<Planted> {
  const { knex, pool } = database
  const email = 'ada@reader.example'
  const give = async (frequency: 'once' | 'monthly') => {
    const answer = await fetch(`${service.url}/checkout-sessions`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        amount: 500,
        currency: 'usd',
        frequency,
        message: words.message,
        article: { url: `${SITE}/ferry`, title: words.title },
        campaign: { source: words.campaign, medium: words.campaign, name: words.campaign },
      }),
    })
    const session = opened.parse(await answer.json())
    await pay(session.url, { name: words.name, email })
    return session
  }
  const once = await give('once')
  await give('monthly')
  const [gift, subscription] = await until('both gifts are booked', async () => {
    const { rows } = await pool.query<{ id: string; checkout: string; session: string; receipt: string }>(
      `select d.id, d.checkout_id as checkout, d.stripe_session_id as session, r.token as receipt
         from donations d join receipts r on r.donation_id = d.id order by d.frequency desc`,
    )
    const { rows: agreements } = await pool.query<{ id: string }>(
      'select stripe_subscription_id as id from subscriptions',
    )
    const found = rows.find(({ session }) => session === once.id)
    return found && agreements[0] ? ([found, agreements[0]] as const) : null
  })
  const staff = await hireStaff(knex, 'admin')
  const keys = keyringFrom([SECRET])
  const token = recurringLinks(keys.recurringLinks).tokenFor(subscription.id as SubscriptionId) // read from its own table
  const signIn = async () => {
    const { rows } = await pool.query<{ id: string }>('select id from staff where id = $1', [staff.id])
    const who = rows.length > 0 ? staff : await hireStaff(knex, 'admin')
    const answer = await post(
      service,
      '/finance/sign-in/confirm',
      { token: await signInToken(knex, who, new Date()) },
      '',
    )
    return cookies(answer)
  }
  const cookie = await signIn()
  const known = await plantForStaff(service, cookie, gift.id, words)
  return {
    email,
    donationId: gift.id,
    sessionId: once.id,
    checkoutId: gift.checkout,
    receiptPath: `/receipts/${gift.receipt}`,
    recurringPath: `/recurring/${token}`,
    known,
    signIn,
    async myPath() {
      const id = randomUUID()
      await requestDonorLink(pool, { id, email, locale: 'en' }, new Date())
      await pool.query('delete from donor_links')
      const link = await inTransaction(pool, (tx) => mintDonorLink(tx, id, new Date()))
      return `/my/${link?.token ?? 'none'}`
    },
    newToken: async () => `Bearer ${await createApiToken(knex, { name: 'hostile', role: 'admin' })}`,
  }
}

/** What staff do in a day: each page has something to show, and each form something to act on. */
async function plantForStaff(
  service: ServiceProcess,
  cookie: string,
  donationId: string,
  { name, message, campaign }: Words,
): Promise<Map<string, readonly string[]>> {
  const upload = async (path: string, field: string, text: string) => {
    const body = new FormData()
    body.set(field, new Blob([text], { type: 'text/csv' }), `${randomBytes(3).toString('hex')}.csv`)
    const headers = { 'Sec-Fetch-Site': 'same-origin', Cookie: cookie }
    const answer = await fetch(service.url + path, { method: 'POST', redirect: 'manual', body, headers })
    return answer.headers.get('Location')?.split('/').at(-1) ?? ''
  }
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`
  const statement = await upload(
    '/finance/deposits/bank',
    'statement',
    `When,What,How much\n2026-01-14,${cell(message)},812.31\n2026-01-15,STRIPE,5.00\n`,
  )
  const gifts = await upload(
    '/finance/imports',
    'gifts',
    `Day,Amount,Name,E-mail,Note\n2023-04-03,5.00,${cell(name)},bob@reader.example,${cell(message)}\n2023-04-04,x,${cell(name)},nobody,${cell(message)}\n`,
  )
  const webhook = randomUUID()
  const today = new Date().toISOString().slice(0, 10)
  const forms: [string, Record<string, string>][] = [
    [
      '/finance/settings/webhooks',
      { request: webhook, url: 'https://hooks.example/', events: 'donation.created' },
    ],
    [`/finance/donations/${donationId}/notes`, { text: message }],
    ['/finance/donations/views', { name: campaign.slice(0, 60), filters: 'status=succeeded' }],
    ['/finance/settings/funds', { kind: 'campaign', key: campaign, fund: campaign.slice(0, 60) }],
    [
      '/finance/settings/goals',
      {
        request: randomUUID(),
        name: message.slice(0, 80),
        counted: 'campaign',
        campaign,
        currency: 'usd',
        amount: '1000',
        from: today,
        to: today,
      },
    ],
  ]
  for (const [path, form] of forms) await post(service, path, form, cookie)
  const month = today.slice(0, 7)
  return new Map([
    ['donations', [donationId]],
    ['bank', [statement]],
    ['imports', [gifts]],
    ['webhooks', [webhook]],
    ['webhook-endpoints', [webhook]],
    ['months', [month, '2026-01']],
  ])
}

function post(
  service: ServiceProcess,
  path: string,
  form: Record<string, string>,
  cookie: string,
): Promise<Response> {
  return fetch(service.url + path, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(form),
    headers: { 'Sec-Fetch-Site': 'same-origin', Cookie: cookie },
  })
}

function cookies(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

/** Fills in the offline Stripe's page and sends it. */
async function pay(url: string, payer: { readonly name: string; readonly email: string }): Promise<void> {
  const shown = await (await fetch(url)).text()
  const attempt = /name="attempt" value="(\d+)"/.exec(shown)?.[1] ?? ''
  await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ how: 'card', attempt, ...payer }),
    redirect: 'manual',
  })
}
