import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { Router } from '@koa/router'
import type { Context } from 'koa'
import type pg from 'pg'
import yazl from 'yazl'
import { z } from 'zod'
import { actorName, actorOf } from '../../../access/actor.ts'
import { recordAct } from '../../../access/audit/audit-trail-store.ts'
import type { StaffSessions } from '../../../access/session/session-middleware.ts'
import { localDate } from '../../../calendar/local-date.ts'
import type { Reporting } from '../../../config/config.ts'
import { inTransaction } from '../../../db/database.ts'
import * as jobs from '../../../donors/statements/statement-job-store.ts'
import type { StatementJob } from '../../../donors/statements/statement-job.ts'
import { countDonors, donorOf, statementOf } from '../../../donors/statements/statement-store.ts'
import { daysOfYear, yearAsked, type Statement } from '../../../donors/statements/statement.ts'
import { BYTE_ORDER_MARK } from '../../../exports/formats/csv-sql.ts'
import { Refusal } from '../../../http/refusal.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { frameOf, text, type Newsroom } from '../frame/finance-requests.ts'
import { fieldRefusal, readForm, showsAgain } from '../frame/form-requests.ts'
import { statementsPage } from './statements-view.ts'

const JOBS_ON_A_PAGE = 20
const PATH = '/finance/statements'

/** Statements of a year: of one donor, and in the background of all. Whoever may read donors may make and read them. */
export function statementRouter(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Newsroom
  readonly reporting: Reporting
  readonly sessions: StaffSessions
  /** Draws a statement. @throws Refusal unavailable when too many wait */
  readonly renderStatement: (statement: Statement) => Promise<Buffer>
}): Router {
  const { pool, clock, newsroom, reporting, sessions } = deps
  const gate = [sessions.keep, sessions.requireStaff('auditor')] as const
  const post = [sameOriginOnly(deps.publicUrl), ...gate] as const

  async function show(ctx: Context) {
    const today = localDate(clock(), newsroom.timezone)
    ctx.type = 'html'
    ctx.body = statementsPage({
      ...frameOf(ctx, newsroom),
      jobs: await jobs.latestStatementJobs(pool, JOBS_ON_A_PAGE),
      year: String(Number(today.slice(0, 4)) - 1),
      hasFiscalYear: reporting.fiscalYearStarts !== 1,
    })
  }

  return new Router()
    .get('/finance/donors/:id/statement.pdf', ...gate, async (ctx) => {
      const donation = z.uuid().safeParse(ctx.params['id']).data
      const asked = yearAsked.safeParse(ctx.query)
      if (!asked.success) throw new Refusal('malformed', text.finance('statements.problemYear'))
      const days = daysOfYear(asked.data, reporting.fiscalYearStarts)
      const donor = donation === undefined ? null : await donorOf(pool, donation)
      const statement = donor === null ? null : await statementOf(pool, donor, days, clock())
      if (!statement) throw new Refusal('not_found', text.finance('statements.noGifts'))
      const pdf = await deps.renderStatement(statement)
      await inTransaction(pool, (tx) =>
        recordAct(tx, {
          actor: actorOf(ctx),
          act: 'statement_read',
          subject: `donation/${donation}`,
          after: days,
          at: clock(),
        }),
      )
      ctx.set('Content-Disposition', `inline; filename="statement-${days.from}-${days.to}.pdf"`)
      ctx.type = 'application/pdf'
      ctx.body = pdf
    })
    .get(PATH, ...gate, (ctx) => show(ctx))
    .post(PATH, ...post, showsAgain({ page: show, main: 'year' }), async (ctx) => {
      const problem = text.finance('statements.problemYear')
      const kind = text.finance('statements.problemKind')
      const asked = await readForm(ctx, yearAsked, {
        year: problem,
        form: problem,
        ...(reporting.fiscalYearStarts === 1 ? {} : { kind }),
      })
      const days = daysOfYear(asked, reporting.fiscalYearStarts)
      const donors = await countDonors(pool, days)
      const nobody = text.finance('statements.nobody')
      if (donors === 0) throw fieldRefusal(['year'], { year: nobody, form: nobody })
      await inTransaction(pool, async (tx) => {
        const [id, at, actor] = [randomUUID(), clock(), actorOf(ctx)]
        await jobs.insertStatementJob(tx, { id, ...days, by: actorName(actor), requestedAt: at, donors })
        await recordAct(tx, {
          actor,
          act: 'statements_requested',
          subject: `statements/${id}`,
          after: { ...days, donors },
          at,
        })
      })
      ctx.redirect(PATH)
      ctx.status = 303
    })
    .post(`${PATH}/:id/cancel`, ...post, showsAgain({ page: show }), async (ctx) => {
      const { id } = await jobOf(pool, ctx)
      await inTransaction(pool, async (tx) => {
        const at = clock()
        if (await jobs.cancelStatementJob(tx, id, at))
          await recordAct(tx, {
            actor: actorOf(ctx),
            act: 'statements_cancelled',
            subject: `statements/${id}`,
            at,
          })
      })
      ctx.redirect(PATH)
      ctx.status = 303
    })
    .get(`${PATH}/:id.zip`, ...gate, async (ctx) => {
      const job = await jobOf(pool, ctx)
      if (job.status !== 'done' || job.removedAt !== null)
        throw new Refusal('not_found', text.finance('statements.notThere'))
      await inTransaction(pool, (tx) =>
        recordAct(tx, {
          actor: actorOf(ctx),
          act: 'statements_downloaded',
          subject: `statements/${job.id}`,
          after: { from: job.from, to: job.to, statements: job.made },
          at: clock(),
        }),
      )
      ctx.set('Content-Disposition', `attachment; filename="statements-${job.from}-${job.to}.zip"`)
      ctx.type = 'application/zip'
      if (ctx.method !== 'HEAD') ctx.body = zipOf(pool, job)
    })
}

async function jobOf(pool: pg.Pool, ctx: Context): Promise<StatementJob> {
  const id = z.uuid().safeParse(ctx.params['id']).data
  const job = id === undefined ? null : await jobs.statementJob(pool, id)
  if (!job) throw new Refusal('not_found', text.finance('statements.notThere'))
  return job
}

const DONORS_AT_ONCE = 1_000
const fileName = (place: number): string => `statement-${String(place + 1).padStart(6, '0')}.pdf`

/** Says which file is whose, for whoever sends them. */
async function* listOfDonors(pool: pg.Pool, { id, made }: StatementJob): AsyncGenerator<string> {
  const t = text.finance
  const line = (cells: readonly string[]) =>
    `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`
  yield (
    BYTE_ORDER_MARK + line([t('statements.list.file'), t('statements.list.name'), t('statements.list.email')])
  )
  for (let from = 0; from < made; from += DONORS_AT_ONCE) {
    const donors = await jobs.statementDonors(pool, id, from, DONORS_AT_ONCE)
    yield donors.map(({ place, name, email }) => line([fileName(place), name, email])).join('')
  }
}

/** A list of the files, and one file for each donor, read from the database one at a time while the zip is sent. */
function zipOf(pool: pg.Pool, job: StatementJob): Readable {
  const zip = new yazl.ZipFile()
  const mtime = job.endedAt ?? job.requestedAt
  const add = (place: number): void => {
    if (place >= job.made) return zip.end()
    // A PDF is compressed already.
    const give = async (put: (error: unknown, stream: Readable) => void) => {
      try {
        const pdf = await jobs.statementFile(pool, job.id, place)
        if (pdf === null) throw new Error('A statement was removed while it was downloaded')
        add(place + 1)
        put(null, Readable.from([pdf]))
      } catch (error) {
        put(error, Readable.from([]))
      }
    }
    // A PDF is compressed already.
    zip.addReadStreamLazy(fileName(place), { mtime, compress: false }, (put) => void give(put))
  }
  zip.addReadStreamLazy('statements.csv', { mtime }, (put) =>
    put(null, Readable.from(listOfDonors(pool, job))),
  )
  add(0)
  const output = Readable.from(zip.outputStream, { objectMode: false })
  zip.on('error', (error: Error) => output.destroy(error))
  return output
}
