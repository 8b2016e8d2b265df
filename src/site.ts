import type { RequestListener } from 'node:http'
import type { Logger } from 'pino'
import { startRefusalLog } from './access/audit/refusal-log-worker.ts'
import type { AppDeps } from './app.ts'
import { dayAway } from './calendar/days.ts'
import { localDate } from './calendar/local-date.ts'
import type { Config } from './config/config.ts'
import { expectedOf, keyringOf, mailerFor, ownershipOf, stripeConnection, type Half } from './connections.ts'
import { openDatabaseFor } from './database-connections.ts'
import { ask, secondsAheadOf, type Database, type DatabaseDeadlines } from './db/database.ts'
import { takeDataFolder } from './data-folder.ts'
import { databaseProblem, prepareDatabase } from './database-checks.ts'
import { makeExporter } from './exports/exporter.ts'
import { MONTHLY_REPORT_PROGRAM, type MonthlyReport } from './exports/monthly-report/monthly-report.ts'
import { STATEMENT_PROGRAM, type Statement } from './donors/statements/statement.ts'
import { notifier } from './db/notify.ts'
import { makeMetrics, type Metrics, type QueueDepths } from './http/metrics.ts'
import { outboxDepth } from './outbox/outbox-store.ts'
import { startPdfRenderer } from './receipts/receipt-pdf-worker.ts'
import { receiptCodes, receiptProofs } from './receipts/receipt-code.ts'
import { receiptPdfs } from './receipts/receipt-pdfs.ts'
import { stepInForce } from './protection/attack-mode.ts'
import { startKeptOutCounter } from './protection/kept-out-worker.ts'
import { readProtection } from './protection/protection-store.ts'
import { recordProfile } from './newsroom/profile-store.ts'
import { readsFromPrimary, readsFromReplica, watchReplica } from './reports/replica/report-reads-gateway.ts'
import { SETTLED_DAYS, unexplainedAmounts } from './reports/attention/attention-store.ts'
import { recordOpening } from './settlement/opening/opening-store.ts'
import { completeUpTo, lastRecovered } from './sync/sync-state-store.ts'
import { countOpenRows } from './sync/unreadable-rows-store.ts'
import { makeStripe } from './stripe/stripe-gateway.ts'
import { countReadAsObjects, inboxDepth, inboxNeedsAttention } from './inbox/inbox-store.ts'
import { readerTexts } from './text/text.ts'
import { giftTrace, type GiftTrace } from './tracing/record-steps.ts'

/** One site of the service: its database, Stripe, mails, web half and worker. Sites share nothing but the process. */
export type Site = {
  /** The site's name; null when it is the only one. */
  readonly name: string | null
  /** Where readers reach it. */
  readonly url: string
  /** The offline Stripe's address; null when the site talks to the real Stripe. */
  readonly sandboxUrl: string | null
  readonly database: Database
  readonly metrics: Metrics
  /** Answers the site's requests. Null in a worker. */
  readonly answer: RequestListener | null
  /** Why the site cannot serve, in a sentence; null if it can. */
  problem(): Promise<string | null>
  /** Ends answers that wait, and begins to count the time of the stop: no request comes any more. */
  leave(): void
  /** Finishes the work in hand and leaves nothing running. */
  stop(): Promise<void>
}

export type StartOptions = {
  readonly half: Half
  readonly log: Logger
  readonly clock: () => Date
  readonly deadlines?: DatabaseDeadlines
  /** How long a stop waits for the database, from its beginning. */
  readonly stopMs?: number
}

// The whole process has ten seconds to stop, and a silent database would use them up. The time begins with the requests
// in hand, which wait for the database too.
const STOP_MS = 6_000

/** Connects a site to its database, mail server and Stripe, then starts its web half, its worker half or both. */
export async function startSite(config: Config, options: StartOptions): Promise<Site> {
  const { half, log, clock } = options
  const closers: (() => Promise<void> | void)[] = []
  let abandonDatabase: () => void = () => undefined
  const stopping = new AbortController()
  let impatience: NodeJS.Timeout | undefined
  const leave = (): void => {
    stopping.abort()
    impatience ??= setTimeout(() => abandonDatabase(), options.stopMs ?? STOP_MS)
  }
  const stop = async (): Promise<void> => {
    leave()
    for (const close of closers.splice(0).toReversed()) await close()
    clearTimeout(impatience)
  }
  try {
    const printedOn = { paper: config.paper, logo: await logoOf(config) }
    closers.push(await takeDataFolder(config, half))
    const connections = await openDatabaseFor(config, log, {
      within: options.deadlines,
      meanwhile: () => void loadHalf(half).catch(() => undefined), // it fails again below
    })
    await loadHalf(half)
    closers.push(connections.stop)
    abandonDatabase = connections.abandon
    const { database, databaseUrl, patient, intake, exports, replica } = connections
    await prepareDatabase(config, connections, half, log)
    const problemOfDatabase = () => databaseProblem(config, connections)

    const metrics = makeMetrics(
      () => queueDepths(database, clock, config.newsroom.timezone),
      connections.loads,
    )
    const trace = await traceFor(config, half, database, clock, closers)
    const mail = mailerFor(config)
    closers.push(() => mail.mailer.close())
    const common = { config, database, patient, log, clock, metrics, trace }

    const connection = await stripeConnection(config, half, log, clock, closers)
    const stripe = makeStripe(connection.secretKey, connection.apiBase)
    const keys = await keyringOf(config)
    const ownership = ownershipOf(config, keys)
    let onStored: AppDeps['onStored'] = notifier(database.pool, 'inbox', (error) =>
      log.warn({ err: error }, 'the worker could not be notified'),
    )
    if (half !== 'web') {
      await recordProfile(database.pool, config.newsroom, clock())
      await recordOpening(database.pool, config.booksOpenOn, config.newsroom.timezone, clock())
      const expected = expectedOf(config)
      const workerDeps = { databaseUrl, mailer: mail.mailer, expected, ownership, stripe, keys, printedOn }
      const { startWorker } = await import('./worker.ts')
      const worker = await startWorker({ ...common, ...workerDeps })
      closers.push(() => worker.stop())
      onStored = worker.process
    }
    const problem = async () => (await Promise.all([problemOfDatabase(), ask(intake)]))[0]
    const name = config.site?.name ?? null
    const site = { name, url: config.publicUrl, database, metrics, problem, leave, stop }
    if (half === 'worker') return { ...site, sandboxUrl: null, answer: null }

    const refusals = startRefusalLog({ db: database.knex, clock, log })
    closers.push(() => refusals.stop())
    const textFor = readerTexts(config.languages)
    const keptOut = startKeptOutCounter({ db: database.pool, clock, log, count: metrics.countProtection })
    closers.push(() => keptOut.stop())
    const pdfRenderer = startPdfRenderer({ printedOn })
    closers.push(() => pdfRenderer.stop())
    const statements = startPdfRenderer<Statement>({ printedOn, program: STATEMENT_PROGRAM })
    closers.push(() => statements.stop())
    const reports = startPdfRenderer<MonthlyReport>({ printedOn, program: MONTHLY_REPORT_PROGRAM })
    closers.push(() => reports.stop())
    const watch = replica && watchReplica({ primary: patient.pool, replica: replica.database.pool, log })
    const ofReplica = replica && watch && { exports: replica.exports, watch }
    const exporter = makeExporter({ exports, replica: ofReplica, pool: patient.pool, clock })
    const primary = { db: patient.knex, pool: patient.pool }
    const reads =
      replica && watch
        ? readsFromReplica({
            primary,
            replica: { db: replica.database.knex, pool: replica.database.pool },
            watch,
            clock,
          })
        : readsFromPrimary(primary)
    const { createApp } = await import('./app.ts')
    const app = await createApp({
      ...common,
      stopping: stopping.signal,
      pdfOf: receiptPdfs({
        db: database.pool,
        render: pdfRenderer.render,
        textFor,
        printedOn,
        proofOf: receiptProofs(receiptCodes(keys.receiptCodes), config.publicUrl),
      }),
      intake,
      health: {
        databaseProblem: problemOfDatabase,
        askIntake: () => ask(intake),
        secondsAhead: () => secondsAheadOf(intake, clock),
        starved: () => connections.loads().find((load) => load.problem !== null)?.problem ?? null,
      },
      files: {
        exporter,
        reads,
        renderReport: reports.render,
        renderStatement: (statement) => statements.render(statement, textFor(statement.locale).locale),
      },
      noteRefusal: refusals.note,
      note: keptOut.note,
      stripe,
      connection,
      keys,
      marks: ownership.marks,
      capturedMails: mail.captured,
      onStored,
    })
    const { sandboxUrl } = connection
    return { ...site, sandboxUrl, answer: app.callback() }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Loads what only one half needs: most of the code, while the embedded database starts where there is one. */
async function loadHalf(half: Half): Promise<void> {
  if (half !== 'web') await import('./worker.ts')
  if (half !== 'worker') await import('./app.ts')
}

/** Drawing a PDF takes a hundred files, which this process reads only to look at a logo: its own threads draw. */
async function logoOf({ logoFile }: Pick<Config, 'logoFile'>) {
  if (logoFile === null) return null
  const { readLogo } = await import('./pdf/logo.ts')
  return readLogo(logoFile)
}

/** Records the steps of gifts where a collector is configured. Nothing of it is loaded elsewhere. */
async function traceFor(
  { tracesTo: endpoint }: Config,
  half: Half,
  { pool: db }: Database,
  clock: () => Date,
  closers: (() => Promise<void> | void)[],
): Promise<GiftTrace | undefined> {
  if (endpoint === null) return undefined
  const { startTracing } = await import('./tracing/tracing-gateway.ts')
  const { record, stop } = startTracing({ endpoint, part: half })
  closers.push(stop)
  return giftTrace({ record, db, clock })
}

async function queueDepths(database: Database, clock: () => Date, timezone: string): Promise<QueueDepths> {
  const upTo = await completeUpTo(database.pool)
  const outbox = await outboxDepth(database.pool)
  const protection = await readProtection(database.pool)
  return {
    inbox: await inboxDepth(database.pool),
    protection: {
      step: stepInForce(protection.mode, protection.control),
      giving: protection.givingOffSince === null,
    },
    readAsObjects: await countReadAsObjects(database.pool),
    inboxNeedsAttention: await inboxNeedsAttention(database.pool),
    outbox: { waiting: outbox.waiting, oldestSeconds: outbox.oldestS, gaveUp: outbox.gaveUp },
    sync: {
      completeUpToSeconds: upTo === null ? Infinity : (clock().getTime() - upTo.getTime()) / 1000,
      recovered: await lastRecovered(database.pool),
      unreadable: await countOpenRows(database.pool),
    },
    unreconciled: await unexplainedAmounts(
      database.pool,
      dayAway(localDate(clock(), timezone), -SETTLED_DAYS),
    ),
  }
}
