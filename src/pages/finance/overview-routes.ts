import { Router } from '@koa/router'
import type { Knex } from 'knex'
import { mayActAs } from '../../access/role.ts'
import { staffOf, type StaffSessions } from '../../access/session-middleware.ts'
import type { NewsroomProfile } from '../../newsroom/profile.ts'
import { Refusal } from '../../http/refusal.ts'
import { localDate } from '../../calendar/local-date.ts'
import { cursorText, parseCursor, type DonationCursor } from '../../reports/donation-cursor.ts'
import { donationPage, type DonationPage } from '../../reports/donation-list-store.ts'
import { donationFrom, type DonationRow } from '../../reports/donation-record.ts'
import { daysOf, monthOf } from '../../calendar/month.ts'
import { storedMoney } from '../../money/stored-money.ts'
import { totals } from '../../reports/totals-store.ts'
import { textFor } from '../../text/text.ts'
import { known } from './known.ts'
import { monthAsked, monthChoice } from './month-asked.ts'
import { overviewPage, type OverviewDonation } from './overview-view.ts'

/** Donations on one page. */
const LISTED = 50

/** The month at a glance. Viewers see its totals; donations, which name their donors, are not even read for them. */
export function overviewRouter(deps: {
  readonly db: Knex
  readonly clock: () => Date
  readonly newsroom: Pick<NewsroomProfile, 'name' | 'timezone'>
  readonly sessions: StaffSessions
}): Router {
  const { db, clock, newsroom, sessions } = deps
  return new Router().get('/finance', sessions.keep, sessions.requireStaff('viewer'), async (ctx) => {
    const staff = staffOf(ctx)
    const asOf = clock()
    const running = monthOf(localDate(asOf, newsroom.timezone))
    const month = monthAsked(ctx.query['month'], running)
    const days = daysOf(month)
    const cursor = cursorAsked(ctx.query['cursor'])
    const sums = await totals(db, { ...days, by: 'month' })
    const seesDonors = mayActAs(staff.role, 'finance')
    const page = seesDonors ? await donationPage(db, { ...days, limit: LISTED, cursor }) : NOTHING
    ctx.type = 'html'
    ctx.body = overviewPage({
      text: textFor('en'),
      newsroomName: newsroom.name,
      staffEmail: staff.email,
      locale: 'en',
      timeZone: newsroom.timezone,
      seesEverything: seesDonors,
      ...monthChoice(month, running),
      totals: sums.map(({ donations, grossMinor, refundedMinor, disputedMinor, feeMinor, currency }) => {
        const wentMinor = refundedMinor + disputedMinor
        return {
          donations: Number(donations),
          gross: storedMoney(grossMinor, currency),
          wentBack: storedMoney(wentMinor, currency),
          ...(feeMinor === null
            ? {}
            : {
                fee: storedMoney(feeMinor, currency),
                net: storedMoney(grossMinor - wentMinor - feeMinor, currency),
              }),
        }
      }),
      donations: page.rows.map(line),
      isLaterPage: cursor !== undefined,
      ...(page.next ? { nextCursor: cursorText(page.next) } : {}),
      asOf,
    })
  })
}

const NOTHING: DonationPage = { rows: [], next: null }

/** @throws Refusal malformed for what no page of ours wrote */
function cursorAsked(given: string | string[] | undefined): DonationCursor | undefined {
  if (given === undefined) return undefined
  const cursor = typeof given === 'string' ? parseCursor(given) : null
  if (!cursor) throw new Refusal('malformed', 'The address is not valid.')
  return cursor
}

function line(row: DonationRow): OverviewDonation {
  const { id, status, article, donor, receipt } = donationFrom(row, '')
  return {
    id,
    status,
    succeededAt: row.succeeded_at,
    gross: storedMoney(row.gross_minor, row.currency),
    donor: known(donor),
    ...(article ? { article: { url: article.url, ...known({ title: article.title }) } } : {}),
    ...(receipt ? { receipt } : {}),
  }
}
