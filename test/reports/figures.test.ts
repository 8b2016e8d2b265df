import { expect, onTestFinished } from 'vitest'
import type pg from 'pg'
import { inTransaction, openPool } from '../../src/db/database.ts'
import { makeLogger } from '../../src/http/logger.ts'
import { figures } from '../../src/reports/totals/read-figures.ts'
import type { FiguresQuery } from '../../src/reports/totals/figures.ts'
import type { BalanceTransaction } from '../../src/settlement/balance/balance-transaction.ts'
import { recordTransactions } from '../../src/settlement/balance/balance-store.ts'
import { putRestriction } from '../../src/newsroom/restriction-store.ts'
import { bearer, giveDonation, postRefund, type GivenDonation } from '../kit/factories.ts'
import { financeService } from '../kit/finance-service.ts'
import { newsroomTest } from '../kit/fixtures.ts'
import { rowsIn } from '../exports/csv-rows.ts'
import { currencyNamed, monthNamed } from '../kit/named.ts'
import { monthlyReportSections } from '../../src/exports/monthly-report/monthly-report-sections.ts'
import { readMonthlyReport } from '../../src/exports/monthly-report/read-monthly-report.ts'
import { readIncome } from '../../src/reports/books/books-store.ts'
import { textFor } from '../../src/text/text.ts'
import { processing, selectAll } from '../kit/processing.ts'
import { feeTransaction } from '../kit/settlement-samples.ts'

const test = newsroomTest.extend('service', async ({ db }, { onCleanup }) => {
  const service = await financeService(db.database)
  onCleanup(() => service.close())
  return service
})

/** Stripe settles a gift: `amount` cents reach the balance in dollars, `fee` of them are kept. */
async function settle(
  pool: pg.Pool,
  donation: GivenDonation,
  amount: bigint,
  fee: bigint,
  over: Partial<BalanceTransaction> = {},
): Promise<void> {
  const { payment_intent_id: paymentIntentId, currency, gross_minor, succeeded_at: createdAt } = donation
  const isExchanged = (over.currency ?? 'usd') !== currency
  const transaction = feeTransaction(
    `txn_${paymentIntentId}${over.type ?? ''}${over.currency ?? ''}`,
    createdAt,
    {
      type: 'charge',
      reportingCategory: 'charge',
      amountMinor: amount,
      feeMinor: fee,
      netMinor: amount - fee,
      source: `ch_${paymentIntentId}`,
      clears: paymentIntentId,
      paymentIntentId,
      presentment: isExchanged ? { minor: gross_minor, currency: currencyNamed(currency) } : null,
      ...over,
    },
  )
  await inTransaction(pool, (tx) => recordTransactions(tx, [transaction], processing))
}

const at = (day: string) => new Date(`${day}T12:00:00Z`)
const ask = (pool: pg.Pool, query: Partial<FiguresQuery>) =>
  figures(pool, {
    from: '2026-01-01',
    to: '2026-01-31',
    by: 'all',
    basis: 'booked',
    reportingCurrency: currencyNamed('usd'),
    ...query,
  })

test('converts gifts at the rate at which Stripe settled them', async ({ db, service, pool }) => {
  const { knex } = db.database
  const euros = { currency: 'eur', grossMinor: 1000n, articleUrl: 'https://news.example/euros' }
  await settle(pool, await giveDonation(knex, { ...euros, succeededAt: at('2026-01-02') }), 1100n, 60n)
  await settle(pool, await giveDonation(knex, { ...euros, succeededAt: at('2026-01-03') }), 1200n, 65n)
  await settle(pool, await giveDonation(knex, { grossMinor: 500n, succeededAt: at('2026-01-04') }), 500n, 45n)
  const { total, rows, donors } = await ask(pool, { by: 'article', order: 'net' })
  expect(total.converted).toMatchObject({
    donations: 3n,
    grossMinor: 2800n,
    processingFeeMinor: 170n,
    disputeFeeMinor: 0n,
    netMinor: 2630n,
    isEstimated: false,
    notConverted: [],
  })
  expect(donors).toBe(1n)
  expect((await ask(pool, { by: 'article', countsDonors: false })).donors).toBeNull()
  expect(rows.map(({ key, converted }) => [key, converted.netMinor])).toEqual([
    ['https://news.example/euros', 2175n],
    ['https://news.example/story', 455n],
  ])

  // The contract's fee and net are in the currency in which Stripe settled, and no longer null.
  const headers = await bearer(knex, 'viewer')
  const answer = await service.get('/api/reports/totals?from=2026-01-01&to=2026-01-31&by=month', headers)
  expect(await answer.json()).toMatchObject({
    rows: [
      {
        currency: 'eur',
        gross: 2000,
        settlementCurrency: 'usd',
        fee: 125,
        net: 2175,
        settled: [{ gross: 2300 }],
      },
      { currency: 'usd', gross: 500, settlementCurrency: 'usd', fee: 45, net: 455 },
    ],
    inReportingCurrency: { currency: 'usd', donors: 1, gross: 2800, net: 2630, isEstimated: false },
  })
})

test('estimates what is not settled yet at Stripe’s last rate, and says so', async ({ db, pool }) => {
  const { knex } = db.database
  const euros = { currency: 'eur', grossMinor: 1000n }
  await settle(pool, await giveDonation(knex, { ...euros, succeededAt: at('2026-01-02') }), 1100n, 60n)
  await settle(pool, await giveDonation(knex, { ...euros, succeededAt: at('2026-01-05') }), 1200n, 65n)
  await giveDonation(knex, { ...euros, grossMinor: 2000n, succeededAt: at('2026-01-06') })
  await giveDonation(knex, { grossMinor: 300n, succeededAt: at('2026-01-06') })
  const { total } = await ask(pool, {})
  expect(total.converted).toMatchObject({ grossMinor: 1100n + 1200n + 2400n + 300n, isEstimated: true })
  expect(total.currencies).toMatchObject([
    { currency: 'eur', unsettled: 1n },
    { currency: 'usd', unsettled: 1n, settled: [] },
  ])
})

test('converts through the settlement currency when that is a third one', async ({ db, pool }) => {
  const { knex } = db.database
  const crowns = { currency: 'sek', grossMinor: 10_000n, succeededAt: at('2026-01-02') }
  const eur = currencyNamed('eur')
  await settle(pool, await giveDonation(knex, crowns), 900n, 40n, { currency: eur })
  const euros = { currency: 'eur', grossMinor: 1000n, succeededAt: at('2026-01-03') }
  await settle(pool, await giveDonation(knex, euros), 1100n, 0n)
  const { total } = await ask(pool, {})
  expect(total.converted).toMatchObject({
    grossMinor: 990n + 1100n,
    processingFeeMinor: 44n,
    isEstimated: true,
    notConverted: [],
  })
})

test('shows a currency apart that Stripe never exchanged', async ({ db, pool }) => {
  const { knex } = db.database
  await giveDonation(knex, { currency: 'gbp', grossMinor: 700n, succeededAt: at('2026-01-02') })
  await giveDonation(knex, { grossMinor: 300n, succeededAt: at('2026-01-02') })
  const { total } = await ask(pool, {})
  expect(total.converted).toMatchObject({ donations: 1n, grossMinor: 300n, notConverted: ['gbp'] })
  expect(total.currencies).toMatchObject([{ currency: 'gbp', grossMinor: 700n }, { currency: 'usd' }])
})

test('pages through keys by net, each once', async ({ db, pool }) => {
  const { knex } = db.database
  for (const [story, grossMinor] of [
    ['a', 300n],
    ['b', 900n],
    ['c', 300n],
    [null, 300n],
    ['d', 100n],
  ] as const)
    await giveDonation(knex, { articleUrl: story, grossMinor, succeededAt: at('2026-01-02') })
  const found: (string | null)[] = []
  let after: FiguresQuery['after']
  for (;;) {
    const { rows, next } = await ask(pool, { by: 'article', order: 'net', limit: 2, after })
    found.push(...rows.map(({ key }) => key))
    if (!next) break
    after = next
  }
  expect(found).toEqual(['b', 'a', 'c', null, 'd'])
})

test('a connection plans each statement over the kept sums once', async ({ db }) => {
  await giveDonation(db.database.knex, { articleUrl: 'a', succeededAt: at('2026-01-02') })
  const log = makeLogger({ level: 'silent' })
  const pool = openPool({ url: db.url, log, applicationName: 'test', connections: 1 })
  onTestFinished(() => pool.end())
  for (const to of ['2026-01-30', '2026-01-29'])
    await ask(pool, { by: 'article', order: 'net', limit: 2, to })
  const plans = await selectAll(
    pool,
    `select generic_plans::int as generic, custom_plans::int as custom from pg_prepared_statements where name like 'figures-%'`,
  )
  // Ranking, the sums of the ranked, and the total.
  expect(plans).toEqual(Array.from({ length: 3 }, () => ({ generic: 2, custom: 0 })))
})

test('pages through the totals of programs by key, and refuses a cursor of another list', async ({
  db,
  service,
}) => {
  const { knex } = db.database
  for (const story of ['a', 'b', null])
    await giveDonation(knex, { articleUrl: story, succeededAt: at('2026-01-02') })
  await giveDonation(knex, { articleUrl: 'a', currency: 'eur', succeededAt: at('2026-01-02') })
  const headers = await bearer(knex, 'viewer')
  const path = '/api/reports/totals?from=2026-01-01&to=2026-01-31&by=article&limit=1'
  const found: unknown[] = []
  let cursor: string | null = null
  do {
    const answer = await service.get(`${path}${cursor === null ? '' : `&cursor=${cursor}`}`, headers)
    const page = (await answer.json()) as {
      rows: { key: string | null; currency: string }[]
      nextCursor: string | null
    }
    found.push(page.rows.map(({ key, currency }) => `${key} ${currency}`))
    cursor = page.nextCursor
  } while (cursor !== null)
  expect(found).toEqual([['a eur', 'a usd'], ['b usd'], ['null usd']])
  const refused = await service.get(`${path}&cursor=x`, headers)
  expect([refused.status, await refused.json()]).toMatchObject([400, { errors: [{ pointer: '/cursor' }] }])
})

test('keeps restricted funds apart in the income statement, the year, the monthly report and the file of gifts', async ({
  db,
  service,
  pool,
}) => {
  const { knex } = db.database
  const given = { succeededAt: at('2026-01-05'), grossMinor: 3000n }
  const restricted = await giveDonation(knex, { ...given, campaignName: 'courts' })
  await settle(pool, restricted, 3000n, 117n)
  const refunded = await giveDonation(knex, { ...given, grossMinor: 200n, campaignName: 'courts' })
  await postRefund(knex, refunded, '2026-01-20')
  const story = { articleUrl: 'https://news.example/harbour', currency: 'eur', grossMinor: 1000n }
  await settle(pool, await giveDonation(knex, { ...given, ...story }), 1100n, 60n)
  const open = await giveDonation(knex, { ...given, grossMinor: 700n })
  await settle(pool, open, 700n, 50n)
  for (const one of [
    { kind: 'campaign', key: 'courts', fund: 'Inquiry' },
    { kind: 'article', key: 'https://news.example/harbour', fund: 'Harbour' },
  ] as const)
    await putRestriction(db.database.pool, one, at('2026-02-01'))

  const days = { from: '2026-01-01', to: '2026-01-31' }
  const { currencies } = await readIncome(pool, days)
  const usd = currencies.find(({ currency }) => currency === 'usd')
  expect(usd?.restricted).toEqual([
    { fund: 'Harbour', gifts: 0, reversals: 0, fees: -60, result: -60 },
    { fund: 'Inquiry', gifts: 3200, reversals: -200, fees: -117, result: 2883 },
  ])
  expect(usd?.unrestricted).toMatchObject({ gifts: 700, reversals: 0, fees: -50 })
  expect(currencies.find(({ currency }) => currency === 'eur')).toMatchObject({
    restricted: [{ fund: 'Harbour', gifts: 1000, result: 1000 }],
    unrestricted: { gifts: 0, reversals: 0, fees: 0 },
  })
  for (const { result, restricted: funds, unrestricted } of currencies) {
    expect(funds.reduce((sum, fund) => sum + fund.result, unrestricted.result)).toBe(result)
    const { gifts, reversals, fees, other } = unrestricted
    expect(gifts + reversals + fees + other).toBe(unrestricted.result)
  }

  const headers = await bearer(knex, 'auditor')
  const year = await (await service.get('/api/reports/year?year=2026', headers)).json()
  expect(year).toMatchObject({
    restricted: {
      currency: 'usd',
      funds: [
        { fund: 'Inquiry', gross: 3200, net: 2883 },
        { fund: 'Harbour', gross: 1100, net: 1040 },
      ],
      unrestricted: { gross: 700, net: 650 },
    },
  })

  const reportDeps = {
    pool,
    newsroom: { name: 'The Courier', timezone: 'America/New_York' },
    reporting: { currency: currencyNamed('usd') },
    clock: () => at('2026-02-01'),
  }
  const text = textFor('en')
  const { report } = await readMonthlyReport(reportDeps, monthNamed('2026-01'), 'viewer', text)
  const section = monthlyReportSections(report, text).find(({ heading }) => heading.startsWith('Restricted'))
  expect(section?.rows).toEqual([
    ['Inquiry', '$32.00', '$28.83'],
    ['Harbour', '$11.00', '$10.40'],
    ['Unrestricted', '$7.00', '$6.50'],
    ['All', '$50.00', '$45.73'],
  ])

  const rows = await rowsIn(await service.get('/api/donations.csv', headers))
  expect(rows.map((row) => row['Restricted to']).toSorted()).toEqual(['', 'Harbour', 'Inquiry', 'Inquiry'])
})
