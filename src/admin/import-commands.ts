import { createHash, randomUUID } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { z } from 'zod'
import { inTransaction } from '../db/database.ts'
import { Refusal } from '../http/refusal.ts'
import { csvHead, firstRows } from '../imports/csv-rows.ts'
import { MOST_FILE_BYTES, type HistoryImport, type RowNote } from '../imports/history-import.ts'
import {
  fieldNames,
  guessedMapping,
  importMapping,
  presetOf,
  presets,
  type TypedMapping,
} from '../imports/import-mapping.ts'
import * as store from '../imports/import-store.ts'
import { cancelImport, startImport, takeImportBack, uploadImport } from '../imports/manage-imports.ts'
import { LEASE_MS, runPiece } from '../imports/run-import.ts'
import { storedMoney } from '../money/money.ts'
import { textOfFile } from '../text/file-text.ts'
import { textFor } from '../text/text.ts'
import { tableText, words, type AdminDeps, type Command, type Outcome } from './command.ts'
import { by, operatorOf } from './operator.ts'

const options = z
  .object({
    file: words('file').optional(),
    preset: z.enum(presets, { error: `--preset must be ${presets.join(' or ')}` }).optional(),
    source: words('source').optional(),
    map: z.string().optional(),
    'date-order': z.string().optional(),
    'decimal-sign': z.string().optional(),
    currency: z.string().optional(),
    timezone: z.string().optional(),
    'paid-words': z.string().optional(),
    'take-back': z.uuid('--take-back must be the id of an import').optional(),
    'dry-run': z.boolean().optional(),
    by: by.optional(),
  })
  .refine(({ file, 'take-back': id }) => (file === undefined) !== (id === undefined), {
    error: 'give either --file or --take-back',
  })
type Options = z.output<typeof options>

const ROWS_OF_EXAMPLES = 5_000
const NOTES_SHOWN = 1_000

/** Imports what a former system took. */
export const importCommands: Readonly<Record<string, Command>> = {
  import: {
    usage:
      '--file gifts.csv [--dry-run] [--preset givewp|donorbox] [--source name] [--map amount=Total,date=Day,…] [--date-order dmy|mdy|ymd] [--decimal-sign .|,] [--currency usd] [--timezone America/New_York] [--paid-words "paid, complete"] [--by you@news.example] | --take-back ID',
    summary: `imports gifts that a former system took from a CSV file; --dry-run names every row that is no new gift and imports nothing. Run it again after it was stopped: it goes on, and no gift comes twice. --map names the columns: ${fieldNames.join(', ')}`,
    options: [
      'file',
      'preset',
      'source',
      'map',
      'date-order',
      'decimal-sign',
      'currency',
      'timezone',
      'paid-words',
      'take-back',
      'by',
    ],
    flags: ['dry-run'],
    run: (deps, given) => {
      const asked = options.parse(given)
      return asked['take-back'] === undefined
        ? importFile(deps, asked)
        : takeBack(deps, asked['take-back'], asked)
    },
  },
}

async function importFile(deps: AdminDeps, asked: Options): Promise<Outcome> {
  const { database, clock } = deps
  const { pool } = database
  const bytes = await bytesOf(asked.file ?? '')
  const mapping = mappingFor(deps, bytes, asked)
  const actor = await operatorOf(deps, asked.by, 'finance')
  const hash = createHash('sha256').update(bytes).digest()
  const begun = await store.unfinishedImportOf(pool, hash, mapping.source)
  // One that is being imported goes on. Any other is read again: what is known may have changed.
  if (begun && begun.status !== 'importing') await cancelImport({ pool, clock }, { id: begun.id, actor })
  let id = begun?.status === 'importing' ? begun.id : null
  if (id === null) {
    const uploaded = await uploadImport(
      { pool, clock },
      { fileName: basename(asked.file ?? '').slice(-120), bytes, actor, mapping },
    )
    if ('failure' in uploaded) throw notATable()
    id = uploaded.id
  }
  if (begun?.status !== 'importing') await runToEnd(deps, id)
  const checked = await readImport(deps, id)
  if (checked.status === 'failed') throw new Refusal('malformed', failureInWords(checked))
  const notes = await store.notesOfImport(pool, id, { limit: NOTES_SHOWN })
  const counts = await store.countNotedRows(pool, id)
  const isDry = asked['dry-run'] === true
  if (isDry && checked.status === 'checked') await cancelImport({ pool, clock }, { id, actor })
  if (!isDry) {
    await startImport({ pool, clock }, { id, actor })
    await runToEnd(deps, id)
  }
  const done = await readImport(deps, id)
  const skipped = `${counts.skipped} rows were left out on purpose, ${counts.problems} have a problem`
  const note = isDry
    ? `${checked.fileRows} rows read: ${checked.ready} gifts can be imported; ${skipped}. Nothing was imported.`
    : done.status === 'imported'
      ? `${done.fileRows} rows read: ${done.imported} gifts imported as ${done.id}; ${skipped}.`
      : `The import ${done.id} is ${done.status}: ${done.imported} gifts are imported. Run the command again to go on.`
  return { out: notesText(notes), note, ...(counts.problems > 0 ? { code: 1 } : {}) }
}

async function takeBack(deps: AdminDeps, id: string, asked: Options): Promise<Outcome> {
  const { pool } = deps.database
  const actor = await operatorOf(deps, asked.by, 'finance')
  const begun = await takeImportBack({ pool, clock: deps.clock }, { id, actor })
  if (begun === 'not_imported')
    throw new Refusal(
      'conflict',
      'There is no such import, it still runs, or nothing of it is there. Nothing was done.',
    )
  if (begun !== 'begun')
    throw new Refusal(
      'conflict',
      `Nothing was taken back: ${begun.map((one) => textFor('en').finance(`imports.hindrance.${one}`)).join(' ')}`,
    )
  await runToEnd(deps, id)
  const { takenBack } = await readImport(deps, id)
  return { note: `${takenBack} gifts are taken back.` }
}

async function bytesOf(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path)
    if (size > MOST_FILE_BYTES)
      throw new Refusal(
        'too_large',
        `${path} has more than ${MOST_FILE_BYTES / 1024 / 1024} MB. Divide it into several files with the same headings.`,
      )
    return await readFile(path)
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw new Refusal('not_found', `${path} cannot be read. Nothing was done.`)
  }
}

function notATable(): Refusal {
  return new Refusal('malformed', textFor('en').finance('imports.failure.not_a_table'))
}

/** What the headings say, and what the options say instead. @throws Refusal when that is not all */
function mappingFor({ newsroom }: AdminDeps, bytes: Buffer, asked: Options): TypedMapping {
  const text = textOfFile(bytes)
  const head = text === null ? null : csvHead(text)
  if (text === null || head === null) throw notATable()
  const { headings } = head
  const usual = { currency: storedMoney(0n, 'usd').currency, timezone: newsroom.timezone }
  const rows = firstRows(text, head, ROWS_OF_EXAMPLES)
  const guessed = guessedMapping({ headings, rows }, usual, asked.preset ?? presetOf(headings))
  const mapping: TypedMapping = {
    source: asked.source ?? guessed.source,
    columns: { ...guessed.columns, ...mappedColumns(asked.map ?? '', headings) },
    dateOrder: asked['date-order'] ?? guessed.dateOrder,
    decimalSign: asked['decimal-sign'] ?? guessed.decimalSign,
    currency: asked.currency ?? (guessed.columns.currency === '' ? '' : guessed.currency),
    timezone: asked.timezone ?? guessed.timezone,
    paidWords: asked['paid-words'] ?? guessed.paidWords,
  }
  const read = importMapping.safeParse(mapping)
  if (read.success) return mapping
  const missing = new Set(read.error.issues.map(({ path }) => String(path.at(-1))))
  throw new Refusal(
    'malformed',
    [
      'The file does not say all that is needed. Nothing was done.',
      ...[...missing].map((field) =>
        Object.hasOwn(NEEDED, field) ? NEEDED[field] : `Name the column: --map ${field}=HEADING`,
      ),
      `Its headings are: ${headings.join(' | ')}`,
    ].join('\n'),
  )
}

const NEEDED: Readonly<Record<string, string>> = {
  source: 'Say which system it is of: --source civicrm (letters, digits and hyphens)',
  dateOrder:
    'Its dates can be read in two ways, 03/04 as 3 April or 4 March. Say which: --date-order dmy or --date-order mdy',
  decimalSign: 'Say which sign begins the decimals of its amounts: --decimal-sign . or --decimal-sign ,',
  currency: 'It has no column of currencies. Say which it is: --currency usd',
  timezone: 'Say the timezone of its times: --timezone America/New_York',
}

/** `amount=Total,date=Day`, by headings. */
function mappedColumns(map: string, headings: readonly string[]): Partial<TypedMapping['columns']> {
  const pairs = map
    .split(',')
    .filter((pair) => pair.trim() !== '')
    .map((pair) => {
      const [name = '', ...rest] = pair.split('=')
      const heading = rest.join('=').trim()
      const field = fieldNames.find((one) => one === name.trim())
      if (!field)
        throw new Refusal('malformed', `--map knows no ${name.trim()}. It knows: ${fieldNames.join(', ')}`)
      const place = headings.findIndex((one) => one.toLowerCase() === heading.toLowerCase())
      if (heading !== '' && place < 0)
        throw new Refusal(
          'malformed',
          `There is no column ${heading}. The headings are: ${headings.join(' | ')}`,
        )
      return [field, heading === '' ? '' : String(place)] as const
    })
  return Object.fromEntries(pairs)
}

/** Works on the import until it has nothing to do, beside a worker that may have it. */
async function runToEnd(deps: AdminDeps, id: string): Promise<void> {
  const { database, clock, newsroom } = deps
  const { pool } = database
  const running = { pool, clock, timezone: newsroom.timezone }
  for (;;) {
    const claimed = await store.claimImport(pool, { claim: randomUUID(), leaseMs: LEASE_MS, id })
    if (claimed) while (await runPiece(running, claimed)) await progress(deps, id)
    const { status } = await readImport(deps, id)
    if (!['checking', 'importing', 'taking_back'].includes(status)) return
    // The worker of the service has it, or one that died a moment ago.
    await new Promise((resolve) => void setTimeout(resolve, 1_000))
  }
}

async function progress(deps: AdminDeps, id: string): Promise<void> {
  const { imported, ready, takenBack } = await readImport(deps, id)
  deps.log.info({ import: id, imported, ready, takenBack }, 'importing')
}

async function readImport({ database }: AdminDeps, id: string): Promise<HistoryImport> {
  const found = await inTransaction(database.pool, (tx) => store.importById(tx, id))
  if (!found) throw new Refusal('not_found', 'There is no such import.')
  return found
}

function failureInWords({ failure }: HistoryImport): string {
  return textFor('en').finance(`imports.failure.${failure ?? 'worker'}`)
}

function notesText(notes: readonly RowNote[]): string {
  if (notes.length === 0) return 'Every row is a new gift.'
  const t = textFor('en').finance
  return tableText(
    ['row', 'column', 'what', 'what to do'],
    notes.map((note) => [
      String(note.row),
      note.heading,
      note.outcome === 'problem'
        ? t(`imports.problem.${note.reason}.what`)
        : t(`imports.skipped.${note.reason}`),
      note.outcome === 'problem' ? t(`imports.problem.${note.reason}.todo`) : '–',
    ]),
  )
}
