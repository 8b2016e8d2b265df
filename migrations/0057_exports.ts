import type { Knex } from 'knex'

/** Who exported what, when, and which bytes: an auditor compares a file with its hash. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table exports (
      id uuid primary key,
      kind text not null,
      format text not null,
      filters jsonb not null,
      made_by text not null,
      snapshot text not null,
      begun_at timestamptz not null,
      finished_at timestamptz,
      outcome text,
      row_count bigint,
      bytes bigint,
      sha256 bytea,

      constraint exports_kind_is_known
        check (kind in ('donations', 'deposits', 'ledger', 'receipts', 'donors', 'journal')),
      constraint exports_format_is_known check (format in ('csv', 'xlsx')),
      constraint exports_outcome_is_known check (outcome in ('complete', 'broken_off')),
      constraint exports_end_whole check ((finished_at is null) = (outcome is null)),
      constraint exports_whole_files_have_a_hash
        check ((outcome is not distinct from 'complete') = (sha256 is not null))
    );
    comment on table exports is
      'A file of the books or of donors that somebody read. The row is committed before the first byte and finished after the last.';
    comment on column exports.filters is 'What was asked for, without personal data.';
    comment on column exports.snapshot is
      'What the file sees, as pg_current_snapshot() wrote it: a later file can hold what was committed after it.';
    comment on column exports.begun_at is 'The time of the snapshot: the file is as of this moment.';
    create index exports_latest on exports (begun_at desc, id desc);

    create function exports_finish_once() returns trigger language plpgsql as $$
    begin
      raise exception 'an export is finished once, and what was exported never changes' using errcode = 'restrict_violation';
    end $$;
    create trigger exports_finish_once before update on exports for each row
      when (old.finished_at is not null or (old.id, old.kind, old.format, old.filters, old.made_by, old.snapshot, old.begun_at)
        is distinct from (new.id, new.kind, new.format, new.filters, new.made_by, new.snapshot, new.begun_at))
      execute function exports_finish_once();
    create trigger exports_are_never_deleted before delete or truncate on exports
      for each statement execute function refuse_change();
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
