import { Router } from '@koa/router'
import type { Context } from 'koa'
import type pg from 'pg'
import { z } from 'zod'
import type { StaffSessions } from '../../../access/session/session-middleware.ts'
import { firstOfMonth, lastOfMonth, monthsAway } from '../../../calendar/days.ts'
import { localDate } from '../../../calendar/local-date.ts'
import type { Reporting } from '../../../config/config.ts'
import { ledgerCurrencies } from '../../../exports/account-code-store.ts'
import { latestExports } from '../../../exports/export-log-store.ts'
import * as requests from '../../../exports/export-requests.ts'
import { sinceOf } from '../../../exports/export-routes.ts'
import { fileFormats } from '../../../exports/formats/export-table.ts'
import type { Exporter } from '../../../exports/exporter.ts'
import { fileOfMonth } from '../../../exports/frozen-export.ts'
import { frozenHashes } from '../../../exports/month-exports-store.ts'
import { sendExport } from '../../../exports/send-export.ts'
import { problemsOf } from '../../../http/parse.ts'
import { Refusal, type FieldProblem } from '../../../http/refusal.ts'
import { parseCurrency } from '../../../money/currency.ts'
import { parseDecimal } from '../../../money/money.ts'
import { frameOf, text, type Newsroom } from '../frame/finance-requests.ts'
import { exportsPage, type ExportForm } from './exports-view.ts'

const LOGGED_ON_A_PAGE = 25

/** The files of the books, with a form for each, and the log of what was exported. */
export function exportPages(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly newsroom: Newsroom
  readonly reporting: Reporting
  readonly sessions: StaffSessions
  readonly exporter: Exporter
}): Router {
  const { pool, clock, newsroom, reporting, sessions, exporter } = deps
  const { timezone } = newsroom
  const gate = [sessions.keep, sessions.requireStaff('auditor')] as const

  async function show(
    ctx: Context,
    refused?: { readonly form: ExportForm; readonly problems: readonly string[] },
  ) {
    const before = z.iso.datetime().safeParse(ctx.query['before']).data
    const [log, currencies] = await Promise.all([
      latestExports(pool, LOGGED_ON_A_PAGE + 1, before === undefined ? null : new Date(before)),
      ledgerCurrencies(pool),
    ])
    const logged = log.slice(0, LOGGED_ON_A_PAGE)
    const frozen = await frozenHashes(
      pool,
      logged.flatMap((one) => fileOfMonth(one)?.month ?? []),
    )
    const lastMonth = monthsAway(firstOfMonth(localDate(clock(), timezone)), -1)
    ctx.type = 'html'
    ctx.body = exportsPage({
      ...frameOf(ctx, newsroom),
      typed: {
        from: lastMonth,
        to: lastOfMonth(lastMonth),
        year: lastMonth.slice(0, 4),
        currency: reporting.currency,
        ...(refused ? plainFields(ctx.query) : {}),
      },
      currencies: currencies.length > 0 ? currencies : [reporting.currency],
      log: logged,
      frozen,
      hasEarlier: log.length > LOGGED_ON_A_PAGE,
      refused: refused ?? null,
    })
  }

  /** Sends the file, or shows the page again with what is wrong with the form. */
  const file =
    <Query>(
      form: ExportForm,
      parse: (given: unknown) => z.ZodSafeParseResult<Query>,
      asked: (query: Query) => Promise<Asked> | Asked,
    ) =>
    async (ctx: Context) => {
      const { format: wanted, ...given } = filledIn(ctx.query)
      const format = z.enum(fileFormats).safeParse(wanted)
      const parsed = parse(given)
      if (!format.success || !parsed.success) {
        ctx.status = 400
        const problems = parsed.success ? [] : problemsOf(parsed.error).map(problemText)
        return show(ctx, {
          form,
          problems: problems.length > 0 ? problems : [text.finance('exports.problem.format')],
        })
      }
      try {
        await sendExport(ctx, exporter, { ...(await asked(parsed.data)), format: format.data })
      } catch (error) {
        if (!(error instanceof Refusal) || !['conflict', 'malformed', 'too_large'].includes(error.kind))
          throw error
        ctx.remove('Content-Disposition')
        ctx.status = error.kind === 'too_large' ? 413 : error.kind === 'conflict' ? 409 : 400
        await show(ctx, { form, problems: [error.message] })
      }
    }

  const schema =
    <Schema extends z.ZodType>(own: Schema) =>
    (given: unknown) =>
      own.safeParse(given)
  return new Router()
    .get('/finance/exports', ...gate, (ctx) => show(ctx))
    .get(
      '/finance/exports/donations',
      ...gate,
      file('donations', schema(requests.donationsFileQuery), (query) =>
        requests.donationsAsked(query, timezone),
      ),
    )
    .get(
      '/finance/exports/deposits',
      ...gate,
      file('deposits', schema(requests.depositsFileQuery), (query) =>
        requests.depositsAsked(query, timezone),
      ),
    )
    .get(
      '/finance/exports/reconciling-items',
      ...gate,
      file('reconciling_items', schema(requests.itemsFileQuery), (query) =>
        requests.itemsAsked(query, timezone),
      ),
    )
    .get(
      '/finance/exports/ledger',
      ...gate,
      file('ledger', schema(requests.ledgerFileQuery), async (query) =>
        requests.ledgerAsked(query, await sinceOf(pool, query.since), timezone),
      ),
    )
    .get(
      '/finance/exports/receipts',
      ...gate,
      file('receipts', schema(requests.receiptsFileQuery), (query) =>
        requests.receiptsAsked(query, timezone),
      ),
    )
    .get(
      '/finance/exports/donors',
      ...gate,
      file(
        'donors',
        (given) => requests.donorsQuery.safeParse(inMinorUnits(given)),
        (query) => requests.donorsAsked(query),
      ),
    )
    .get(
      '/finance/exports/journal',
      ...gate,
      file('journal', schema(requests.journalFileQuery), async (query) =>
        requests.journalAsked(query, await sinceOf(pool, query.since)),
      ),
    )
}

type Asked = ReturnType<typeof requests.receiptsAsked>

/** A form sends every field, the empty ones too. */
function filledIn(query: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''))
}

function plainFields(query: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  )
}

/** People write an amount as 250 or 250.00; the query has minor units. */
export function inMinorUnits(given: unknown): unknown {
  const fields = z.looseObject({ amount: z.string(), currency: z.string() }).safeParse(given).data
  const currency = fields && parseCurrency(fields.currency)
  if (!fields || !currency) return given
  const { amount: typed, ...rest } = fields
  const amount = parseDecimal(typed, currency)
  return { ...rest, above: 'minor' in amount ? String(amount.minor) : typed }
}

function problemText({ pointer, message }: FieldProblem): string {
  return text.finance('exports.problem.field', { field: pointer.slice(1) || 'form', message })
}
