import { Router } from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { staffOf } from '../../../access/session/session-middleware.ts'
import { localDate } from '../../../calendar/local-date.ts'
import { daysOf, monthOf, neighbour, type Month } from '../../../calendar/month.ts'
import { frozenKinds, frozenName } from '../../../exports/frozen-export.ts'
import { monthlyReportFileName } from '../../../exports/monthly-report/monthly-report.ts'
import { readMonthlyReport } from '../../../exports/monthly-report/read-monthly-report.ts'
import { compareMonthExport, frozenHashes } from '../../../exports/month-exports-store.ts'
import { parseOrRefuse } from '../../../http/parse.ts'
import { Refusal } from '../../../http/refusal.ts'
import { firstMonthOfBooks, monthsInList } from '../../../reconciliation/months/month-list-store.ts'
import { totals } from '../../../reports/totals/read-figures.ts'
import { frameOf, monthChoice, monthIn, text } from '../frame/finance-requests.ts'
import { comparedFilePage } from './compared-file-view.ts'
import { groupPage, itemPage, ITEMS_ON_A_PAGE } from './item-view.ts'
import { monthListPage } from './month-list-view.ts'
import { readMonth, type MonthPagesDeps } from './month-requests.ts'
import { emptyMonthPage, monthPage } from './month-view.ts'
import { trialClosePage } from './trial-close-view.ts'
import { unreadableMonthPage } from './unreadable-month-view.ts'
import { writeOffDay } from '../../../reconciliation/write-offs/write-off.ts'

const MONTHS_ON_A_PAGE = 12

export const itemQuery = z.strictObject({
  kind: z.string().min(1).max(100),
  object: z.string().min(1).max(255),
  currency: z.string().regex(/^[a-z]{3}$/),
})
const groupQuery = z.strictObject({ page: z.coerce.number().int().min(1).max(100_000).default(1) })

/** The months of the books, to read. What finance does with them is in `month-acts-routes.ts`. */
export function monthsRouter(deps: MonthPagesDeps): Router {
  const { pool, sessions } = deps
  const gate = [sessions.keep, sessions.requireStaff('auditor')] as const
  return (
    new Router()
      .get('/finance/months', ...gate, (ctx) => showList(deps, ctx))
      .get('/finance/months/:month', ...gate, (ctx) => showMonth(deps, ctx, { isPrinted: false }))
      .get('/finance/months/:month/print', ...gate, (ctx) => showMonth(deps, ctx, { isPrinted: true }))
      .get('/finance/months/:month/trial-close', ...gate, async (ctx) => {
        const month = monthIn(ctx.params['month'])
        const { view } = await readMonth(deps, ctx, month)
        // A closed month's own page says by whom.
        if (view === null || view.record.closed) return redirect(ctx, `/finance/months/${month}`)
        const rows = await totals(pool, { ...daysOf(month), by: 'month' })
        ctx.type = 'html'
        ctx.body = trialClosePage({ ...view, totals: rows })
      })
      .get('/finance/months/:month/report.pdf', ...gate, async (ctx) => {
        const month = monthIn(ctx.params['month'])
        const { report } = await readMonthlyReport(deps, month, staffOf(ctx).role, text)
        ctx.type = 'pdf'
        ctx.attachment(monthlyReportFileName(month))
        ctx.body = await deps.renderReport(report)
      })
      .get('/finance/months/:month/files/:kind', ...gate, (ctx) => showFile(deps, ctx))
      .get('/finance/months/:month/items/:kind', ...gate, (ctx) => showGroup(deps, ctx))
      .get('/finance/months/:month/item', ...gate, async (ctx) => {
        const query = parseOrRefuse(itemQuery, ctx.query, text.finance('refusal.address'))
        await showItem(deps, ctx, query)
      })
      // Addresses of earlier releases.
      .get('/finance/reconciliation', ...gate, (ctx) => {
        const month = ctx.query['month']
        redirect(ctx, month === undefined ? '/finance/months' : `/finance/months/${monthIn(month)}`)
      })
  )
}

function redirect(ctx: Context, url: string): void {
  ctx.status = 301
  ctx.redirect(url)
}

function runningMonth({ clock, newsroom }: MonthPagesDeps): Month {
  return monthOf(localDate(clock(), newsroom.timezone))
}

async function showList(deps: MonthPagesDeps, ctx: Context): Promise<void> {
  const { pool, clock, newsroom } = deps
  const running = runningMonth(deps)
  const before = ctx.query['before']
  const asked = before === undefined ? running : neighbour(monthIn(before), -1)
  const newest = asked > running ? running : asked
  const first = (await firstMonthOfBooks(pool)) ?? running
  const months = Array.from({ length: MONTHS_ON_A_PAGE }, (_, index) => neighbour(newest, -index)).filter(
    (month) => month >= first,
  )
  const oldest = months.at(-1)
  const rows =
    oldest === undefined
      ? []
      : await totals(pool, { from: daysOf(oldest).from, to: daysOf(newest).to, by: 'month' })
  ctx.type = 'html'
  ctx.body = monthListPage({
    ...frameOf(ctx, newsroom),
    running,
    months: months.length === 0 ? [] : await monthsInList(pool, months, clock()),
    totals: rows.map(({ key, currency, grossMinor, netMinor, settlementCurrency }) => ({
      month: key ?? '',
      currency,
      grossMinor,
      net: { currency: settlementCurrency ?? currency, minor: netMinor },
    })),
    older: oldest !== undefined && oldest > first ? oldest : null,
    newer: newest < running ? neighbour(newest, MONTHS_ON_A_PAGE + 1) : null,
  })
}

/** The page of a month. */
export async function showMonth(
  deps: MonthPagesDeps,
  ctx: Context,
  { isPrinted = false }: { readonly isPrinted?: boolean } = {},
): Promise<void> {
  const month = monthIn(ctx.params['month'])
  const frame = frameOf(ctx, deps.newsroom)
  const running = runningMonth(deps)
  const first = await firstMonthOfBooks(deps.pool)
  ctx.type = 'html'
  if (month > running) {
    ctx.body = emptyMonthPage({ ...frame, month, why: 'not_begun', instead: running })
    return
  }
  const read = await readMonth(deps, ctx, month, () => [], { isPrinted })
  const isClosed = read.view === null || read.view.record.closed
  if (!isClosed && month < running && (first === null || month < first)) {
    const why = first === null ? 'books_empty' : 'before_books'
    ctx.body = emptyMonthPage({ ...frame, month, why, instead: first ?? running })
    return
  }
  ctx.body =
    read.view === null
      ? unreadableMonthPage({
          ...frame,
          ...monthChoice(month, running),
          unreadable: read.unreadable,
          books: read.books,
        })
      : monthPage(read.view)
}

/** A file of a closed month as it would be now, compared with the closing. */
async function showFile({ pool, newsroom }: MonthPagesDeps, ctx: Context): Promise<void> {
  const month = monthIn(ctx.params['month'])
  const kind = frozenKinds.find((one) => one === ctx.params['kind'])
  const name = kind && frozenName(kind, month)
  const frozen = (await frozenHashes(pool, [month])).get(month)?.find((one) => one.name === name)
  if (!kind || !frozen) throw new Refusal('not_found', text.finance('frozenExports.notThere'))
  ctx.type = 'html'
  ctx.body = comparedFilePage({
    ...frameOf(ctx, newsroom),
    month,
    kind,
    frozen,
    now: await compareMonthExport(pool, kind, month, newsroom.timezone),
  })
}

/** What the forms of a month's items say beside the month. */
function settling({ clock, newsroom, writeOffApproval }: MonthPagesDeps, month: Month) {
  const today = localDate(clock(), newsroom.timezone)
  return {
    writeOffDay: writeOffDay(month, today, new Set()),
    needsApproval: writeOffApproval === 'second_person',
  }
}

/** The page of one item. @throws Refusal not_found */
export async function showItem(
  deps: MonthPagesDeps,
  ctx: Context,
  { kind, object, currency }: z.output<typeof itemQuery>,
): Promise<void> {
  const month = monthIn(ctx.params['month'])
  const { view } = await readMonth(deps, ctx, month, () => [object])
  const item = view?.record.differences.find(
    (one) => one.kind === kind && one.object === object && one.currency === currency,
  )
  if (!view || !item) throw new Refusal('not_found', text.finance('items.noSuch'))
  ctx.type = 'html'
  ctx.body = itemPage({ ...view, ...settling(deps, month), item })
}

/** All items of one kind. @throws Refusal not_found */
export async function showGroup(deps: MonthPagesDeps, ctx: Context): Promise<void> {
  const kind = String(ctx.params['kind'])
  const month = monthIn(ctx.params['month'])
  const { page } = parseOrRefuse(groupQuery, ctx.query, text.finance('refusal.address'))
  const first = (page - 1) * ITEMS_ON_A_PAGE
  const { view } = await readMonth(deps, ctx, month, ({ differences }) =>
    differences
      .filter((one) => one.kind === kind)
      .slice(first, first + ITEMS_ON_A_PAGE)
      .map(({ object }) => object),
  )
  const items = view?.record.differences.filter((one) => one.kind === kind) ?? []
  if (!view || items.length <= first) throw new Refusal('not_found', text.finance('items.noneOfKind'))
  ctx.type = 'html'
  ctx.body = groupPage({ ...view, ...settling(deps, month), kind, items, page })
}
