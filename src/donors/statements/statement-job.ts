/** How a job stands. The constraint `statement_jobs_status_is_known` in the database lists the same. */
export const statementJobStatuses = ['waiting', 'done', 'failed', 'cancelled'] as const

/** The statements of a year for all donors. */
export type StatementJob = {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly by: string
  readonly requestedAt: Date
  readonly status: (typeof statementJobStatuses)[number]
  readonly donors: number
  readonly made: number
  readonly endedAt: Date | null
  /** Null while its files can be downloaded. */
  readonly removedAt: Date | null
}

/** Files are kept for a week after the job has ended. */
export const STATEMENTS_KEPT_DAYS = 7
