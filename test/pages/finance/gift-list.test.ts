import { describe, expect } from 'vitest'
import type { Role } from '../../../src/access/role.ts'
import { sumsWithin, tookTooLong } from '../../../src/reports/donation-list/donation-list-store.ts'
import { MOST_ADDED_UP, orders, sorts } from '../../../src/reports/donation-list/donation-search.ts'
import { giveDonation, giveReceipt, hireStaff, signInToken, type GivenDonation } from '../../kit/factories.ts'
import { cookiesOf } from '../../kit/finance-service.ts'
import { financeTest } from '../../kit/fixtures.ts'
import { selectAll } from '../../kit/processing.ts'

const names = ['ann', 'bob', 'cyd', 'dot', 'eve', 'fay'] as const
type Name = (typeof names)[number]

/** Six gifts that differ in everything by which the list can be filtered. */
const test = financeTest
  .extend('gifts', { scope: 'file' }, async ({ db }) => {
    const { knex } = db.database
    const give = (donorName: string, day: string, more: Parameters<typeof giveDonation>[1]) =>
      giveDonation(knex, {
        donorName,
        donorEmail: `${donorName}@reader.example`,
        succeededAt: new Date(`${day}T12:00:00Z`),
        ...more,
      })
    const gifts: Record<Name, GivenDonation> = {
      ann: await give('ann', '2026-01-10', { grossMinor: 1250n, campaignName: 'spring' }),
      bob: await give('bob', '2026-01-20', { currency: 'jpy', grossMinor: 700n, message: 'Keep the ferry' }),
      cyd: await give('cyd', '2026-02-02', {
        grossMinor: 9900n,
        frequency: 'monthly',
        articleUrl: 'https://news.example/other',
        articleTitle: 'Other',
      }),
      dot: await give('dot', '2026-02-03', { donorEmail: 'ANN@reader.example' }),
      eve: await give('eve', '2026-02-04', { donorEmail: null, articleUrl: null, articleTitle: null }),
      fay: await give('<b>=fay</b>', '2026-01-31', { bookedOn: '2026-02-05' }),
    }
    const { ann, bob, cyd, dot } = gifts
    await knex.raw(
      `update donations set charge_id = 'ch_ann', stripe_invoice_id = 'in_ann', stripe_subscription_id = 'sub_ann' where id = ?`,
      [ann.id],
    )
    await knex('donations').where({ id: bob.id }).update({ status: 'disputed', disputed_minor: 700 })
    await knex('disputes').insert({
      id: 'du_bob',
      donation_id: bob.id,
      currency: 'jpy',
      amount_minor: 700,
      status: 'needs_response',
      reason: 'fraudulent',
      evidence_due_by: new Date('2026-02-14T00:00:00Z'),
      created_at: new Date('2026-02-01T00:00:00Z'),
    })
    await knex('refunds').insert({
      id: 're_dot',
      donation_id: dot.id,
      kind: 'refund',
      currency: 'usd',
      amount_minor: 100,
      status: 'succeeded',
      created_at: new Date('2026-02-06T00:00:00Z'),
    })
    await knex('donations')
      .where({ id: dot.id })
      .update({ status: 'partially_refunded', refunded_minor: 100 })
    const settled = (id: string, gift: GivenDonation, amount: number, fee: number) => ({
      id,
      type: 'charge',
      reporting_category: 'charge',
      currency: gift.currency,
      amount_minor: amount,
      fee_minor: fee,
      net_minor: amount - fee,
      created_at: gift.succeeded_at,
      available_on: gift.succeeded_at,
      clears: gift.payment_intent_id,
      payment_intent_id: gift.payment_intent_id,
      read_at: gift.succeeded_at,
    })
    await knex('balance_transactions').insert([
      settled('txn_cyd', cyd, 9900, 317),
      settled('txn_dot', dot, 500, 47),
    ])
    await knex('payouts').insert({
      id: 'po_cyd',
      currency: 'usd',
      amount_minor: 9583,
      status: 'paid',
      automatic: true,
      arrival_date: '2026-02-06',
      created_at: new Date('2026-02-04T00:00:00Z'),
      itemisation: 'complete',
      read_at: new Date('2026-02-06T00:00:00Z'),
    })
    await knex('restrictions').insert(
      [
        { kind: 'campaign', key: 'spring', fund: 'Ferries' },
        { kind: 'article', key: 'https://news.example/other', fund: 'Ferries' },
        { kind: 'article', key: 'https://news.example/nothing', fund: 'Courts' },
      ].map((one) => ({ ...one, marked_at: new Date() })),
    )
    await knex('payout_items').insert({ payout_id: 'po_cyd', balance_transaction_id: 'txn_cyd' })
    return gifts
  })
  .extend('receipt', { scope: 'file' }, ({ db, gifts }) => giveReceipt(db.database.knex, gifts.cyd))
  .extend('signedIn', { scope: 'file' }, ({ db, service }) => async (role: Role) => {
    const token = await signInToken(db.database.knex, await hireStaff(db.database.knex, role), service.now)
    return cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
  })
  .extend('cookies', { scope: 'file' }, ({ signedIn }) => signedIn('finance'))

const idsIn = (page: string) =>
  Array.from(page.matchAll(/class="when">\s*<a href="\/finance\/donations\/([^"]+)"/g), ([, id = '']) => id)
const nameOf = (gifts: Record<Name, GivenDonation>) => (id: string) =>
  names.find((name) => gifts[name].id === id) ?? id

/** A filter, and the gifts that it shows, newest first. */
const FILTERS: readonly [query: string, shown: string][] = [
  ['', 'eve dot cyd fay bob ann'],
  ['from=2026-02-01', 'eve dot cyd fay'],
  ['from=2026-02-01&basis=given', 'eve dot cyd'],
  ['to=2026-01-31', 'bob ann'],
  ['to=2026-01-31&basis=given', 'fay bob ann'],
  ['status=disputed', 'bob'],
  ['currency=JPY', 'bob'],
  ['atLeast=12.50', 'cyd bob ann'],
  ['atLeast=12.51&atMost=99', 'cyd'],
  ['atMost=5&currency=usd', 'eve dot fay'],
  ['frequency=monthly', 'cyd'],
  ['story=https://news.example/other', 'cyd'],
  ['campaign=spring', 'ann'],
  ['fund=Ferries', 'cyd ann'],
  ['fund=Ferries&currency=usd&from=2026-02-01', 'cyd'],
  ['fund=Courts', ''],
  ['payout=po_cyd', 'cyd'],
  ['receipt=RECEIPT', 'cyd'],
  ['donor=ANN', 'dot ann'],
  ['donor=EVE', 'eve'],
  ['q=RECEIPT', 'cyd'],
  ['q=cyd', 'cyd'],
  ['q=ann@reader', 'dot ann'],
  ['q=ferry', 'bob'],
  ['q=12.50', 'ann'],
  ['q=700', 'bob'],
  ['q=%24+12.50', 'ann'],
  ['q=12.50+usd', 'ann'],
  ['q=EUR+12.50', ''],
  ['q=%C2%A5700', 'bob'],
  ['q=pi_ANN', 'ann'],
  ['q=ch_ann', 'ann'],
  ['q=in_ann', 'ann'],
  ['q=sub_ann', 'ann'],
  ['q=cs_ANN', 'ann'],
  ['q=re_dot', 'dot'],
  ['q=du_bob', 'bob'],
  ['q=po_cyd', 'cyd'],
  ['q=txn_cyd', 'cyd'],
  ['q=po_none', ''],
  ["q=' or 1=1 --", ''],
]

describe('/finance/donations', () => {
  test.for(FILTERS)(
    'shows by ?%s on the page and in the API: %s',
    async ([query, shown], { service, gifts, receipt, cookies, headers }) => {
      const asked = query
        .replace('RECEIPT', receipt.number)
        .replace('donor=ANN', `donor=${gifts.ann.id}`)
        .replace('donor=EVE', `donor=${gifts.eve.id}`)
        .replace('pi_ANN', gifts.ann.payment_intent_id)
        .replace('cs_ANN', gifts.ann.stripe_session_id)
      const expected = shown.split(' ').filter((name) => name !== '')
      const page = await service.get(`/finance/donations?${asked}`, cookies)
      expect(page.status).toBe(200)
      expect(idsIn(await page.text()).map(nameOf(gifts))).toEqual(expected)
      const answer = await service.get(`/api/donations?${asked}`, headers)
      const { data } = (await answer.json()) as { data: { id: string }[] } // openapi.test.ts checks the shape
      expect(data.map(({ id }) => nameOf(gifts)(id))).toEqual(expected)
    },
  )

  test('sorts by every column, and pages both ways hold every gift once', async ({
    service,
    gifts,
    headers,
  }) => {
    expect(Object.keys(gifts)).toHaveLength(6)
    type Page = { data: { id: string }[]; nextCursor: string | null; previousCursor: string | null }
    const read = async (query: string) =>
      (await (await service.get(`/api/donations?${query}`, headers)).json()) as Page // as above
    for (const sort of sorts)
      for (const order of orders) {
        const all = (await read(`sort=${sort}&order=${order}`)).data.map(({ id }) => id)
        const forwards: Page[] = [await read(`sort=${sort}&order=${order}&limit=2`)]
        for (let cursor = forwards[0]?.nextCursor; cursor; cursor = forwards.at(-1)?.nextCursor)
          forwards.push(await read(`sort=${sort}&order=${order}&limit=2&cursor=${cursor}`))
        expect([sort, order, forwards.flatMap(({ data }) => data.map(({ id }) => id))]).toEqual([
          sort,
          order,
          all,
        ])
        const back: string[] = []
        for (let cursor = forwards.at(-1)?.previousCursor; cursor;) {
          const page = await read(`sort=${sort}&order=${order}&limit=2&cursor=${cursor}`)
          back.unshift(...page.data.map(({ id }) => id))
          cursor = page.previousCursor
        }
        expect([sort, order, back]).toEqual([sort, order, all.slice(0, 4)])
        expect(forwards[0]?.previousCursor).toBeNull()
      }
    expect((await read('sort=amount&order=asc')).data[0]?.id).toBe(gifts.bob.id)
    const amounts = (await read('sort=amount&currency=usd')).data.map(({ id }) => nameOf(gifts)(id))
    expect(amounts.slice(0, 2)).toEqual(['cyd', 'ann'])
    expect(
      (await service.get('/api/donations?sort=donor&cursor=' + (await read('limit=2')).nextCursor, headers))
        .status,
    ).toBe(400)
  })

  test('says what the filters come to, and the net counts a refund at once', async ({
    service,
    gifts,
    cookies,
  }) => {
    expect(gifts.dot.day).toBe('2026-02-03')
    const page = await (await service.get('/finance/donations?status=partially_refunded', cookies)).text()
    expect(page).toContain('1 donation, $5.00 USD')
    expect(page).toContain('$1.00 refunded or disputed so far · net $3.53')
  })

  test('shows by when a dispute must be answered', async ({ service, gifts, cookies }) => {
    expect(gifts.bob.currency).toBe('jpy')
    const page = await (await service.get('/finance/donations?status=disputed', cookies)).text()
    expect(page).toContain('Answer by Feb 13, 2026, in 3 days')
  })

  test('names every filter that it refuses and keeps what was typed', async ({ service, cookies }) => {
    const bad =
      'q=x&from=2026-13-01&status=gone&atLeast=ten&payout=pi_1&receipt=5&donor=x&currency=zzz&cursor=x&nope=1'
    const answer = await service.get(`/finance/donations?${bad}`, cookies)
    const page = await answer.text()
    expect(answer.status).toBe(400)
    for (const message of [
      'Write the first day like 2026-01-31.',
      'Choose a status of the list.',
      'Write an amount such as 12.50.',
      'Write the id of a deposit',
      'Write a receipt number',
      'Write the id of a donation.',
      'Write a currency such as USD.',
      'There is no filter nope.',
    ])
      expect(page).toContain(message)
    for (const typed of ['2026-13-01', 'ten', 'pi_1', 'zzz']) expect(page).toContain(`value="${typed}"`)
    expect(page).not.toContain('class="when"')
  })

  test('escapes names, and keeps viewers and strangers out', async ({
    service,
    gifts,
    cookies,
    signedIn,
  }) => {
    expect(gifts.fay.donor_name).toContain('<b>')
    expect(await (await service.get('/finance/donations', cookies)).text()).toContain(
      '&lt;b&gt;=fay&lt;/b&gt;',
    )
    const viewer = await service.get('/finance/donations', await signedIn('viewer'))
    expect([viewer.status, (await viewer.text()).includes('ann')]).toEqual([403, false])
    expect((await service.get('/finance/donations')).status).toBe(303)
  })
})

describe('a saved view', () => {
  const save = { filters: 'status=disputed&sort=amount', name: 'To answer' }

  test('is shown to its owner, to others when it is shared, and deleted by its owner alone', async ({
    db,
    service,
    signedIn,
  }) => {
    const [owner, other] = [await signedIn('finance'), await signedIn('auditor')]
    const list = async (cookies: Record<string, string>) =>
      (await service.get('/finance/donations', cookies)).text()
    const saved = await service.post('/finance/donations/views', save, owner)
    expect(saved.headers.get('location')).toBe('/finance/donations?status=disputed&sort=amount&done=saved')
    expect(await list(owner)).toContain('href="/finance/donations?status=disputed&amp;sort=amount">To answer')
    expect(await list(other)).not.toContain('To answer')
    await service.post('/finance/donations/views', { ...save, shared: 'yes' }, owner)
    expect(await list(other)).toContain('To answer')
    const [row] = await selectAll(db.database.pool, 'select id from saved_views')
    const remove = `/finance/donations/views/${String(row?.['id'])}/delete`
    expect((await service.post(remove, {}, other)).status).toBe(404)
    expect((await service.post(remove, {}, { ...owner, 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
    expect((await service.post(remove, {}, owner)).status).toBe(303)
    expect(await list(owner)).not.toContain('To answer')
    expect(
      await selectAll(
        db.database.pool,
        `select act from audit_trail where act like 'view%' order by position`,
      ),
    ).toEqual([{ act: 'view_saved' }, { act: 'view_saved' }, { act: 'view_deleted' }])
  })

  test('is refused with filters that the list does not know, from another site, and shared by an auditor', async ({
    service,
    signedIn,
  }) => {
    const owner = await signedIn('auditor')
    const post = async (form: Record<string, string>, headers = {}) =>
      (await service.post('/finance/donations/views', form, { ...owner, ...headers })).status
    expect(await post({ ...save, filters: 'nope=1' })).toBe(400)
    expect(await post({ ...save, name: '' })).toBe(400)
    expect(await post(save, { 'Sec-Fetch-Site': 'cross-site' })).toBe(403)
    expect(await post({ ...save, shared: 'yes' })).toBe(403)
  })
})

describe('the sums of more gifts than are added up at once', () => {
  test('are true for any number, and where they take too long the page says so', async ({
    db,
    pool,
    service,
    cookies,
  }) => {
    const more = MOST_ADDED_UP + 1
    await pool.query(
      `insert into donations (id, payment_intent_id, currency, gross_minor, refunded_minor, frequency, status, campaign_name,
         donor_name, succeeded_at, succeeded_on)
       select gen_random_uuid(), 'pi_many_' || n, case when n % 2 = 0 then 'usd' else 'eur' end, 100 + n, n % 3, 'once',
         case when n % 3 = 0 then 'succeeded' else 'partially_refunded' end, 'many', 'Many Givers',
         '2025-06-01T12:00:00Z', '2025-06-01' from generate_series(1, $1) n`,
      [more],
    )
    const sums = async (query: string) => {
      const page = await (await service.get(`/finance/donations?${query}`, cookies)).text()
      const [, found = ''] = /class="gift-totals">(.*?)<\/(?:ul|p)>/s.exec(page) ?? []
      return {
        page,
        words: found
          .replace(/<[^>]*>/g, ' ')
          .replace(/\s+/g, ' ')
          .trim(),
      }
    }
    const rows = await selectAll(
      pool,
      `select currency, count(*)::int as gifts, sum(gross_minor)::int as gross, sum(refunded_minor)::int as reversed
       from donations where campaign_name = 'many' group by 1 order by 1`,
    )
    const of = (currency: string) => rows.find((row) => row['currency'] === currency)
    const shown = (minor: unknown, sign: string) =>
      `${sign}${(Number(minor) / 100).toLocaleString('en', { minimumFractionDigits: 2 })}`
    for (const query of ['campaign=many&sums=all', 'q=many+givers&sums=all']) {
      const { words } = await sums(query)
      for (const [currency, sign] of [
        ['eur', '€'],
        ['usd', '$'],
      ] as const) {
        const { gifts, gross, reversed } = of(currency) ?? {}
        expect(words).toContain(
          `${Number(gifts).toLocaleString('en')} donations, ${shown(gross, sign)} ${currency.toUpperCase()} ${shown(reversed, sign)} refunded`,
        )
      }
    }
    // Whether the database was fast enough is not the test's to say.
    expect((await sums('campaign=many')).words).toMatch(
      /^(?:1,001 donations, |More than 2,000 donations fit\. Add all of them up)/,
    )
    expect((await service.get('/finance/donations?sums=some', cookies)).status).toBe(400)

    const blocked = db.database.knex.transaction(async (holder) => {
      await holder.raw('lock table donations in access exclusive mode')
      return db.database.knex.transaction((tx) => sumsWithin(tx, { campaign: 'many' }, 20))
    })
    await expect(blocked).rejects.toSatisfy(tookTooLong)
  })
})
