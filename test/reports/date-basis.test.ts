import { expect } from 'vitest'
import { bearer, giveDonation } from '../kit/factories.ts'
import { financeTest } from '../kit/fixtures.ts'

/** A month's totals and its list hold the same gifts, by the day booked and by the day given. */

const test = financeTest
  .extend('auditor', { scope: 'file' }, ({ db }) => bearer(db.database.knex, 'auditor'))
  .extend('asked', { scope: 'file' }, ({ service, auditor }) => async (path: string): Promise<unknown> => {
    const answer = await service.get(path, auditor)
    if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}`)
    return answer.json()
  })
  .extend('month', { scope: 'file' }, ({ asked }) => async (month: string, basis: string) => {
    const range = `from=2026-${month}-01&to=2026-${month}-28${basis}`
    // The shapes are checked in openapi.test.ts.
    const totals = (await asked(`/api/reports/totals?by=month&${range}`)) as {
      rows: { donations: number; gross: number }[]
    }
    const list = (await asked(`/api/donations?${range}`)) as { data: { gross: number }[] }
    return {
      totals: totals.rows.map(({ donations, gross }) => [donations, gross]),
      list: list.data.map(({ gross }) => gross),
    }
  })

test.beforeAll(async ({ db }) => {
  const { knex } = db.database
  const gifts = [
    { succeededAt: new Date('2026-02-03T12:00:00Z'), grossMinor: 100n },
    { succeededAt: new Date('2026-02-27T12:00:00Z'), grossMinor: 200n },
    // February was closed when this gift of February became known.
    { succeededAt: new Date('2026-02-10T12:00:00Z'), grossMinor: 400n, bookedOn: '2026-03-05' },
    { succeededAt: new Date('2026-03-02T12:00:00Z'), grossMinor: 800n },
  ]
  for (const gift of gifts) await giveDonation(knex, gift)
})

test('counts a gift that became known after its month was closed where it was booked', async ({ month }) => {
  for (const basis of ['', '&basis=booked']) {
    expect(await month('02', basis)).toEqual({ totals: [[2, 300]], list: [200, 100] })
    expect(await month('03', basis)).toEqual({ totals: [[2, 1200]], list: [800, 400] })
  }
})

test('counts it on the day on which it was given when asked to', async ({ month }) => {
  expect(await month('02', '&basis=given')).toEqual({ totals: [[3, 700]], list: [200, 400, 100] })
  expect(await month('03', '&basis=given')).toEqual({ totals: [[1, 800]], list: [800] })
})

test('pages through the gifts of both kinds in the order of their days, each once', async ({ asked }) => {
  const found: number[] = []
  let cursor: string | null = null
  do {
    const next: string = cursor === null ? '' : `&cursor=${cursor}`
    const page = (await asked(`/api/donations?from=2026-03-01&limit=1${next}`)) as {
      data: { gross: number }[]
      nextCursor: string | null
    }
    found.push(...page.data.map(({ gross }) => gross))
    cursor = page.nextCursor
  } while (cursor !== null)
  expect(found).toEqual([800, 400])
})

test('refuses another basis by name', async ({ service, auditor }) => {
  for (const path of [
    '/api/donations?basis=paid',
    '/api/reports/totals?from=2026-02-01&to=2026-02-28&basis=paid',
  ]) {
    const answer = await service.get(path, auditor)
    expect([path, answer.status]).toEqual([path, 400])
    expect(await answer.json()).toMatchObject({ errors: [{ pointer: '/basis' }] })
  }
})
