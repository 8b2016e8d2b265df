import type { Knex } from 'knex'

/** The statements of a year for all donors are made in the background and kept for a limited time. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table statement_jobs (
      id uuid primary key,
      first_day date not null,
      last_day date not null,
      requested_by text not null,
      requested_at timestamptz not null,
      status text not null default 'waiting',
      donors integer not null,
      made integer not null default 0,
      last_donor text not null default '',
      claimed_until timestamptz,
      failures integer not null default 0,
      ended_at timestamptz,
      removed_at timestamptz,

      constraint statement_jobs_status_is_known check (status in ('waiting', 'done', 'failed', 'cancelled')),
      constraint statement_jobs_end_once check ((status = 'waiting') = (ended_at is null)),
      constraint statement_jobs_days_are_in_order check (first_day <= last_day)
    );
    comment on table statement_jobs is 'Statements of a year for all donors that somebody asked for.';
    comment on column statement_jobs.last_donor is
      'The address of the donor whose statement was made last, so that a restarted process goes on; empty once the job has ended.';
    comment on column statement_jobs.claimed_until is 'Until then a worker has the job; a worker that died loses it.';
    comment on column statement_jobs.removed_at is 'When its files were removed.';
    create index statement_jobs_latest on statement_jobs (requested_at desc);

    create table statement_files (
      job_id uuid not null,
      place integer not null,
      pdf bytea not null,

      primary key (job_id, place),
      constraint statement_files_belong_to_a_job foreign key (job_id) references statement_jobs
    );
    comment on table statement_files is
      'The PDF of one donor''s statement. It is no evidence: it is removed some days after its job has ended.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
