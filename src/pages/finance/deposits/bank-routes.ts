import { Router } from '@koa/router'
import type { Context } from 'koa'
import type pg from 'pg'
import { z } from 'zod'
import { actorOf } from '../../../access/actor.ts'
import { mayActAs } from '../../../access/role.ts'
import { staffOf, type StaffSessions } from '../../../access/session/session-middleware.ts'
import {
  linesOf,
  listStatements,
  openDeposits,
  statementById,
  statementFile,
  unmatchedLines,
} from '../../../bank/bank-store.ts'
import { csvColumns, guessedColumns } from '../../../bank/csv-statement.ts'
import { depositsQuery } from '../../../bank/deposit-list.ts'
import { listDeposits } from '../../../bank/deposit-list-store.ts'
import {
  chooseColumns,
  keepStatement,
  matchAgain,
  matchLine,
  unmatchLine,
} from '../../../bank/keep-statement.ts'
import { candidatesFor } from '../../../bank/match-deposits.ts'
import { recogniseStatement } from '../../../bank/read-statement.ts'
import { uploadForm } from '../../../http/body.ts'
import { parseOrRefuse } from '../../../http/parse.ts'
import { Refusal } from '../../../http/refusal.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import type { CurrencyCode } from '../../../money/currency.ts'
import type { StatementProblem } from '../../../bank/bank-statement.ts'
import { frameOf, text, type Newsroom } from '../frame/finance-requests.ts'
import { fieldRefusal, readForm, sentForm, sentFormOf, showsAgain } from '../frame/form-requests.ts'
import { bankStatementPage, type BankStatementView } from './bank-statement-view.ts'
import { bankStatementsPage, type BankStatementsView } from './bank-statements-view.ts'

const MOST_BYTES = 5 * 1024 * 1024
const STATEMENTS_ON_A_PAGE = 60
const LINES_ON_A_PAGE = 200
const LEFT_ON_A_PAGE = 50

const lineId = z.string().regex(/^[1-9]\d{0,17}$/)
const matchForm = z.object({ payout: z.string().regex(/^(po|tr)_\w{1,100}$/) })
const place = z.object({ after: z.coerce.number().int().min(0).max(1_000_000).default(0) })

/** Bank statements: uploaded, read, and matched to deposits. Auditors read them, finance changes them. */
export function bankRouter(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Newsroom
  readonly reporting: { readonly currency: CurrencyCode }
  readonly sessions: StaffSessions
}): Router {
  const { pool, newsroom, sessions } = deps
  const read = [sessions.keep, sessions.requireStaff('auditor')] as const
  const change = [sameOriginOnly(deps.publicUrl), sessions.keep, sessions.requireStaff('finance')] as const
  const mayChange = (ctx: Context) => mayActAs(staffOf(ctx).role, 'finance')

  async function showAll(ctx: Context, problems: BankStatementsView['problems'] = []) {
    const [statements, lines, deposits, missing] = await Promise.all([
      listStatements(pool, STATEMENTS_ON_A_PAGE),
      unmatchedLines(pool, LEFT_ON_A_PAGE),
      openDeposits(pool),
      listDeposits(pool, depositsQuery.parse({ bank: 'missing' })),
    ])
    ctx.type = 'html'
    ctx.body = bankStatementsPage({
      ...frameOf(ctx, newsroom),
      mayChange: mayChange(ctx),
      statements,
      openLines: lines.map((line) => ({ line, candidates: candidatesFor(line, deposits) })),
      missing: missing.rows,
      done: doneIn(ctx.query),
      problems,
    })
  }

  async function showOne(ctx: Context, id: string, content: BankStatementView['content']) {
    const statement = await statementById(pool, id)
    if (!statement) throw notFound()
    ctx.type = 'html'
    ctx.body = bankStatementPage({ ...frameOf(ctx, newsroom), mayChange: mayChange(ctx), statement, content })
  }

  async function showColumns(ctx: Context, fileProblems: readonly StatementProblem[]) {
    const id = statementId(ctx['params']['id'])
    const table = await tableOf(id)
    const guessed = Object.entries(guessedColumns(table, deps.reporting.currency))
    const chosen = Object.fromEntries(guessed.map(([name, value]) => [name, String(value ?? '')]))
    return showOne(ctx, id, {
      kind: 'columns',
      table,
      chosen: { ...chosen, ...sentFormOf(ctx) },
      fileProblems,
    })
  }

  /** The table of a CSV file. @throws Refusal not_found when the statement has none */
  async function tableOf(id: string) {
    const file = await statementFile(pool, id)
    const recognised = file && recogniseStatement(file)
    if (recognised?.format !== 'csv') throw notFound()
    return recognised.table
  }

  const listAgain = showsAgain({ page: (ctx) => showAll(ctx) })
  const uploadAgain = showsAgain({ page: (ctx) => showAll(ctx), main: 'statement' })
  const matchAgainForm = showsAgain({
    page: (ctx) => showAll(ctx),
    idOf: (field, ctx) => `${field}-${String(ctx['params']['line'])}`,
    main: 'payout',
  })
  const columnsAgain = showsAgain({ page: (ctx) => showColumns(ctx, []) })
  return new Router()
    .get('/finance/deposits/bank', ...read, (ctx) => showAll(ctx))
    .post('/finance/deposits/bank', ...change, uploadAgain, async (ctx) => {
      const file = await statementIn(ctx)
      if (!file || file.bytes.length === 0) throw new Refusal('malformed', text.finance('bank.noFile'))
      const kept = await keepStatement(deps, {
        fileName: shortName(file.name),
        bytes: file.bytes,
        actor: actorOf(ctx),
      })
      if ('problems' in kept) {
        ctx.status = 400
        return showAll(ctx, kept.problems)
      }
      ctx.status = 303
      if (kept.needsColumns) return ctx.redirect(`/finance/deposits/bank/${kept.id}`)
      ctx.redirect(`/finance/deposits/bank?${kept.wasKnown ? 'known=1' : `new=${kept.newLines}`}`)
    })
    .post('/finance/deposits/bank/match-again', ...change, listAgain, async (ctx) => {
      const matched = await matchAgain(deps, actorOf(ctx))
      ctx.status = 303
      ctx.redirect(`/finance/deposits/bank?matched=${matched}`)
    })
    .post('/finance/deposits/bank/lines/:line/match', ...change, matchAgainForm, async (ctx) => {
      const line = lineId.safeParse(ctx.params['line']).data
      const problem = text.finance('bank.formNotValid')
      const { payout } = await readForm(ctx, matchForm, { payout: problem, form: problem })
      const isMatched =
        line !== undefined && (await matchLine(deps, { line, payoutId: payout, actor: actorOf(ctx) }))
      if (!isMatched) throw new Refusal('conflict', text.finance('bank.notMatched'))
      ctx.status = 303
      ctx.redirect('/finance/deposits/bank?matched=1')
    })
    .post('/finance/deposits/bank/lines/:line/unmatch', ...change, listAgain, async (ctx) => {
      const line = lineId.safeParse(ctx.params['line']).data
      if (line !== undefined) await unmatchLine(deps, { line, actor: actorOf(ctx) })
      ctx.status = 303
      ctx.redirect('/finance/deposits/bank')
    })
    .get('/finance/deposits/bank/:id', ...read, async (ctx) => {
      const id = statementId(ctx.params['id'])
      const { after } = parseOrRefuse(place, ctx.query, text.finance('refusal.address'))
      const statement = await statementById(pool, id)
      if (statement?.firstDay === null) return showColumns(ctx, [])
      const lines = await linesOf(pool, id, { after, limit: LINES_ON_A_PAGE + 1 })
      const shown = lines.slice(0, LINES_ON_A_PAGE)
      const next = lines.length > LINES_ON_A_PAGE ? (shown.at(-1)?.place ?? null) : null
      return showOne(ctx, id, { kind: 'lines', lines: shown, next })
    })
    .get('/finance/deposits/bank/:id/file', ...read, async (ctx) => {
      const id = statementId(ctx.params['id'])
      const [statement, file] = [await statementById(pool, id), await statementFile(pool, id)]
      if (!statement || !file) throw notFound()
      // The file is a stranger's: the browser saves it and never opens it here.
      ctx.attachment(statement.fileName)
      ctx.type = 'application/octet-stream'
      ctx.body = file
    })
    .post('/finance/deposits/bank/:id/columns', ...change, columnsAgain, async (ctx) => {
      const id = statementId(ctx.params['id'])
      const sent = await sentForm(ctx)
      const columns = csvColumns.safeParse(
        Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, value === '' ? null : value])),
      )
      if (!columns.success) throw columnRefusal(columns.error)
      const done = await chooseColumns(deps, { statementId: id, columns: columns.data, actor: actorOf(ctx) })
      if (done !== null && 'problems' in done) {
        ctx.status = 400
        return showColumns(ctx, done.problems)
      }
      ctx.status = 303
      ctx.redirect(`/finance/deposits/bank${done === null ? `/${id}` : `?new=${done.newLines}`}`)
    })
}

function columnRefusal(error: z.ZodError): Refusal {
  const problem = text.finance('bankColumns.amountProblem')
  const words = { form: problem, currency: text.finance('bankColumns.currencyProblem') }
  const fields = error.issues.map(({ path }) => String(path[0] ?? ''))
  return fieldRefusal(fields, { ...Object.fromEntries(fields.map((field) => [field, problem])), ...words })
}

/** The file that was sent. @throws Refusal too_large, in words */
async function statementIn(ctx: Context) {
  try {
    return (await uploadForm(ctx, MOST_BYTES)).files.get('statement')
  } catch (error) {
    if (error instanceof Refusal && error.kind === 'too_large')
      throw new Refusal('too_large', text.finance('bank.tooLarge'))
    throw error
  }
}

function doneIn(query: Context['query']): string | null {
  const count = (name: string) => z.coerce.number().int().min(0).max(1_000_000).safeParse(query[name]).data
  if (query['known'] !== undefined) return text.finance('bank.known')
  const [taken, matched] = [count('new'), count('matched')]
  if (taken !== undefined) return text.finance('bank.taken', { count: taken })
  return matched === undefined ? null : text.finance('bank.matched', { count: matched })
}

/** @throws Refusal not_found for what is no id */
function statementId(given: string | undefined): string {
  const id = z.uuid().safeParse(given).data
  if (id === undefined) throw notFound()
  return id
}

function notFound(): Refusal {
  return new Refusal('not_found', text.finance('bank.notFound'))
}

/** A file's name without control characters, since it is shown and sent as a header. */
function shortName(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}]/gu, '').slice(-120) || 'statement'
}
