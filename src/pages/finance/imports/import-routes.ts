import { Router } from '@koa/router'
import type { Context } from 'koa'
import type pg from 'pg'
import { z } from 'zod'
import { actorOf } from '../../../access/actor.ts'
import { mayActAs } from '../../../access/role.ts'
import { staffOf, type StaffSessions } from '../../../access/session/session-middleware.ts'
import { uploadForm } from '../../../http/body.ts'
import { Refusal } from '../../../http/refusal.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { csvHead, firstRows } from '../../../imports/csv-rows.ts'
import { MOST_FILE_BYTES, type HistoryImport } from '../../../imports/history-import.ts'
import {
  fieldNames,
  guessedMapping,
  importMapping,
  type TypedMapping,
} from '../../../imports/import-mapping.ts'
import * as store from '../../../imports/import-store.ts'
import {
  cancelImport,
  mapColumns,
  startImport,
  takeImportBack,
  uploadImport,
} from '../../../imports/manage-imports.ts'
import type { CurrencyCode } from '../../../money/currency.ts'
import { textOfFile } from '../../../text/file-text.ts'
import { frameOf, text, type Newsroom } from '../frame/finance-requests.ts'
import { fieldRefusal, sentForm, sentFormOf, showsAgain } from '../frame/form-requests.ts'
import { importPage, type ImportView } from './import-view.ts'
import { importsPage } from './imports-view.ts'
import { rowsFile } from './rows-file-view.ts'

const PATH = '/finance/imports'
const IMPORTS_ON_A_PAGE = 30
const NOTES_SHOWN = 100
const SAMPLES_SHOWN = 5
const ROWS_OF_EXAMPLES = 5_000
const MOST_NOTES_IN_FILE = 500_000

/** Gifts that a former system took: files, what their columns mean, what was found, and the import itself. */
export function importRouter(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Newsroom
  readonly reporting: { readonly currency: CurrencyCode }
  readonly sessions: StaffSessions
}): Router {
  const { pool, newsroom, sessions, reporting } = deps
  const read = [sessions.keep, sessions.requireStaff('auditor')] as const
  const change = [sameOriginOnly(deps.publicUrl), sessions.keep, sessions.requireStaff('finance')] as const
  const frame = (ctx: Context) => ({
    ...frameOf(ctx, newsroom),
    mayChange: mayActAs(staffOf(ctx).role, 'finance'),
  })

  async function showAll(ctx: Context) {
    ctx.type = 'html'
    ctx.body = importsPage({ ...frame(ctx), imports: await store.latestImports(pool, IMPORTS_ON_A_PAGE) })
  }

  async function showOne(ctx: Context) {
    const one = await importOf(ctx)
    ctx.type = 'html'
    ctx.body = importPage({ ...frame(ctx), import: one, content: await contentOf(ctx, one) })
  }

  async function contentOf(ctx: Context, one: HistoryImport): Promise<ImportView['content']> {
    const wantsMapping = ctx.query['columns'] !== undefined && one.status === 'checked' && one.hasFile
    if (one.status === 'uploaded' || wantsMapping || ctx.path.endsWith('/columns'))
      if (one.hasFile) return mappingContent(ctx, one)
    const [counts, noted, notes, sums, samples] = await Promise.all([
      store.countNotes(pool, one.id),
      store.countNotedRows(pool, one.id),
      store.notesOfImport(pool, one.id, { outcome: 'problem', limit: NOTES_SHOWN }),
      store.sumsOfImport(pool, one.id),
      store.stagedSamples(pool, one.id, SAMPLES_SHOWN),
    ])
    return { kind: 'found', counts, noted, notes, sums, samples }
  }

  async function mappingContent(ctx: Context, one: HistoryImport): Promise<ImportView['content']> {
    const table = await tableOf(one.id)
    const usual = { currency: reporting.currency, timezone: newsroom.timezone }
    const proposed = guessedMapping(table, usual)
    const chosen: Record<string, string> = formOf(proposed)
    const kept = importMapping.safeParse(await store.importMappingOf(pool, one.id)).success
    if (kept) Object.assign(chosen, formOf((await store.importMappingOf(pool, one.id)) as TypedMapping)) // the schema has just read it
    return { kind: 'mapping', table, chosen: { ...chosen, ...sentFormOf(ctx) } }
  }

  async function tableOf(id: string) {
    const file = await store.importFile(pool, id)
    const words = file && textOfFile(file)
    const head = words ? csvHead(words) : null
    if (!words || head === null) throw notFound()
    return { headings: head.headings, rows: firstRows(words, head, ROWS_OF_EXAMPLES) }
  }

  async function importOf(ctx: Context): Promise<HistoryImport> {
    const id = z.uuid().safeParse(ctx['params']['id']).data
    const one = id === undefined ? null : await store.importById(pool, id)
    if (!one) throw notFound()
    return one
  }

  const uploadAgain = showsAgain({ page: showAll, main: 'gifts' })
  const oneAgain = showsAgain({ page: showOne, otherwise: showAll })
  const back = (ctx: Context, id: string) => {
    ctx.status = 303
    ctx.redirect(`${PATH}/${id}`)
  }

  return new Router()
    .get(PATH, ...read, (ctx) => showAll(ctx))
    .post(PATH, ...change, uploadAgain, async (ctx) => {
      const file = await fileIn(ctx)
      if (!file || file.bytes.length === 0) throw new Refusal('malformed', text.finance('imports.noFile'))
      const fileName = file.name.replace(/[\p{Cc}\p{Cf}]/gu, '').slice(-120) || 'gifts.csv'
      const kept = await uploadImport(deps, { fileName, bytes: file.bytes, actor: actorOf(ctx) })
      if ('failure' in kept) throw new Refusal('malformed', text.finance(`imports.failure.${kept.failure}`))
      back(ctx, kept.id)
    })
    .get(`${PATH}/:id`, ...read, (ctx) => showOne(ctx))
    .get(`${PATH}/:id/rows.csv`, ...read, async (ctx) => {
      const { id } = await importOf(ctx)
      ctx.attachment(`rows-not-imported-${id.slice(0, 8)}.csv`)
      ctx.type = 'text/csv; charset=utf-8'
      ctx.body = rowsFile(await store.notesOfImport(pool, id, { limit: MOST_NOTES_IN_FILE }), text)
    })
    .post(`${PATH}/:id/columns`, ...change, oneAgain, async (ctx) => {
      const { id } = await importOf(ctx)
      const mapping = mappingIn(await sentForm(ctx))
      const { headings } = await tableOf(id)
      if (!(await mapColumns(deps, { id, mapping, headings, actor: actorOf(ctx) })))
        throw new Refusal('conflict', text.finance('imports.tooLate'))
      back(ctx, id)
    })
    .post(`${PATH}/:id/start`, ...change, oneAgain, async (ctx) => {
      const { id } = await importOf(ctx)
      if (!(await startImport(deps, { id, actor: actorOf(ctx) })))
        throw new Refusal('conflict', text.finance('imports.tooLate'))
      back(ctx, id)
    })
    .post(`${PATH}/:id/cancel`, ...change, oneAgain, async (ctx) => {
      const { id } = await importOf(ctx)
      if (!(await cancelImport(deps, { id, actor: actorOf(ctx) })))
        throw new Refusal('conflict', text.finance('imports.tooLate'))
      back(ctx, id)
    })
    .post(`${PATH}/:id/take-back`, ...change, oneAgain, async (ctx) => {
      const { id } = await importOf(ctx)
      const begun = await takeImportBack(deps, { id, actor: actorOf(ctx) })
      if (begun === 'not_imported') throw new Refusal('conflict', text.finance('imports.notTakenBack'))
      if (begun !== 'begun')
        throw new Refusal('conflict', begun.map((one) => text.finance(`imports.hindrance.${one}`)).join(' '))
      back(ctx, id)
    })
}

/** A mapping as the fields of the form have it. */
function formOf({ columns, ...others }: TypedMapping): Record<string, string> {
  const places = Object.entries(columns).map(([name, place]) => [`column-${name}`, place ?? ''] as const)
  return { ...others, ...Object.fromEntries(places) }
}

/** @throws Refusal that names each field which is not right */
function mappingIn(sent: Readonly<Record<string, string>>): TypedMapping {
  const mapping: TypedMapping = {
    source: (sent['source'] ?? '').trim().toLowerCase(),
    // `fromEntries` loses the names; every field is among them.
    columns: Object.fromEntries(
      fieldNames.map((name) => [name, sent[`column-${name}`] ?? '']),
    ) as TypedMapping['columns'],
    dateOrder: sent['dateOrder'] ?? '',
    decimalSign: sent['decimalSign'] ?? '',
    currency: sent['currency'] ?? '',
    timezone: sent['timezone'] ?? '',
    paidWords: sent['paidWords'] ?? '',
  }
  const read = importMapping.safeParse({
    ...mapping,
    columns: {
      ...mapping.columns,
      amount: mapping.columns.amount || undefined,
      date: mapping.columns.date || undefined,
    },
  })
  if (read.success) return mapping
  const fields = read.error.issues.map(({ path }) =>
    path[0] === 'columns' ? `column-${String(path[1])}` : String(path[0]),
  )
  const problem = (
    name:
      | 'source'
      | 'amount'
      | 'date'
      | 'dateOrder'
      | 'decimalSign'
      | 'currency'
      | 'timezone'
      | 'paidWords'
      | 'form',
  ) => text.finance(`imports.mapping.problem.${name}`)
  throw fieldRefusal(fields, {
    source: problem('source'),
    'column-amount': problem('amount'),
    'column-date': problem('date'),
    dateOrder: problem('dateOrder'),
    decimalSign: problem('decimalSign'),
    currency: problem('currency'),
    timezone: problem('timezone'),
    paidWords: problem('paidWords'),
    form: problem('form'),
  })
}

/** The file that was sent. @throws Refusal too_large, in words */
async function fileIn(ctx: Context) {
  try {
    return (await uploadForm(ctx, MOST_FILE_BYTES + 64 * 1024)).files.get('gifts')
  } catch (error) {
    if (error instanceof Refusal && error.kind === 'too_large')
      throw new Refusal('too_large', text.finance('imports.tooLarge'))
    throw error
  }
}

function notFound(): Refusal {
  return new Refusal('not_found', text.finance('imports.notFound'))
}
