import { randomUUID } from 'node:crypto'
import { Router } from '@koa/router'
import type { Context } from 'koa'
import type { Knex } from 'knex'
import type pg from 'pg'
import { z } from 'zod'
import { actorOf } from '../../../access/actor.ts'
import { recordAct } from '../../../access/audit/audit-trail-store.ts'
import { mayActAs } from '../../../access/role.ts'
import { staffOf, type StaffSessions } from '../../../access/session/session-middleware.ts'
import { localDate } from '../../../calendar/local-date.ts'
import type { Reporting } from '../../../config/config.ts'
import { inKnexTransaction, inTransaction } from '../../../db/database.ts'
import { deleteView, savedViews, saveView } from '../../../donations/saved-view-store.ts'
import { Refusal } from '../../../http/refusal.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { readRestrictions } from '../../../newsroom/restriction-store.ts'
import { cursorText, type DonationFilters } from '../../../reports/donation-list/donation-search.ts'
import {
  listDonations,
  listTotals,
  sumsWithin,
  tookTooLong,
  type ListTotal,
} from '../../../reports/donation-list/donation-list-store.ts'
import { donationFrom } from '../../../reports/donation-record.ts'
import { figures } from '../../../reports/totals/read-figures.ts'
import { storedMoney } from '../../../money/money.ts'
import { frameOf, text, type Newsroom } from '../frame/finance-requests.ts'
import { readForm, sentFormOf, showsAgain } from '../frame/form-requests.ts'
import { listRequest, savedFilters, type ListRequest } from './list-requests.ts'
import { giftListPage, type GiftListView, type ShownTotals } from './list-view.ts'

const GIFTS_ON_A_PAGE = 50
/** The page appears at once, so many gifts are added up without being asked for only where that is fast. */
const QUICKLY_MS = 150
/** How long whoever asks for all sums waits at most. */
const PATIENTLY_MS = 10_000

const viewForm = z.object({
  name: z.string().trim().min(1).max(60),
  filters: z.string().max(4_000),
  shared: z.literal('yes').optional(),
})

/** The list of donations with its filters, and the views of it that staff saved. */
export function donationListRouter(deps: {
  readonly db: Knex
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Newsroom
  readonly reporting: Reporting
  readonly sessions: StaffSessions
}): Router {
  const { db, pool, clock, newsroom, reporting, sessions } = deps
  const gate = [sessions.keep, sessions.requireStaff('auditor')] as const
  const ownForm = [sameOriginOnly(deps.publicUrl), ...gate] as const

  async function sumsOrNull(filters: DonationFilters, withinMs: number): Promise<ListTotal[] | null> {
    try {
      return await inKnexTransaction(db, (tx) => sumsWithin(tx, filters, withinMs))
    } catch (error) {
      if (tookTooLong(error)) return null
      throw error
    }
  }

  async function totalsOf({ query }: ListRequest): Promise<ShownTotals> {
    if (query === null) return { kind: 'sums', rows: [] }
    const { sort: _sort, order: _order, cursor: _cursor, period: _period, sums, ...filters } = query
    const rows = await listTotals(db, filters)
    if (rows !== null) return { kind: 'sums', rows: rows.map(totalFrom) }
    if (!isPeriodAlone(filters) || sums === 'all') {
      const all = await sumsOrNull(filters, sums === 'all' ? PATIENTLY_MS : QUICKLY_MS)
      return all ? { kind: 'sums', rows: all.map(totalFrom) } : { kind: 'too_many', isLast: sums === 'all' }
    }
    const { from = '0001-01-01', to = localDate(clock(), newsroom.timezone), basis = 'booked' } = filters
    const { total } = await figures(pool, {
      from,
      to,
      basis,
      by: 'year',
      reportingCurrency: reporting.currency,
      countsDonors: false,
    })
    return { kind: 'kept', rows: total.currencies.map(keptTotal) }
  }

  async function show(ctx: Context, done: GiftListView['done'], asked: ListRequest) {
    const { query } = asked
    const { id: staffId } = staffOf(ctx)
    const [page, totals, views, restrictions] = await Promise.all([
      query === null
        ? { rows: [], next: null, previous: null }
        : listDonations(db, { ...query, limit: GIFTS_ON_A_PAGE }),
      totalsOf(asked),
      savedViews(pool, staffId),
      readRestrictions(pool),
    ])
    const { next, previous } = page
    ctx.type = 'html'
    ctx.body = giftListPage({
      ...frameOf(ctx, newsroom),
      done,
      typed: asked.typed,
      problems: asked.problems,
      funds: [...new Set(restrictions.map(({ fund }) => fund))],
      sort: query?.sort ?? 'date',
      order: query?.order ?? 'desc',
      days: { from: query?.from ?? null, to: query?.to ?? null },
      totals,
      gifts: page.rows.map((row) => ({
        ...donationFrom(row, ''),
        gross: storedMoney(row.gross_minor, row.currency),
        succeededAt: row.succeeded_at,
      })),
      isLaterPage: query?.cursor !== undefined,
      nextCursor: next && cursorText(next),
      previousCursor: previous && cursorText(previous),
      views,
      now: clock(),
    })
  }

  const request = (asked: Context['query']) =>
    listRequest(asked, localDate(clock(), newsroom.timezone), reporting.fiscalYearStarts)

  const showList = (ctx: Context) => show(ctx, null, request(ctx.query))
  /** The list that the view is of: its filters came with the form. */
  const viewAgain = showsAgain({
    page: async (ctx) => {
      const { filters = '' } = sentFormOf(ctx)
      const asked = request(Object.fromEntries(new URLSearchParams(filters)))
      await show(ctx, null, asked.query === null ? request({}) : asked)
    },
    idOf: (field) => `view-${field}`,
    main: 'name',
    texts: ['name'],
  })
  return new Router()
    .get('/finance/donations', ...gate, async (ctx) => {
      const { done: said, ...asked } = ctx.query
      const found = request(asked)
      if (found.query === null) ctx.status = 400
      const done = said === 'saved' || said === 'deleted' ? said : null
      await show(ctx, done, found)
    })
    .post('/finance/donations/views', ...ownForm, viewAgain, async (ctx) => {
      const form = await readForm(ctx, viewForm, {
        name: text.finance('gifts.views.nameProblem'),
        form: text.finance('gifts.views.notValid'),
      })
      const filters = savedFilters(form.filters)
      if (filters === null) throw new Refusal('malformed', text.finance('gifts.views.notValid'))
      const { id: staffId, role } = staffOf(ctx)
      const isShared = form.shared === 'yes'
      if (isShared && !mayActAs(role, 'finance'))
        throw new Refusal('forbidden', text.finance('gifts.views.notYours'))
      const at = clock()
      const view = { id: randomUUID(), staffId, name: form.name, filters, isShared }
      const isSaved = await inTransaction(pool, async (tx) => {
        const saved = await saveView(tx, view, at)
        const actor = actorOf(ctx)
        if (saved)
          await recordAct(tx, {
            actor,
            act: 'view_saved',
            subject: `view/${view.id}`,
            after: { shared: isShared },
            at,
          })
        return saved
      })
      if (!isSaved) throw new Refusal('conflict', text.finance('gifts.views.tooMany'))
      ctx.status = 303
      ctx.redirect(
        `/finance/donations?${new URLSearchParams([...new URLSearchParams(filters), ['done', 'saved']])}`,
      )
    })
    .post('/finance/donations/views/:id/delete', ...ownForm, showsAgain({ page: showList }), async (ctx) => {
      const id = z.uuid().safeParse(ctx.params['id']).data
      const { id: staffId, role } = staffOf(ctx)
      const at = clock()
      const deleted =
        id !== undefined &&
        (await inTransaction(pool, async (tx) => {
          const view = await deleteView(tx, { id, staffId, mayDeleteShared: mayActAs(role, 'admin') })
          const actor = actorOf(ctx)
          if (view)
            await recordAct(tx, {
              actor,
              act: 'view_deleted',
              subject: `view/${id}`,
              before: { shared: view.isShared },
              at,
            })
          return view !== null
        }))
      if (!deleted) throw new Refusal('not_found', text.finance('gifts.views.notFound'))
      ctx.status = 303
      ctx.redirect('/finance/donations?done=deleted')
    })
}

/** Whether kept totals say what the list comes to. */
function isPeriodAlone({ from: _from, to: _to, basis: _basis, ...others }: DonationFilters): boolean {
  return Object.values(others).every((value) => value === undefined)
}

function totalFrom({
  currency,
  donations,
  gross_minor,
  reversed_minor,
  net_minor,
}: NonNullable<Awaited<ReturnType<typeof listTotals>>>[number]) {
  return {
    donations: Number(donations),
    gross: storedMoney(gross_minor, currency),
    reversed: storedMoney(reversed_minor, currency),
    net: net_minor === null ? null : storedMoney(net_minor, currency),
  }
}

function keptTotal(one: {
  readonly currency: string
  readonly donations: bigint
  readonly grossMinor: bigint
}) {
  return {
    donations: Number(one.donations),
    gross: storedMoney(one.grossMinor, one.currency),
    reversed: null,
    net: null,
  }
}
