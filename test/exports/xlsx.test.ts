import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'csv-parse/sync'
import { expect, vi } from 'vitest'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import yauzl from 'yauzl'
import { z } from 'zod'
import { giveDonation, giveReceipt } from '../kit/factories.ts'
import { financeTest as test } from '../kit/fixtures.ts'
import { until } from '../kit/until.ts'

/** The texts of a zip's files by an independent reader. */
async function unzipped(bytes: Buffer): Promise<Map<string, string>> {
  const zip = await promisify<Buffer, yauzl.Options, yauzl.ZipFile>(yauzl.fromBuffer)(bytes, {
    lazyEntries: true,
  })
  const files = new Map<string, string>()
  zip.readEntry()
  zip.on('entry', (entry: yauzl.Entry) =>
    zip.openReadStream(entry, (error, stream) => {
      if (error) throw error
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        files.set(entry.fileName, Buffer.concat(chunks).toString('utf8'))
        zip.readEntry()
      })
    }),
  )
  await once(zip, 'end')
  return files
}

const AWKWARD = [
  '=1+1',
  'a & <b> "c"',
  'back\\slash\ttab',
  'line\none',
  '_x0041_',
  '王 أحمد 😀',
  'ctl\u0001x',
  "'quoted",
  '-5',
  ' spaced ',
]

test('a sheet holds texts as they are and numbers as numbers, and no formula', async ({
  db,
  service,
  headers,
  skip,
}) => {
  for (const donorName of AWKWARD)
    await giveDonation(db.database.knex, {
      donorName,
      donorEmail: 'sheet@reader.example',
      succeededAt: new Date('2026-01-15T12:00:00Z'),
    })
  const answer = await service.get('/api/donations.xlsx?q=sheet@', headers)
  expect(answer.headers.get('Content-Type')).toContain('spreadsheetml.sheet')
  const bytes = Buffer.from(await answer.arrayBuffer())
  const files = await unzipped(bytes)
  const sheet = files.get('xl/worksheets/sheet1.xml') ?? ''
  expect([...files.keys()]).toContain('[Content_Types].xml')
  expect(sheet.match(/<row>/g)).toHaveLength(AWKWARD.length + 1)
  expect(sheet).not.toContain('<f>')
  expect(sheet).toContain('<t xml:space="preserve">a &amp; &lt;b&gt; "c"</t>')
  expect(sheet).toContain('>_x005F_x0041_<')
  expect(sheet).toContain('>ctlx<')
  expect(sheet).toContain('<c s="2"><v>5.00</v></c><c s="1"><v>500</v></c>')
  expect(sheet).toContain('<c s="3"><v>46037</v></c>')

  // LibreOffice, where it is installed, opens the sheet and writes what it read as CSV.
  const soffice = officeProgram()
  if (soffice === null) return skip('LibreOffice is not installed: no spreadsheet has opened the sheet')
  const { 'sheet.xlsx': opened = [] } = await openedBy(soffice, { 'sheet.xlsx': bytes })
  const [headings = [], ...lines] = opened
  const column = (name: string) => lines.map((line) => line[headings.indexOf(name)])
  expect(column('Donor').toSorted()).toEqual(AWKWARD.map((text) => text.replace('\u0001', '')).toSorted())
  expect(new Set(column('Given on'))).toEqual(new Set(['2026-01-15']))
  expect(new Set(column('Gross'))).toEqual(new Set(['5']))
}, 120_000)

/** What LibreOffice reads in each file, as the rows of a CSV that it writes; it must not warn. */
async function openedBy(
  soffice: string,
  books: Readonly<Record<string, Buffer>>,
): Promise<Partial<Record<string, string[][]>>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'reader-donations-sheet-'))
  try {
    const paths = Object.keys(books).map((name) => path.join(folder, name))
    for (const [name, bytes] of Object.entries(books)) await writeFile(path.join(folder, name), bytes)
    const filter = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false'
    const options = ['--headless', `-env:UserInstallation=file://${folder}/profile`]
    const { stderr } = await promisify(execFile)(
      soffice,
      [...options, '--convert-to', filter, '--outdir', folder, ...paths],
      { timeout: 100_000 },
    )
    // It works without Java and says so.
    expect(stderr.replace(/^.*javaldx.*$/gm, '')).not.toMatch(/warn|error|repair/i)
    const read = Object.keys(books).map(async (name): Promise<[string, string[][]]> => {
      const csv = await readFile(path.join(folder, name.replace(/xlsx$/, 'csv')))
      return [name, parse(csv, { bom: true })]
    })
    return Object.fromEntries(await Promise.all(read))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function officeProgram(): string | null {
  try {
    return execFileSync('sh', ['-c', 'command -v soffice'], { encoding: 'utf8' }).trim()
  } catch {
    return null
  }
}

test('a file is of one moment, and a download that is broken off frees its connection', async ({
  db,
  service,
  headers,
}) => {
  const { knex, pool } = db.database
  const { rows } = await pool.query<{ id: string }>('select id from donations limit 1')
  // More than fits into the buffers between Postgres and a reader who does not read.
  await pool.query(
    `insert into donations (id, payment_intent_id, currency, gross_minor, frequency, message, donor_email, succeeded_at, succeeded_on)
     select gen_random_uuid(), 'pi_many' || n, 'usd', 500, 'once', repeat('words ', 100), 'many@reader.example', '2025-01-01'::timestamptz + n * interval '1 second', '2025-01-01'
     from generate_series(1, 60000) as n`,
  )
  expect(rows.length).toBe(1)
  // Each file on a connection of its own: the server ends an idle one while the parser below holds the event loop.
  const request = get(`${service.url}/api/donations.csv?q=many@`, { headers, agent: false })
  const [answer] = (await once(request, 'response')) as [import('node:http').IncomingMessage] // what Node emits
  await once(answer, 'readable')
  const copying = () =>
    pool.query(
      `select from pg_stat_activity where application_name = 'test exports' and state = 'active' and backend_type = 'client backend' and datname = current_database()`,
    )
  await vi.waitFor(async () => expect((await copying()).rowCount).toBe(1), 10_000)
  // Committed while the file is being read, and not in it.
  await giveDonation(knex, {
    donorEmail: 'many@reader.example',
    succeededAt: new Date('2024-12-31T12:00:00Z'),
  })
  let text = ''
  answer.setEncoding('utf8')
  for await (const chunk of answer) text += String(chunk)
  expect(parse(text, { bom: true, columns: true })).toHaveLength(60_000)

  const left = get(`${service.url}/api/donations.csv?q=many@`, { headers, agent: false })
  left.on('error', () => undefined)
  const [half] = (await once(left, 'response')) as [import('node:http').IncomingMessage] // what Node emits
  half.on('error', () => undefined)
  await once(half, 'readable')
  left.destroy()
  await until('the broken-off file is logged', async () =>
    (await knex('exports').where({ outcome: 'broken_off' })).length === 1 ? true : null,
  )
  await vi.waitFor(async () => expect((await copying()).rowCount).toBe(0), 10_000)
  expect(
    await knex('audit_trail').where({ act: 'donors_exported' }).orderBy('position', 'desc').first(),
  ).toMatchObject({
    after: { outcome: 'broken_off', rows: null },
  })
  // Both places are free again.
  for (let again = 0; again < 3; again += 1) {
    const empty = await service.get('/api/donations.csv?from=2030-01-01', headers)
    expect(empty.status).toBe(200)
    await empty.arrayBuffer()
  }
})

/** Every file of the exports, with what it is asked for. */
const FILES = [
  ['/api/donations', 'q=every-file@'],
  ['/api/deposits', 'from=2026-01-01&to=2026-01-31'],
  ['/api/ledger', 'from=2026-01-01&to=2026-01-31'],
  ['/api/journal', 'from=2026-01-01&to=2026-01-31'],
  ['/api/receipts', 'year=2026'],
  ['/api/donors', 'from=2026-01-01&to=2026-01-31&currency=usd&above=100'],
  ['/api/reports/stories', 'from=2026-01-01&to=2026-01-31'],
  ['/api/reports/campaigns', 'from=2026-01-01&to=2026-01-31'],
] as const

const PARTS = [
  '[Content_Types].xml',
  '_rels/.rels',
  'xl/_rels/workbook.xml.rels',
  'xl/styles.xml',
  'xl/workbook.xml',
  'xl/worksheets/sheet1.xml',
]

test('every file has the same cells as CSV and as a workbook whose parts are sound, and no formula', async ({
  db,
  service,
  headers,
}) => {
  const { knex, pool } = db.database
  for (const donorName of ['=1+1', 'a & <b>', '王 أحمد', 'two\nlines']) {
    const gift = await giveDonation(knex, {
      donorName,
      donorEmail: 'every-file@reader.example',
      campaignName: donorName,
      articleTitle: donorName,
      articleUrl: `https://news.example/${encodeURIComponent(donorName)}`,
      succeededAt: new Date('2026-01-15T12:00:00Z'),
    })
    await giveReceipt(knex, gift)
  }
  await pool.query(
    `insert into payouts (id, currency, amount_minor, status, automatic, arrival_date, created_at, itemisation, read_at)
     values ('po_every', 'usd', 81231, 'paid', true, '2026-01-14', '2026-01-12', 'complete', '2026-01-20')`,
  )
  await pool.query(
    `insert into account_codes (account, code, name, changed_at)
     select account, 'X-' || account, '=Own ' || account, now() from (select distinct account from ledger_entries) as used`,
  )
  const books: Record<string, Buffer> = {}
  const csvs: Record<string, string[][]> = {}
  for (const [address, query] of FILES) {
    const [csv, book] = [
      await service.get(`${address}.csv?${query}`, headers),
      await service.get(`${address}.xlsx?${query}`, headers),
    ]
    expect([address, csv.status, csv.headers.get('Content-Type')]).toEqual([
      address,
      200,
      'text/csv; charset=utf-8',
    ])
    expect([address, book.status]).toEqual([address, 200])
    expect(book.headers.get('Content-Type')).toContain('spreadsheetml.sheet')
    const text = Buffer.from(await csv.arrayBuffer())
    expect([address, text.subarray(0, 3)]).toEqual([address, Buffer.from([0xef, 0xbb, 0xbf])])
    const rows: string[][] = parse(text, { bom: true })
    expect([address, rows.length > 1]).toEqual([address, true])
    for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+@\t\r]|^-(?![\d.]+$)/)

    const bytes = Buffer.from(await book.arrayBuffer())
    const parts = await unzipped(bytes)
    expect([address, [...parts.keys()].toSorted()]).toEqual([address, PARTS])
    for (const [name, xml] of parts) expect([name, XMLValidator.validate(xml)]).toEqual([name, true])
    const cells = cellsIn(parts.get('xl/worksheets/sheet1.xml') ?? '')
    expect(cells).toEqual(
      rows.map((row) => row.map((cell) => cell.replace(/^'(?=[=+@-])/, '').replace('\u0001', ''))),
    )
    const name = `${address.replaceAll('/', '-').slice(1)}.xlsx`
    books[name] = bytes
    csvs[name] = rows
  }

  const soffice = officeProgram()
  if (soffice === null) return
  const opened = await openedBy(soffice, books)
  for (const [name, rows] of Object.entries(csvs)) {
    expect([name, opened[name]?.length]).toEqual([name, rows.length])
    expect(opened[name]?.[0]).toEqual(rows[0])
  }
}, 120_000)

const sheetSchema = z.object({
  worksheet: z.object({
    sheetData: z.object({ row: z.array(z.object({ c: z.array(z.unknown()) })) }),
  }),
})
const cellSchema = z
  .looseObject({
    '@_s': z.string().optional(),
    v: z.string().optional(),
    is: z
      .strictObject({ t: z.union([z.string(), z.looseObject({ '#text': z.string().default('') })]) })
      .optional(),
  })
  .refine((cell) => !('f' in cell), 'is a formula')

/** A workbook writes `_` before what looks like an escape as `_x005F_` (ECMA-376, ST_Xstring). */
const unescaped = (words: string) => words.replaceAll('_x005F_', '_')

/** The cells of a sheet as an independent parser reads them; a day and a time as a CSV has them. */
function cellsIn(xml: string): string[][] {
  const parser = new XMLParser({
    ignoreAttributes: false,
    parseTagValue: false,
    trimValues: false,
    htmlEntities: true,
    isArray: (name) => name === 'row' || name === 'c',
  })
  const { worksheet } = sheetSchema.parse(parser.parse(xml))
  return worksheet.sheetData.row.map(({ c }) =>
    c.map((found) => {
      if (found === '') return ''
      const { '@_s': style, v, is } = cellSchema.parse(found)
      const words = typeof is?.t === 'string' ? is.t : is?.t['#text']
      if (v === undefined || (style !== '3' && style !== '4')) return unescaped(words ?? v ?? '')
      const at = new Date(Math.round((Number(v) - 25_569) * 86_400) * 1000).toISOString()
      return style === '3' ? at.slice(0, 10) : at.slice(0, 19).replace('T', ' ')
    }),
  )
}
