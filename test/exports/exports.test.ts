import fc from 'fast-check'
import { pino } from 'pino'
import { expect, vi } from 'vitest'
import { z } from 'zod'
import { deadlines, openPool } from '../../src/db/database.ts'
import { makeExporter } from '../../src/exports/exporter.ts'
import { donationsFile } from '../../src/exports/files/donations-file.ts'
import { keptSumsAreCurrent } from '../../src/reports/totals/fold-worker.ts'
import { allCurrencies } from '../../src/money/currency.ts'
import { money, toDecimalString } from '../../src/money/money.ts'
import { anyText } from '../kit/any-text.ts'
import { giveDonation, giveReceipt } from '../kit/factories.ts'
import { financeTest as test } from '../kit/fixtures.ts'
import { rowsIn } from './csv-rows.ts'

const problems = z.looseObject({ errors: z.array(z.looseObject({ pointer: z.string() })) })

const FORMULA = /^[\s\u200b\u200e\u200f\u2060\ufeff]*[=+\-@\t\r\n＝＋－＠]/

test('the donations of the list are a CSV that Excel opens as UTF-8, with the same filters', async ({
  db,
  service,
  headers,
}) => {
  const { knex } = db.database
  const gift = await giveDonation(knex, {
    donorName: '王小明 أحمد',
    donorEmail: 'wang@reader.example',
    message: 'Für "alle",\nund mehr',
    succeededAt: new Date('2026-03-01T04:30:00Z'),
  })
  const { number } = await giveReceipt(knex, gift)
  await giveDonation(knex, {
    succeededAt: new Date('2026-03-20T12:00:00Z'),
    donorEmail: 'other@reader.example',
  })
  const answer = await service.get('/api/donations.csv?q=wang@reader', headers)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('Content-Type')).toBe('text/csv; charset=utf-8')
  expect(answer.headers.get('Content-Disposition')).toBe('attachment; filename="donations.csv"')
  const rows = await rowsIn(answer)
  expect(rows).toHaveLength(1)
  expect(rows[0]).toMatchObject({
    'Given on': '2026-02-28',
    'Given at': '2026-02-28 23:30:00',
    Currency: 'USD',
    Gross: '5.00',
    'Gross (minor units)': '500',
    Fee: '',
    Donor: '王小明 أحمد',
    Message: 'Für "alle",\nund mehr',
    Receipt: number,
    'Receipt voided': 'no',
    Donation: gift.id,
  })
  expect(
    await rowsIn(await service.get('/api/donations.csv?from=2026-03-01&to=2026-03-31', headers)),
  ).toHaveLength(1)
  const refused = await service.get('/api/donations.csv?form=2026-03-01&limit=5', headers)
  expect(refused.status).toBe(400)
  const { errors } = problems.parse(await refused.json())
  expect(errors.map(({ pointer }) => pointer)).toEqual(['/form', '/limit'])
})

test('a file holds the donations with the words of a phrase, of the donor or of the story, folded or not', async ({
  db,
  service,
  headers,
  pool,
}) => {
  const { knex } = db.database
  const phrase = `It’s 100% of the Kowalski Abbottsford family's very long message about everything`
  await giveDonation(knex, { donorEmail: 'one@reader.example', message: phrase })
  await giveDonation(knex, { donorEmail: 'two@reader.example', articleTitle: `Letters: ${phrase}` })
  await giveDonation(knex, { donorEmail: 'three@reader.example', message: 'Kowalski and Abbottsford' })
  const addresses = async (q: string) => {
    const query = new URLSearchParams({ q })
    const rows = await rowsIn(await service.get(`/api/donations.csv?${query.toString()}`, headers))
    return rows.map((row) => row['E-mail']).toSorted()
  }
  const both = ['one@reader.example', 'two@reader.example']
  for (const q of [phrase, 'kowalski abb', '100% of']) expect([q, await addresses(q)]).toEqual([q, both])
  expect(await keptSumsAreCurrent(pool)).toBe(true)
  for (const q of [phrase, 'kowalski abb', '100% of']) expect([q, await addresses(q)]).toEqual([q, both])
})

test('whatever a donor writes is a text and no formula, and what is a number stays one', async ({
  db,
  service,
  headers,
}) => {
  const { knex } = db.database
  const hostile = [
    '=1+1',
    '+1',
    '-2',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '＝1',
    '＋1',
    '－1',
    '＠a',
    ' =1',
    '\u00a0=1',
    '\ufeff=1',
    '\u3000＝1',
    '\u200b=1',
  ]
  for (const words of hostile)
    await giveDonation(knex, {
      donorName: words,
      message: words,
      articleTitle: words,
      campaignName: words,
      donorEmail: 'hostile@reader.example',
    })
  const rows = await rowsIn(await service.get('/api/donations.csv?q=hostile@', headers))
  expect(rows).toHaveLength(hostile.length)
  for (const row of rows)
    for (const heading of ['Donor', 'Message', 'Story', 'Campaign']) expect(row[heading]).not.toMatch(FORMULA)
  expect(rows.map((row) => row['Donor']).toSorted()).toEqual(hostile.map((words) => `'${words}`).toSorted())
  // A plain number among our own columns has nothing before it.
  expect(rows.every((row) => row['Gross'] === '5.00' && row['Refunded'] === '0.00')).toBe(true)
})

test('every amount of every currency and every text comes back as it was', async ({
  db,
  service,
  headers,
}) => {
  const { knex } = db.database
  const storable = anyText({ maxLength: 40 }).map((text) => text.replaceAll('\0', '').toWellFormed())
  const [samples = []] = fc.sample(
    fc.array(fc.record({ words: storable, minor: fc.bigInt({ min: 1n, max: 99_999_999n }) }), {
      minLength: allCurrencies.length,
      maxLength: allCurrencies.length,
    }),
    { numRuns: 1, seed: 7 },
  )
  const made = new Map<string, { words: string; decimal: string; minor: string; zero: string }>()
  for (const [index, currency] of allCurrencies.entries()) {
    const { words = '', minor = 1n } = samples[index] ?? {}
    const { id } = await giveDonation(knex, {
      currency,
      grossMinor: minor,
      donorName: words,
      message: words,
      donorEmail: 'every@reader.example',
    })
    const [decimal, zero] = [minor, 0n].map((amount) => toDecimalString(money(amount, currency)))
    made.set(id, { words, decimal: decimal ?? '', minor: String(minor), zero: zero ?? '' })
  }
  const rows = await rowsIn(await service.get('/api/donations.csv?q=every@', headers))
  expect(rows).toHaveLength(allCurrencies.length)
  for (const row of rows) {
    const { words = '', decimal, minor, zero } = made.get(row['Donation'] ?? '') ?? {}
    const shown = FORMULA.test(words) ? `'${words}` : words
    expect([row['Donor'], row['Message'], row['Gross'], row['Gross (minor units)'], row['Refunded']]).toEqual(
      [shown, shown, decimal, minor, zero],
    )
  }
})

test('a text that begins with a letter, a mark or a digit is left as it is', async ({
  db,
  service,
  headers,
}) => {
  const plain = ['A', 'z', '[1]', '_', '~', '\u0080', '\u009f', '\u00a1', '\u00c5sa', '7', '!', '?=1', 'A=1']
  for (const words of plain)
    await giveDonation(db.database.knex, { donorName: words, donorEmail: 'plain@reader.example' })
  const rows = await rowsIn(await service.get('/api/donations.csv?q=plain@', headers))
  expect(rows.map((row) => row['Donor']).toSorted()).toEqual(plain.toSorted())
})

test('a file that was read leaves no deadline behind that would fail minutes later', async ({ db }) => {
  const answerMs = 123_457
  const { knex, pool } = db.database
  await giveDonation(knex, {})
  const exports = openPool({
    url: db.url,
    log: pino({ level: 'silent' }),
    applicationName: 'test exports',
    deadlines: { ...deadlines.exports, answerMs },
    connections: 1,
    pipeline: false,
  })
  const set = vi.spyOn(globalThis, 'setTimeout')
  const clear = vi.spyOn(globalThis, 'clearTimeout')
  const request = { actor: { kind: 'service' }, kind: 'donations', filters: {}, holdsDonors: true } as const
  const exporter = makeExporter({ exports, pool, clock: () => new Date() })
  for (const isRead of [true, false]) {
    const file = await exporter.open(request, 'csv', () => donationsFile({}, 'America/New_York'))
    if (isRead) for await (const chunk of file) expect(chunk.length).toBeGreaterThan(0)
    else file.destroy()
  }
  await exports.end()
  const armed = set.mock.calls.flatMap(([, ms], index) =>
    ms === answerMs ? [set.mock.results[index]?.value] : [],
  )
  const cleared = clear.mock.calls.map(([timer]) => timer)
  expect(armed.length).toBeGreaterThan(4)
  expect(armed.filter((timer) => !cleared.includes(timer))).toEqual([])
})

test('whoever has the end of a file may ask for the next one at once, however slow the database is', async ({
  db,
}) => {
  const { pool } = db.database
  const options = { deadlines: deadlines.exports, connections: 1, pipeline: false } as const
  const exports = openPool({
    url: db.url,
    log: pino({ level: 'silent' }),
    applicationName: 'slow exports',
    ...options,
  })
  exports.on('connect', (client) => {
    const query = client.query.bind(client) as (...asked: unknown[]) => Promise<unknown> // one of its many forms
    const slowly = async (...asked: unknown[]) => {
      await new Promise((resolve) => setTimeout(resolve, 50))
      return query(...asked)
    }
    vi.spyOn(client, 'query').mockImplementation((...asked: unknown[]) =>
      asked[0] === 'commit' ? slowly(...asked) : query(...asked),
    )
  })
  const request = { actor: { kind: 'service' }, kind: 'donations', filters: {}, holdsDonors: true } as const
  const exporter = makeExporter({ exports, pool, clock: () => new Date(), mostExports: 1 })
  for (let file = 0; file < 2; file += 1)
    for await (const chunk of await exporter.open(request, 'csv', () =>
      donationsFile({}, 'America/New_York'),
    ))
      expect(chunk.length).toBeGreaterThan(0)
  await exports.end()
})
