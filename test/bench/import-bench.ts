import { randomUUID } from 'node:crypto'
import { deadlines, openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { makeLogger } from '../../src/http/logger.ts'
import { guessedMapping } from '../../src/imports/import-mapping.ts'
import { claimImport, importById } from '../../src/imports/import-store.ts'
import { startImport, takeImportBack, uploadImport } from '../../src/imports/manage-imports.ts'
import { LEASE_MS, runPiece } from '../../src/imports/run-import.ts'
import { parseCurrency } from '../../src/money/currency.ts'
import { foldRound } from '../../src/reports/totals/fold-worker.ts'
import { table } from './figures.ts'
import { temporaryServer } from './temporary-server.ts'

/*
 * A GiveWP export of so many gifts: read and checked, imported, folded into the sums of the reports, sent once more, and taken
 * back, each until it has ended.
 */

const GOAL_S = 60
const TIMEZONE = 'America/New_York'
const HEADINGS =
  'Donation ID,Donation Number,First Name,Last Name,Email Address,Company Name,Donation Total,Currency Code,Donation Status,Payment Gateway,Form ID,Form Title,Donation Date,Donation Time'

export async function benchImport(
  { importedGifts: count }: { readonly importedGifts: number },
  say: (text: string) => void,
): Promise<void> {
  const server = await temporaryServer()
  const log = makeLogger({ level: 'silent' })
  const database = openDatabase({
    url: server.urlOf('postgres'),
    log,
    applicationName: 'bench',
    deadlines: deadlines.patient,
  })
  const { pool, knex } = database
  const clock = () => new Date('2026-11-20T12:00:00Z')
  const actor = { kind: 'operator', name: 'bench' } as const
  const work = async (id: string) => {
    const claimed = await claimImport(pool, { claim: randomUUID(), leaseMs: LEASE_MS, id })
    if (claimed) while (await runPiece({ pool, clock, timezone: TIMEZONE }, claimed));
  }
  const timed = async (run: () => Promise<unknown>) => {
    const startedAt = performance.now()
    await run()
    return (performance.now() - startedAt) / 1000
  }
  try {
    await migrate(knex)
    const bytes = Buffer.from(exportOf(count))
    const currency = parseCurrency('usd')
    if (!currency) throw new Error('usd is a currency')
    const mapping = {
      ...guessedMapping({ headings: HEADINGS.split(','), rows: [] }, { currency, timezone: TIMEZONE }),
      dateOrder: 'ymd',
      decimalSign: '.',
    }
    const send = async () => {
      const sent = await uploadImport({ pool, clock }, { fileName: 'gifts.csv', bytes, actor, mapping })
      if ('failure' in sent) throw new Error(sent.failure)
      await work(sent.id)
      return sent.id
    }
    let id = ''
    const checked = await timed(async () => (id = await send()))
    await startImport({ pool, clock }, { id, actor })
    const imported = await timed(() => work(id))
    const fold = foldRound(pool, clock, 1)
    const folded = await timed(async () => {
      while (await fold());
    })
    let second = ''
    const again = await timed(async () => (second = await send()))
    const [first, other] = [await importById(pool, id), await importById(pool, second)]
    await takeImportBack({ pool, clock }, { id, actor })
    const back = await timed(() => work(id))
    say(
      `\nImport of ${count} gifts, ${(bytes.length / 1024 / 1024).toFixed(1)} MB; goal: checked and imported within ${GOAL_S} s for 100,000\n`,
    )
    say(
      table([
        ['', 'seconds'],
        ['read and checked', checked.toFixed(1)],
        ['imported', imported.toFixed(1)],
        ['both', (checked + imported).toFixed(1)],
        ['folded into the sums of the reports', folded.toFixed(1)],
        ['the same file once more: read, checked, nothing new', again.toFixed(1)],
        ['taken back', back.toFixed(1)],
      ]),
    )
    say(`  ${first?.imported} imported, ${other?.ready} new in the second file\n`)
  } finally {
    await database.close()
    await server.stop()
  }
}

function exportOf(count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const donor = index % 30_000
    const day = new Date(Date.UTC(2019, 0, 1 + (index % 2_500))).toISOString().slice(0, 10)
    const cents = String(index % 100).padStart(2, '0')
    return `${index + 1},${index + 1},First${donor},Last${donor},donor${donor}@mail.example,,${5 + (index % 95)}.${cents},USD,Complete,Stripe - Credit Card,${index % 12},"Campaign ${index % 12}, for the newsroom",${day},${index % 24}:15`
  })
  return [HEADINGS, ...rows].join('\r\n')
}
