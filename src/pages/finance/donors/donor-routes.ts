import { Router } from '@koa/router'
import type { Knex } from 'knex'
import type pg from 'pg'
import type { StaffSessions } from '../../../access/session/session-middleware.ts'
import { notesOfDonor } from '../../../donations/note-store.ts'
import { donorAgreements, donorMails, donorOf, donorYears } from '../../../donors/donor-store.ts'
import { Refusal } from '../../../http/refusal.ts'
import { storedMoney } from '../../../money/money.ts'
import { listDonations } from '../../../reports/donation-list/donation-list-store.ts'
import { donationFrom } from '../../../reports/donation-record.ts'
import { cursorText, parseCursor } from '../../../reports/donation-list/donation-search.ts'
import { frameOf, text, type Newsroom } from '../frame/finance-requests.ts'
import { donorPage } from './donor-view.ts'

const GIFTS_ON_A_PAGE = 25
const NOTES_SHOWN = 20

/** One donor: all gifts, sums by year, recurring donations and mails. The address names a gift, never a person. */
export function donorRouter(deps: {
  readonly db: Knex
  readonly pool: pg.Pool
  readonly newsroom: Newsroom
  readonly sessions: StaffSessions
}): Router {
  const { db, pool, newsroom, sessions } = deps
  const gate = [sessions.keep, sessions.requireStaff('auditor')] as const
  return new Router().get('/finance/donors/:id', ...gate, async (ctx) => {
    const id = ctx.params['id'] ?? ''
    const asked = ctx.query['cursor']
    const cursor = typeof asked === 'string' ? parseCursor(asked) : null
    if (asked !== undefined && !(cursor?.sort === 'date' && cursor.order === 'desc'))
      throw new Refusal('malformed', text.finance('refusal.address'))
    const donor = await donorOf(pool, id)
    if (!donor) throw new Refusal('not_found', text.finance('donor.notFound'))
    const [years, agreements, mails, notes, page] = await Promise.all([
      donorYears(pool, id),
      donorAgreements(pool, id),
      donorMails(pool, id),
      notesOfDonor(pool, id, NOTES_SHOWN),
      listDonations(db, { donor: id, limit: GIFTS_ON_A_PAGE, ...(cursor ? { cursor } : {}) }),
    ])
    ctx.type = 'html'
    ctx.body = donorPage({
      ...frameOf(ctx, newsroom),
      id,
      name: donor.name,
      email: donor.email,
      firstGiftAt: donor.firstGiftAt,
      gifts: Number(donor.gifts),
      years: years.map(({ year, currency, gifts, grossMinor, reversedMinor }) => ({
        year,
        gifts: Number(gifts),
        gross: storedMoney(grossMinor, currency),
        reversed: storedMoney(reversedMinor, currency),
        left: storedMoney(grossMinor - reversedMinor, currency),
      })),
      agreements: agreements.map(({ currency, amountMinor, ...agreement }) => ({
        ...agreement,
        amount: currency === null || amountMinor === null ? null : storedMoney(amountMinor, currency),
      })),
      mails,
      notes,
      page: page.rows.map((row) => ({
        ...donationFrom(row, ''),
        gross: storedMoney(row.gross_minor, row.currency),
        succeededAt: row.succeeded_at,
      })),
      nextCursor: page.next && cursorText(page.next),
      previousCursor: page.previous && cursorText(page.previous),
    })
  })
}
