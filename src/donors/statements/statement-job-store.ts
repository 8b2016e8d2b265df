import type { Queryable } from '../../db/database.ts'
import { guardedSql } from '../../exports/formats/csv-sql.ts'
import { STATEMENTS_KEPT_DAYS, type StatementJob } from './statement-job.ts'

const JOB = `id, first_day as "from", last_day as "to", requested_by as by, requested_at as "requestedAt", status, donors,
  made, ended_at as "endedAt", removed_at as "removedAt"`

export async function insertStatementJob(
  tx: Queryable,
  job: Pick<StatementJob, 'id' | 'from' | 'to' | 'by' | 'requestedAt' | 'donors'>,
): Promise<void> {
  await tx.query(
    `insert into statement_jobs (id, first_day, last_day, requested_by, requested_at, donors) values ($1, $2, $3, $4, $5, $6)`,
    [job.id, job.from, job.to, job.by, job.requestedAt, job.donors],
  )
}

export async function latestStatementJobs(db: Queryable, limit: number): Promise<readonly StatementJob[]> {
  const { rows } = await db.query<StatementJob>(
    `select ${JOB} from statement_jobs order by requested_at desc limit $1`,
    [limit],
  )
  return rows
}

export async function statementJob(db: Queryable, id: string): Promise<StatementJob | null> {
  const { rows } = await db.query<StatementJob>(`select ${JOB} from statement_jobs where id = $1`, [id])
  return rows[0] ?? null
}

/** @returns false when it has ended already */
export async function cancelStatementJob(tx: Queryable, id: string, at: Date): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update statement_jobs set status = 'cancelled', ended_at = $2, removed_at = $2, last_donor = '', claimed_until = null
      where id = $1 and status = 'waiting'`,
    [id, at],
  )
  if (rowCount === 1) await tx.query('delete from statement_files where job_id = $1', [id])
  return rowCount === 1
}

export type ClaimedJob = StatementJob & { readonly lastDonor: string; readonly failures: number }

/** Takes the oldest job that nobody works on, for as long as the lease lasts. */
export async function claimStatementJob(db: Queryable, leaseMs: number): Promise<ClaimedJob | null> {
  const { rows } = await db.query<ClaimedJob>(
    `update statement_jobs set claimed_until = now() + $1 * interval '1 millisecond'
      where id = (select id from statement_jobs where status = 'waiting' and (claimed_until is null or claimed_until < now())
        order by requested_at limit 1 for update skip locked)
      returning ${JOB}, last_donor as "lastDonor", failures`,
    [leaseMs],
  )
  return rows[0] ?? null
}

/**
 * Keeps the next statement of a job. Call it in a database transaction.
 * @returns false when the job was cancelled or began again, another worker has made this statement, or the donor was
 *   erased since it was drawn
 */
export async function keepStatement(
  tx: Queryable,
  {
    id,
    place,
    donor,
    donorName,
    pdf,
    leaseMs,
  }: {
    readonly id: string
    readonly place: number
    /** The address, in lower case. */
    readonly donor: string
    readonly donorName: string | null
    readonly pdf: Buffer
    readonly leaseMs: number
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update statement_jobs set made = made + 1, last_donor = $3, claimed_until = now() + $4 * interval '1 millisecond'
      where id = $1 and status = 'waiting' and made = $2`,
    [id, place, donor, leaseMs],
  )
  if (rowCount !== 1) return false
  // An erasure holds the job's row until it commits: this statement sees what it has done.
  const inserted = await tx.query(
    `insert into statement_files (job_id, place, pdf, donor_email, donor_name)
      select $1::uuid, $2::integer, $3::bytea, $4::text, $5::text
      where exists (select from donations where lower(donor_email) = $4 and donor_erased_at is null)`,
    [id, place, pdf, donor, donorName],
  )
  if (inserted.rowCount === 1) return true
  await tx.query(`update statement_jobs set made = $2, last_donor = '', claimed_until = null where id = $1`, [
    id,
    place,
  ])
  return false
}

export async function endStatementJob(
  db: Queryable,
  id: string,
  status: 'done' | 'failed',
  at: Date,
): Promise<void> {
  await db.query(
    `update statement_jobs set status = $2, ended_at = $3, last_donor = '', claimed_until = null where id = $1 and status = 'waiting'`,
    [id, status, at],
  )
}

/** Notes a failure, so that the job is tried again when its lease ends. */
export async function noteStatementFailure(db: Queryable, id: string): Promise<void> {
  await db.query('update statement_jobs set failures = failures + 1 where id = $1', [id])
}

/** The file at a place; null after the last one. */
export async function statementFile(db: Queryable, id: string, place: number): Promise<Buffer | null> {
  const { rows } = await db.query<{ pdf: Buffer }>(
    'select pdf from statement_files where job_id = $1 and place = $2',
    [id, place],
  )
  return rows[0]?.pdf ?? null
}

/** Whose statement stands at each place. Empty where an earlier release made it, or the donor gave no name. */
export type StatementDonor = { readonly place: number; readonly name: string; readonly email: string }

/** The donors of a job from a place on, in the order of their files, as a spreadsheet may show them. */
export async function statementDonors(
  db: Queryable,
  id: string,
  from: number,
  limit: number,
): Promise<readonly StatementDonor[]> {
  const { rows } = await db.query<StatementDonor>(
    `select place, coalesce(${guardedSql('donor_name')}, '') as name, coalesce(${guardedSql('donor_email')}, '') as email
       from statement_files where job_id = $1 and place >= $2 order by place limit $3`,
    [id, from, limit],
  )
  return rows
}

/** Removes the files of jobs that ended long enough ago. @returns of how many jobs */
export async function removeOldStatements(tx: Queryable, now: Date): Promise<number> {
  const { rows } = await tx.query<{ id: string }>(
    `update statement_jobs set removed_at = $1
      where removed_at is null and ended_at < $1::timestamptz - ${STATEMENTS_KEPT_DAYS} * interval '1 day' returning id`,
    [now],
  )
  if (rows.length > 0)
    await tx.query('delete from statement_files where job_id = any($1::uuid[])', [rows.map(({ id }) => id)])
  return rows.length
}
