import type pg from 'pg'
import type { Logger } from 'pino'
import { inTransaction } from '../../db/database.ts'
import * as jobs from './statement-job-store.ts'
import { nextDonor, statementOf } from './statement-store.ts'
import type { Statement } from './statement.ts'

const LEASE_MS = 60_000
const MOST_FAILURES = 3

/**
 * Makes one statement of a job, or ends the job. A process that dies leaves the job to the next one, which goes on after
 * the last statement that was kept.
 * @returns whether there was a job
 */
export function statementRound(deps: {
  readonly pool: pg.Pool
  readonly render: (statement: Statement) => Promise<Buffer>
  readonly clock: () => Date
  readonly log: Logger
}): () => Promise<boolean> {
  const { pool, render, clock, log } = deps
  let claimed: jobs.ClaimedJob | null = null

  return async () => {
    const job = claimed ?? (await jobs.claimStatementJob(pool, LEASE_MS))
    claimed = null
    if (!job) {
      await inTransaction(pool, (tx) => jobs.removeOldStatements(tx, clock()))
      return false
    }
    try {
      const donor = await nextDonor(pool, job, job.lastDonor)
      if (donor === null) {
        await jobs.endStatementJob(pool, job.id, 'done', clock())
        return true
      }
      const statement = await statementOf(pool, donor, job, clock())
      const pdf = statement === null ? null : await render(statement)
      const place = job.made
      // A donor who was erased meanwhile has no statement, and the job goes on after the address.
      const kept =
        statement === null ||
        pdf === null ||
        (await inTransaction(pool, (tx) => {
          const { donorName } = statement
          return jobs.keepStatement(tx, { id: job.id, place, donor, donorName, pdf, leaseMs: LEASE_MS })
        }))
      if (kept) claimed = { ...job, lastDonor: donor, made: pdf === null ? place : place + 1 }
    } catch (error) {
      // The message of an error may name the donor.
      log.error(
        { job: job.id, error: error instanceof Error ? error.name : 'unknown' },
        'a statement could not be made',
      )
      await jobs.noteStatementFailure(pool, job.id)
      if (job.failures + 1 >= MOST_FAILURES) await jobs.endStatementJob(pool, job.id, 'failed', clock())
      return false
    }
    return true
  }
}
