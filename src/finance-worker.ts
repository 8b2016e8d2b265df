import type pg from 'pg'
import type { Logger } from 'pino'
import { statementRound } from './donors/statements/statement-worker.ts'
import { STATEMENT_PROGRAM, type Statement } from './donors/statements/statement.ts'
import type { Config } from './config/config.ts'
import { MONTHLY_REPORT_PROGRAM, type MonthlyReport } from './exports/monthly-report/monthly-report.ts'
import type { Keyring } from './config/keyring.ts'
import { reminderRound } from './checkout/reminder-worker.ts'
import { giftMessageRound, messageDigestRound } from './donors/messages/gift-message-worker.ts'
import { erasureRequestRound } from './donors/erasure/erasure-request-worker.ts'
import { daily, retentionRound } from './donors/erasure/retention-worker.ts'
import { historyImportRound } from './imports/import-worker.ts'
import { ledgerFoldRound } from './ledger/ledger-fold-worker.ts'
import { postDigest } from './integrations/digest-gateway.ts'
import { digestRound } from './integrations/digest-worker.ts'
import { mailingTool } from './integrations/newsletter/tool-gateway.ts'
import { startToolWorker } from './integrations/newsletter/tool-worker.ts'
import { deliveryGateway, reachIn } from './integrations/webhooks/delivery-gateway.ts'
import { startDeliveryWorker, webhookRetentionRound } from './integrations/webhooks/delivery-worker.ts'
import { newsletterRetentionRound, wishRound } from './newsletter/newsletter-worker.ts'
import { monthlyReportRound } from './mail/monthly-report-worker.ts'
import type { PrintedOn } from './pdf/paper.ts'
import { foldRound } from './reports/totals/fold-worker.ts'
import { agreementFoldRound } from './subscriptions/subscription-worker.ts'
import { startPdfRenderer } from './receipts/receipt-pdf-worker.ts'
import { readerTexts } from './text/text.ts'
import { loopsInTurn, stopAll, type WorkerLoop } from './worker-loop.ts'

export type FinanceWorkerDeps = {
  readonly reporting: Config['reporting']
  readonly digestWebhookUrl: string | null
  readonly newsletter: Config['newsletter']
  readonly messageMail: Config['messageMail']
  readonly checkoutReminder: boolean
  readonly newsroom: Pick<Config['newsroom'], 'name' | 'timezone'>
  readonly languages: Config['languages']
  readonly printedOn: PrintedOn
  readonly retention: Config['retention']
  readonly webhookDays: number
  readonly deployment: Config['deployment']
  readonly keys: Pick<Keyring, 'webhookSecrets'>
  /** For what reads much at once. */
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly log: Logger
}

export type FinanceWorker = {
  readonly webhooks: Pick<WorkerLoop, 'wake'>
  /** What is called at the notifications of a channel. */
  readonly channels: Readonly<Record<'webhooks' | 'newsletter', () => void>>
  /** Draws the report of a month, which goes with its mail. */
  readonly renderReport: (report: MonthlyReport) => Promise<Buffer>
  stop(): Promise<void>
}

/** What runs in the background for the finance desk. None of it is urgent: each loop looks every few seconds. */
export function startFinanceWorker(deps: FinanceWorkerDeps): FinanceWorker {
  const { retention, newsroom, reporting, digestWebhookUrl: url, pool, clock, log } = deps
  const { timezone } = newsroom
  const digest = { pool, timezone, newsroomName: newsroom.name, reporting, clock, log }
  const post = deliveryGateway(reachIn(deps.deployment))
  const webhooks = startDeliveryWorker({ pool, keys: deps.keys, post, clock, spread: Math.random, log })
  const renderer = startPdfRenderer<Statement>({ printedOn: deps.printedOn, program: STATEMENT_PROGRAM })
  const reports = startPdfRenderer<MonthlyReport>({
    printedOn: deps.printedOn,
    program: MONTHLY_REPORT_PROGRAM,
  })
  const textFor = readerTexts(deps.languages)
  const render = (statement: Statement) => renderer.render(statement, textFor(statement.locale).locale)
  const start = loopsInTurn(log)
  const newsletter = newsletterLoops(deps, start)
  const loops = [
    webhooks,
    start('old webhooks', daily(webhookRetentionRound(pool, clock, deps.webhookDays), clock)),
    start('statements', statementRound({ pool, render, clock, log })),
    start('history imports', historyImportRound({ pool, clock, timezone, log })),
    start('report totals', foldRound(pool, clock, reporting.fiscalYearStarts)),
    start('retention', daily(retentionRound({ pool, clock }, retention), clock)),
    start('erasure requests', erasureRequestRound({ pool, clock })),
    ...(deps.checkoutReminder ? [start('reminders', reminderRound(pool, clock))] : []),
    start('messages of gifts', giftMessageRound(deps)),
    ...(deps.messageMail === 'daily'
      ? [start('messages of a day', messageDigestRound({ pool, timezone, clock }))]
      : []),
    start('monthly report', monthlyReportRound(pool, timezone, clock)),
    start('ledger sums', ledgerFoldRound(pool, clock)),
    start('sums of recurring donations', agreementFoldRound(pool)),
    ...newsletter.loops,
    ...(url === null
      ? []
      : [start('digest', digestRound({ ...digest, post: (text) => postDigest(url, text) }))]),
  ]
  return {
    webhooks,
    channels: { webhooks: webhooks.wake, newsletter: newsletter.wake },
    renderReport: reports.render,
    async stop() {
      await Promise.all([renderer.stop(), reports.stop()])
      await stopAll(loops)
    },
  }
}

/** What is kept of a newsletter goes when its time is over, also once the newsroom offers none any more. */
function newsletterLoops(
  { newsletter, retention, pool, clock, log }: FinanceWorkerDeps,
  start: ReturnType<typeof loopsInTurn>,
): {
  readonly loops: readonly WorkerLoop[]
  readonly wake: () => void
} {
  const old = daily(newsletterRetentionRound(pool, clock, retention.donorYears), clock)
  const loops = [start('old newsletter data', old)]
  if (newsletter === null) return { loops, wake: () => undefined }
  loops.push(start('newsletter wishes', wishRound(pool, clock)))
  if (!('key' in newsletter.tool)) return { loops, wake: () => undefined }
  const tool = startToolWorker({ pool, tool: mailingTool(newsletter.tool, clock), clock, log })
  return { loops: [...loops, tool], wake: tool.wake }
}
