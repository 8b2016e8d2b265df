import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'csv-parse/sync'
import { expect, vi } from 'vitest'
import yauzl from 'yauzl'
import { giveDonation } from '../kit/factories.ts'
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
  const folder = await mkdtemp(path.join(tmpdir(), 'reader-donations-sheet-'))
  try {
    await writeFile(path.join(folder, 'sheet.xlsx'), bytes)
    const filter = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false'
    const options = [
      '--headless',
      `-env:UserInstallation=file://${folder}/profile`,
      '--convert-to',
      filter,
      '--outdir',
      folder,
      path.join(folder, 'sheet.xlsx'),
    ]
    const { stderr } = await promisify(execFile)(soffice, options, { timeout: 100_000 })
    // It works without Java and says so.
    expect(stderr.replace(/^.*javaldx.*$/gm, '')).not.toMatch(/warn|error|repair/i)
    const rows: Record<string, string>[] = parse(await readFile(path.join(folder, 'sheet.csv')), {
      columns: true,
      bom: true,
    })
    expect(rows.map((row) => row['Donor']).toSorted()).toEqual(
      AWKWARD.map((text) => text.replace('\u0001', '')).toSorted(),
    )
    expect(new Set(rows.map((row) => `${row['Given on']} ${row['Gross']}`))).toEqual(
      new Set(['2026-01-15 5']),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}, 120_000)

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
