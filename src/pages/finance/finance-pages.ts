import type { Router } from '@koa/router'
import type { Knex } from 'knex'
import type pg from 'pg'
import type { StaffSessions } from '../../access/session/session-middleware.ts'
import type { Config, Reporting } from '../../config/config.ts'
import type { MonthlyReport } from '../../exports/monthly-report/monthly-report.ts'
import type { Statement } from '../../donors/statements/statement.ts'
import type { Exporter } from '../../exports/exporter.ts'
import type { Reach } from '../../integrations/webhooks/endpoint.ts'
import type { ReportReads } from '../../reports/replica/report-reads-gateway.ts'
import type { RefundDeps } from '../../refunds/make-refund.ts'
import { erasureRouter } from './donors/erasure-routes.ts'
import { bankRouter } from './deposits/bank-routes.ts'
import { depositRouter } from './deposits/deposit-routes.ts'
import { donationListRouter } from './donations/list-routes.ts'
import { donationDeskRouter } from './donations/desk-routes.ts'
import { donationRouter } from './donations/donation-routes.ts'
import { donorRouter } from './donors/donor-routes.ts'
import type { RefundLimits } from './donations/refund-limit.ts'
import type { Keyring } from '../../config/keyring.ts'
import { receiptLinks } from '../../receipts/receipt-link.ts'
import { refundRouter } from './donations/refund-routes.ts'
import type { Newsroom } from './frame/finance-requests.ts'
import { importRouter } from './imports/import-routes.ts'
import { undeliveredMailRouter } from './mail/undelivered-mail-routes.ts'
import { messagesRouter } from './messages/messages-routes.ts'
import { newsletterDesk } from './newsletter/newsletter-routes.ts'
import { monthActsRouter } from './months/month-acts-routes.ts'
import { monthsRouter } from './months/months-routes.ts'
import { goalPages } from './settings/goals/goal-page-routes.ts'
import { fundsRouter } from './settings/funds-routes.ts'
import { overviewRouter } from './overview/overview-routes.ts'
import { auditRouter } from './settings/audit/audit-routes.ts'
import { protectionRouter } from './settings/protection-routes.ts'
import { staffRouter } from './settings/access/staff-routes.ts'
import { tokenRouter } from './settings/access/token-routes.ts'
import { webhookPages } from './settings/webhooks/webhook-page-routes.ts'
import { exportPages } from './exports/export-page-routes.ts'
import { accountCodeRouter } from './settings/accounts-routes.ts'
import { handoverReports } from './reports/handover-report-routes.ts'
import { setUpRouter } from './set-up/set-up-routes.ts'
import type { SetUpConfig } from './set-up/set-up.ts'
import { booksPages } from './reports/books-routes.ts'
import type { OperatorWarnings } from '../../http/operator-warnings.ts'
import { statementRouter } from './statements/statement-routes.ts'
import { reportRouter } from './reports/report-routes.ts'

/** What the pages of finance need. Each router takes the part that it uses. */
export type FinanceDeps = {
  readonly db: Knex
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Newsroom & { readonly email: string }
  readonly reporting: Reporting
  readonly config: SetUpConfig &
    Pick<Config, 'challenge' | 'webhookDays' | 'messageMail' | 'supportersList' | 'newsletter'>
  readonly writeOffApproval: Config['writeOffApproval']
  readonly sessions: StaffSessions
  readonly exporter: Exporter
  /** For reports alone. */
  readonly reads: ReportReads
  readonly renderStatement: (statement: Statement) => Promise<Buffer>
  readonly renderReport: (report: MonthlyReport) => Promise<Buffer>
  readonly createRefund: RefundDeps['createRefund']
  readonly refundLimits: RefundLimits
  readonly keys: Pick<Keyring, 'receiptCodes' | 'receiptLinks' | 'webhookSecrets'>
  readonly webhookReach: Reach
  readonly warnings: Pick<OperatorWarnings, 'has'>
}

/** Every page for signed-in staff. */
export function financePages(deps: FinanceDeps): readonly Router[] {
  return [
    overviewRouter(deps),
    setUpRouter(deps),
    donationListRouter(deps),
    donationRouter(deps),
    refundRouter(deps),
    donationDeskRouter({ ...deps, receiptToken: receiptLinks(deps.keys.receiptLinks).tokenFor }),
    donorRouter(deps),
    erasureRouter(deps),
    bankRouter(deps),
    depositRouter(deps),
    importRouter(deps),
    undeliveredMailRouter(deps),
    messagesRouter(deps),
    ...newsletterDesk(deps),
    monthsRouter(deps),
    monthActsRouter(deps),
    reportRouter(deps),
    fundsRouter(deps),
    booksPages(deps),
    auditRouter(deps),
    staffRouter(deps),
    tokenRouter(deps),
    accountCodeRouter(deps),
    protectionRouter(deps),
    goalPages(deps),
    webhookPages(deps),
    exportPages(deps),
    handoverReports(deps),
    statementRouter(deps),
  ]
}
