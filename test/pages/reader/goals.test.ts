import { randomUUID } from 'node:crypto'
import Koa from 'koa'
import type pg from 'pg'
import { pino } from 'pino'
import { expect } from 'vitest'
import { z } from 'zod'
import { errorHandler } from '../../../src/http/error-handler.ts'
import { securityHeaders } from '../../../src/http/security-headers.ts'
import { assetsRouter } from '../../../src/pages/assets-routes.ts'
import { errorPages } from '../../../src/pages/error-pages.ts'
import { goalRouter } from '../../../src/pages/reader/goals/goal-routes.ts'
import { totals } from '../../../src/reports/totals/read-figures.ts'
import { languages } from '../../../src/text/languages.ts'
import { readerTexts } from '../../../src/text/text.ts'
import { goalScriptRouter } from '../../../src/widget/goal-script-routes.ts'
import { openBrowser } from '../../kit/browser.ts'
import { giveDonation, hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf } from '../../kit/finance-service.ts'
import { financeTest } from '../../kit/fixtures.ts'
import { listen } from '../../kit/http.ts'
import { applyAll, openCheckout, profile, receive, selectAll } from '../../kit/processing.ts'
import { refund, sessionOf, stripeEvent, stripeId } from '../../kit/stripe-events.ts'

const PATH = '/finance/settings/goals'
const textFor = readerTexts({ offered: languages, fallback: 'en' })

const test = financeTest.extend('cookies', { scope: 'file' }, async ({ db, service }) => {
  const staff = await hireStaff(db.database.knex, 'finance')
  const token = await signInToken(db.database.knex, staff, service.now)
  return cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
})

/** The goal's pages as a service has them, whose clock the test sets. */
async function readersSide(pool: pg.Pool) {
  const state = { now: new Date('2026-02-10T12:00:00Z') }
  const publicUrl = 'https://give.courier.example'
  const app = new Koa()
  app.use(
    errorHandler({ log: pino({ level: 'silent' }), renderErrorPage: errorPages(textFor, profile.name) }),
  )
  app.use(securityHeaders({ checkoutOrigins: [] }))
  const clock = () => state.now
  app.use(goalRouter({ pool, clock, newsroom: profile, publicUrl, textFor }).routes())
  app.use((await goalScriptRouter()).routes()).use((await assetsRouter()).routes())
  app.use((ctx) => {
    ctx.set('Content-Security-Policy', "default-src 'self'; style-src 'none'")
    ctx.type = 'html'
    ctx.body = `<!doctype html><html lang="${String(ctx.query['lang'])}"><script async src="/goal.js"></script>
      <reader-goal goal="${ctx.path.slice(1)}"><a href="/goals/x">Our goal</a></reader-goal>`
  })
  const server = await listen(app.callback())
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/goals/${path}`, { headers })
  return { ...server, state, get, later: () => void (state.now = new Date(state.now.getTime() + 61_000)) }
}

const form = (over: Record<string, string> = {}) => ({
  request: randomUUID(),
  name: 'A second reporter',
  counted: 'campaign',
  campaign: 'spring',
  amount: '100',
  currency: 'usd',
  from: '2025-12-31',
  to: '2026-02-28',
  matching: 'The Harbour Foundation doubles every gift.',
  matchingAmount: '50.50',
  ...over,
})

const data = z.looseObject({
  sum: z.string(),
  percent: z.number(),
  ends: z.string(),
  matching: z.string().nullable(),
})
const usual = { campaignName: 'spring', succeededAt: new Date('2026-02-01T12:00:00Z') }

test('counts what the reports count of the same gifts, and less after a refund', async ({
  service,
  cookies,
  pool,
  db,
}) => {
  const wish = form()
  expect((await service.post(PATH, wish, cookies)).headers.get('Location')).toBe(`${PATH}?added`)
  const readers = await readersSide(pool)
  await giveDonation(db.database.knex, { ...usual, grossMinor: 2500n })
  await giveDonation(db.database.knex, { ...usual, grossMinor: 900n, campaignName: 'other' })
  await giveDonation(db.database.knex, {
    ...usual,
    grossMinor: 700n,
    succeededAt: new Date('2025-12-30T12:00:00Z'),
  })
  const goal = async () => data.parse(await (await readers.get(`${wish.request}.json`)).json())
  expect(await goal()).toMatchObject({
    sum: '$25 raised of $100',
    percent: 25,
    ends: 'Until February 28, 2026',
    url: 'https://give.courier.example/donate?currency=usd&utm_campaign=spring',
    matching: expect.stringContaining('doubles every gift. They add up to $50.50'),
  })
  const checkout = await openCheckout(pool)
  await pool.query(`update checkouts set campaign_name = 'spring' where id = $1`, [checkout.id])
  await receive(pool, stripeEvent('checkout.session.completed', sessionOf(checkout)))
  await applyAll(pool)
  readers.later()
  expect((await goal()).sum).toBe('$30 raised of $100')
  const { paymentIntentId } = checkout
  const back = refund({ id: stripeId('re'), paymentIntentId, amount: 200, status: 'succeeded' })
  await receive(pool, stripeEvent('refund.created', back))
  await applyAll(pool)
  readers.later()
  expect((await goal()).sum).toBe('$28 raised of $100')
  const reports = await totals(pool, { from: '2025-12-31', to: '2026-02-28', by: 'campaign' })
  expect(reports.find(({ key }) => key === 'spring')).toMatchObject({
    grossMinor: 3000n,
    refundedMinor: 200n,
  })
  expect(await (await service.get(PATH, cookies)).text()).toMatch(/\$28\.00/)
  await readers.close()
})

test('answers every site from a minute’s memory, by ETag and in the reader’s language', async ({
  service,
  cookies,
  pool,
}) => {
  const wish = form({ request: randomUUID(), counted: 'all', campaign: '', matching: '', matchingAmount: '' })
  await service.post(PATH, wish, cookies)
  const readers = await readersSide(pool)
  const first = await readers.get(`${wish.request}.json`)
  expect(Object.fromEntries(first.headers)).toMatchObject({
    'cache-control': 'public, max-age=60',
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
  })
  const etag = first.headers.get('ETag') ?? ''
  expect(
    (await readers.get(`${wish.request}.json`, { 'If-None-Match': etag, 'Cache-Control': 'max-age=0' }))
      .status,
  ).toBe(304)
  await pool.query('update goals set amount_minor = 1 where id = $1', [wish.request])
  expect((await readers.get(`${wish.request}.json`)).headers.get('ETag')).toBe(etag)
  readers.later()
  expect((await readers.get(`${wish.request}.json`)).headers.get('ETag')).not.toBe(etag)
  for (const [lang, words] of [
    ['ar', 'جُمع'],
    ['de', 'erreicht'],
    ['es', 'recaudados'],
    ['fr', 'récoltés'],
    ['uk', 'Зібрано'],
  ] as const) {
    const body = data.parse(await (await readers.get(`${wish.request}.json?lang=${lang}`)).json())
    expect(body).toMatchObject({
      lang,
      dir: lang === 'ar' ? 'rtl' : 'ltr',
      sum: expect.stringContaining(words),
    })
  }
  const picture = await readers.get(`${wish.request}.svg`)
  expect([picture.headers.get('Content-Type'), await picture.text()]).toEqual([
    expect.stringContaining('image/svg+xml'),
    expect.stringMatching(/^<svg\s[\s\S]*A second reporter[\s\S]*<\/svg>$/),
  ])
  readers.state.now = new Date('2026-03-01T12:00:00Z')
  expect(await (await readers.get(wish.request)).text()).toContain('This goal ended on February 28, 2026.')
  for (const path of [randomUUID(), `${randomUUID()}.json`, 'x.svg'])
    expect((await readers.get(path)).status).toBe(404)
  await readers.close()
})

test('shows a bar on an article page without inline styles, and keeps the link where there is no goal', async ({
  service,
  cookies,
  pool,
}) => {
  const wish = form({ name: '<b>Ours</b>' })
  await service.post(PATH, wish, cookies)
  const readers = await readersSide(pool)
  const browser = await openBrowser()
  const page = await browser.newPage()
  const problems: string[] = []
  page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())))
  await page.goto(`${readers.url}/${wish.request}?lang=de`)
  const bar = page.getByRole('progressbar', { name: '<b>Ours</b>' })
  await bar.waitFor()
  expect(await bar.getAttribute('aria-valuenow')).toBe('28')
  expect(await bar.getAttribute('aria-valuetext')).toMatch(/^28.\$ von 100.\$ erreicht$/)
  const widths = await bar.evaluate((one) => [one.clientWidth, one.firstElementChild?.clientWidth ?? 0])
  expect((widths[1] ?? 0) / (widths[0] ?? 1)).toBeCloseTo(0.28, 1)
  expect(problems).toEqual([])
  await page.goto(`${readers.url}/${randomUUID()}?lang=en`)
  await page.getByRole('link', { name: 'Our goal' }).waitFor()
  await page.close()
  await browser.close()
  await readers.close()
})

test('names every problem of the form, adds once, and takes a goal down', async ({
  service,
  cookies,
  pool,
}) => {
  const wrong = {
    name: '',
    counted: 'campaign',
    campaign: '',
    amount: '1.234',
    from: '',
    to: '2026',
    matching: 'x',
    matchingAmount: '',
  }
  const refused = await service.post(PATH, form(wrong), cookies)
  const page = await refused.text()
  expect(refused.status).toBe(400)
  for (const field of ['name', 'campaign', 'amount', 'from', 'to', 'matchingAmount'])
    expect(page).toContain(`href="#${field}"`)
  const wish = form()
  await service.post(PATH, wish, cookies)
  expect((await service.post(PATH, wish, cookies)).status).toBe(409)
  expect((await service.post(`${PATH}/${wish.request}/take-down`, {}, cookies)).headers.get('Location')).toBe(
    `${PATH}?removed`,
  )
  expect((await service.post(`${PATH}/${wish.request}/take-down`, {}, cookies)).status).toBe(404)
  const acts = await selectAll(
    pool,
    'select act from audit_trail where subject = $1 order by position',
    `goal/${wish.request}`,
  )
  expect(acts).toEqual([{ act: 'goal_added' }, { act: 'goal_taken_down' }])
})
