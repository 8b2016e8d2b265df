import { Router } from '@koa/router'
import type pg from 'pg'
import { z } from 'zod'
import type { StaffSessions } from '../../../access/session/session-middleware.ts'
import { localDate } from '../../../calendar/local-date.ts'
import type { Keyring } from '../../../config/keyring.ts'
import type { Reporting } from '../../../config/config.ts'
import { ledgerCurrencies } from '../../../exports/account-code-store.ts'
import { receiptCodes } from '../../../receipts/receipt-code.ts'
import { proofOfRegister, registerPage } from '../../../reports/receipt-register-store.ts'
import type { ReportReads } from '../../../reports/replica/report-reads-gateway.ts'
import { donorsQuery } from '../../../reports/donors-above.ts'
import { listDonorsAbove } from '../../../reports/donors-above-store.ts'
import { inMinorUnits } from '../exports/export-page-routes.ts'
import { frameOf, text, type Newsroom } from '../frame/finance-requests.ts'
import { donorsPage } from './donors-view.ts'
import { registerPageView } from './register-view.ts'

const RECEIPTS_ON_A_PAGE = 40
const DONORS_ON_A_PAGE = 200

const registerQuery = z.object({
  year: z
    .string()
    .regex(/^[1-9]\d{3}$/)
    .transform(Number),
  from: z
    .string()
    .regex(/^[1-9]\d{0,11}$/)
    .transform(Number)
    .default(1),
})

/** The receipts register and the donors above an amount. */
export function handoverReports(deps: {
  readonly pool: pg.Pool
  readonly reads: ReportReads
  readonly clock: () => Date
  readonly newsroom: Newsroom
  readonly reporting: Reporting
  readonly sessions: StaffSessions
  readonly keys: Pick<Keyring, 'receiptCodes'>
}): Router {
  const codes = receiptCodes(deps.keys.receiptCodes)
  const { pool, reads, clock, newsroom, reporting, sessions } = deps
  const gate = [sessions.keep, sessions.requireStaff('auditor')] as const
  const thisYear = () => localDate(clock(), newsroom.timezone).slice(0, 4)
  return new Router()
    .get('/finance/reports/receipts', ...gate, async (ctx) => {
      const parsed = registerQuery.safeParse({ year: thisYear(), ...ctx.query })
      const wrong = new Set(parsed.success ? [] : parsed.error.issues.map(({ path }) => path[0]))
      if (!parsed.success) ctx.status = 400
      const { year, from } = parsed.success ? parsed.data : { year: Number(thisYear()), from: 1 }
      const { found, asOf: figuresAsOf } = await reads(({ db }) =>
        Promise.all([proofOfRegister(db, year), registerPage(db, { year, from, limit: RECEIPTS_ON_A_PAGE })]),
      )
      const [proof, rows] = found
      const next = from + RECEIPTS_ON_A_PAGE
      ctx.type = 'html'
      ctx.body = registerPageView({
        ...frameOf(ctx, newsroom),
        figuresAsOf,
        year,
        typed: Object.fromEntries(
          Object.entries(ctx.query).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
        ),
        from,
        proof,
        rows,
        codeOf: (number) => codes.codeFor({ year, number }),
        next: BigInt(next) <= proof.last ? next : null,
        problems: [
          ...(wrong.has('year') ? [{ fieldId: 'year', message: text.finance('register.problemYear') }] : []),
          ...(wrong.has('from') ? [{ fieldId: 'from', message: text.finance('register.problemFrom') }] : []),
        ],
      })
    })
    .get('/finance/reports/donors', ...gate, async (ctx) => {
      const given = Object.fromEntries(
        Object.entries(ctx.query).filter(
          (pair): pair is [string, string] => typeof pair[1] === 'string' && pair[1] !== '',
        ),
      )
      const year = thisYear()
      const typed = {
        from: `${year}-01-01`,
        to: `${year}-12-31`,
        currency: String(reporting.currency),
        amount: '250',
        measure: 'total',
        ...given,
      }
      const parsed = donorsQuery.safeParse(inMinorUnits(typed))
      if (!parsed.success) ctx.status = 400
      const { found, asOf: figuresAsOf } = parsed.success
        ? await reads((place) => listDonorsAbove(place, parsed.data, DONORS_ON_A_PAGE))
        : { found: { donors: [], count: 0n }, asOf: null }
      const currencies = await ledgerCurrencies(pool)
      ctx.type = 'html'
      ctx.body = donorsPage({
        ...frameOf(ctx, newsroom),
        figuresAsOf,
        typed,
        currencies: [...new Set([...currencies, String(reporting.currency)])].toSorted(),
        donors: found.donors,
        count: Number(found.count),
        problems: parsed.success ? [] : [{ fieldId: 'from', message: text.finance('donorList.problem') }],
      })
    })
}
