import { Router } from '@koa/router'
import type { Knex } from 'knex'
import type pg from 'pg'
import { mayActAs } from '../../../access/role.ts'
import { staffOf, type StaffSessions } from '../../../access/session-middleware.ts'
import { localDate } from '../../../calendar/local-date.ts'
import { daysOf, monthOf } from '../../../calendar/month.ts'
import { Refusal } from '../../../http/refusal.ts'
import { storedMoney } from '../../../money/money.ts'
import { countGivenUp } from '../../../outbox/outbox-store.ts'
import { cursorText, parseCursor, type DonationCursor } from '../../../reports/donation-search.ts'
import { listDonations, type DonationPage } from '../../../reports/donation-list-store.ts'
import { donationFrom, type DonationRow } from '../../../reports/donation-record.ts'
import type { Total } from '../../../reports/totals.ts'
import { totals } from '../../../reports/totals/read-figures.ts'
import { frameOf, monthChoice, requestedMonth, text, type Newsroom } from '../frame/finance-requests.ts'
import { overviewPage, type OverviewDonation, type OverviewTotal } from './overview-view.ts'

const DONATIONS_ON_A_PAGE = 50

/** A month's totals and donations. Viewers see the totals; donations name their donors and are not read for viewers. */
export function overviewRouter(deps: {
  readonly db: Knex
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly newsroom: Newsroom
  readonly sessions: StaffSessions
}): Router {
  const { db, pool, clock, newsroom, sessions } = deps
  return new Router().get('/finance', sessions.keep, sessions.requireStaff('viewer'), async (ctx) => {
    const asOf = clock()
    const running = monthOf(localDate(asOf, newsroom.timezone))
    const month = requestedMonth(ctx.query['month'], running)
    const days = daysOf(month)
    const cursor = cursorIn(ctx.query['cursor'])
    const sums = await totals(pool, { ...days, by: 'month' })
    const seesEverything = mayActAs(staffOf(ctx).role, 'auditor')
    const page = seesEverything
      ? await listDonations(db, { ...days, limit: DONATIONS_ON_A_PAGE, cursor })
      : NO_DONATIONS
    ctx.type = 'html'
    ctx.body = overviewPage({
      ...frameOf(ctx, newsroom),
      ...monthChoice(month, running),
      seesEverything,
      totals: sums.map(totalFrom),
      donations: page.rows.map(listed),
      isLaterPage: cursor !== undefined,
      undelivered: seesEverything ? await countGivenUp(pool) : 0,
      ...(page.next ? { nextCursor: cursorText(page.next) } : {}),
      asOf,
    })
  })
}

const NO_DONATIONS: DonationPage = { rows: [], next: null, previous: null }

/** @throws Refusal malformed for a cursor that is in none of our links */
function cursorIn(given: string | string[] | undefined): DonationCursor | undefined {
  if (given === undefined) return undefined
  const cursor = typeof given === 'string' ? parseCursor(given) : null
  if (!cursor) throw new Refusal('malformed', text.finance('refusal.address'))
  return cursor
}

function totalFrom(row: Total): OverviewTotal {
  const { donations, grossMinor, refundedMinor, disputedMinor, feeMinor, currency } = row
  const reversedMinor = refundedMinor + disputedMinor
  const known = { gross: storedMoney(grossMinor, currency), reversed: storedMoney(reversedMinor, currency) }
  if (feeMinor === null) return { donations: Number(donations), ...known }
  const net = storedMoney(grossMinor - reversedMinor - feeMinor, currency)
  return { donations: Number(donations), ...known, fee: storedMoney(feeMinor, currency), net }
}

function listed(row: DonationRow): OverviewDonation {
  const gross = storedMoney(row.gross_minor, row.currency)
  return { ...donationFrom(row, ''), gross, succeededAt: row.succeeded_at }
}
