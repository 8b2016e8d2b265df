import { expect } from 'vitest'
import { z } from 'zod'
import { bearer, giveDonation, hireStaff, signInToken } from '../kit/factories.ts'
import { cookiesOf } from '../kit/finance-service.ts'
import { financeTest as test } from '../kit/fixtures.ts'
import { rowsIn } from './csv-rows.ts'

const MAY = 'from=2025-05-01&to=2025-05-31'

test.beforeAll(async ({ db }) => {
  const { knex } = db.database
  for (let story = 0; story < 60; story += 1)
    await giveDonation(knex, {
      succeededAt: new Date('2025-05-03T12:00:00Z'),
      articleUrl: `https://news.example/story-${String(story).padStart(2, '0')}`,
      articleTitle: story === 7 ? '=HYPERLINK("https://evil.example")' : `Title ${story}`,
      campaignName: story < 2 ? '@spring' : null,
      grossMinor: BigInt(100 + story),
    })
  await giveDonation(knex, {
    succeededAt: new Date('2025-05-04T12:00:00Z'),
    articleUrl: 'https://news.example/story-00',
    articleTitle: 'Title 0',
    currency: 'eur',
    grossMinor: 900n,
  })
  await knex('restrictions').insert({
    kind: 'article',
    key: 'https://news.example/story-03',
    fund: '+Schools',
    marked_at: new Date(),
  })
})

test('all stories of a period are one file, in the order of the report and without a formula', async ({
  db,
  service,
}) => {
  const viewer = await bearer(db.database.knex, 'viewer')
  const answer = await service.get(`/api/reports/stories.csv?${MAY}`, viewer)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('Content-Disposition')).toBe(
    'attachment; filename="stories-2025-05-01-2025-05-31.csv"',
  )
  const rows = await rowsIn(answer)
  expect(rows).toHaveLength(60)
  expect(rows[0]).toEqual({
    Story: 'Title 59',
    'Story address': 'https://news.example/story-59',
    'Restricted to': '',
    Gifts: '1',
    Currency: 'USD',
    Gross: '1.59',
    'Gross (minor units)': '159',
    Refunded: '0.00',
    'Refunded (minor units)': '0',
    Disputed: '0.00',
    'Disputed (minor units)': '0',
    'Processing fees': '0.00',
    'Processing fees (minor units)': '0',
    'Dispute fees': '0.00',
    'Dispute fees (minor units)': '0',
    Net: '1.59',
    'Net (minor units)': '159',
    Estimated: 'no',
    'Not in these amounts': '',
  })
  const named = (url: string) => rows.find((row) => row['Story address']?.endsWith(url))
  expect(named('story-07')?.['Story']).toBe(`'=HYPERLINK("https://evil.example")`)
  expect(named('story-03')?.['Restricted to']).toBe(`'+Schools`)
  // The gift in euros is counted; its amount is named as left out, since Stripe exchanged none.
  expect(named('story-00')).toMatchObject({ Gifts: '2', Gross: '1.00', 'Not in these amounts': 'EUR' })
  const byName = await rowsIn(await service.get(`/api/reports/stories.csv?${MAY}&sort=key`, viewer))
  expect(byName.map((row) => row['Story address'])).toEqual(
    rows.map((row) => row['Story address']).toSorted(),
  )
})

test('campaigns are a file, too, with the gifts that belong to none last', async ({ db, service }) => {
  const viewer = await bearer(db.database.knex, 'viewer')
  const given = await rowsIn(
    await service.get(`/api/reports/campaigns.csv?${MAY}&sort=key&basis=given`, viewer),
  )
  expect(given.map((row) => [row['Campaign'], row['Gifts'], row['Gross']])).toEqual([
    [`'@spring`, '2', '2.01'],
    ['', '59', '75.69'],
  ])
})

test('the pages link to their files, which stand in the log and the audit trail', async ({ db, service }) => {
  const { knex, pool } = db.database
  const viewer = await hireStaff(knex, 'viewer')
  const cookies = cookiesOf(
    await service.post('/finance/sign-in/confirm', { token: await signInToken(knex, viewer, service.now) }),
  )
  const page = await (await service.get(`/finance/reports/stories?${MAY}&sort=gross`, cookies)).text()
  const links = [...page.matchAll(/href="(\/finance\/reports\/stories\.\w+[^"]*)"/g)].map(([, link = '']) =>
    link.replaceAll('&amp;', '&'),
  )
  expect(links).toEqual([
    `/finance/reports/stories.csv?${MAY}&sort=gross`,
    `/finance/reports/stories.xlsx?${MAY}&sort=gross`,
  ])
  for (const link of links) {
    const answer = await service.get(link, cookies)
    expect([answer.status, (await answer.arrayBuffer()).byteLength > 1000]).toEqual([200, true])
  }
  const logged = await pool.query(
    `select kind, format, filters, row_count from exports where made_by like $1 order by begun_at`,
    [`%${viewer.email}%`],
  )
  const filters = { from: '2025-05-01', to: '2025-05-31', basis: 'booked' }
  expect(logged.rows).toEqual([
    { kind: 'stories', format: 'csv', filters, row_count: 60n },
    { kind: 'stories', format: 'xlsx', filters, row_count: 60n },
  ])
  const acts = await pool.query(`select act from audit_trail where act = 'books_exported'`)
  expect(acts.rows.length).toBeGreaterThanOrEqual(2)
  const auditor = await hireStaff(knex, 'auditor')
  const log = await service.get(
    '/finance/exports',
    cookiesOf(
      await service.post('/finance/sign-in/confirm', {
        token: await signInToken(knex, auditor, service.now),
      }),
    ),
  )
  expect(await log.text()).toContain('Stories (CSV)')
})

test('a wrong period is refused by name, and the API describes the files among the reports', async ({
  service,
  headers,
}) => {
  const refused = await service.get(
    '/api/reports/stories.csv?from=2025-05-31&to=2025-05-01&cursor=x',
    headers,
  )
  expect(refused.status).toBe(400)
  expect(await refused.text()).toContain('must not be before from')
  const document = z
    .object({
      paths: z.record(z.string(), z.record(z.string(), z.looseObject({ tags: z.array(z.string()) }))),
    })
    .parse(await (await service.get('/openapi.json')).json())
  for (const path of ['/api/reports/stories.csv', '/api/reports/campaigns.xlsx'])
    expect(document.paths[path]?.['get']?.tags).toEqual(['reports'])
})
