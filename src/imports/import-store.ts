import type { Queryable } from '../db/database.ts'
import {
  UNFINISHED_KEPT_DAYS,
  type HistoryImport,
  type HistoryImportStatus,
  type ImportFailure,
  type RowNote,
  type WorkingStatus,
} from './history-import.ts'
import type { TypedMapping } from './import-mapping.ts'
import type { ImportSum, NoteCount, StagedSample } from './import-record.ts'

const IMPORT = `id, source, file_name as "fileName", status, file_rows as "fileRows", rows_read as "rowsRead", ready, imported,
  taken_back as "takenBack", failure, uploaded_by as "uploadedBy", uploaded_at as "uploadedAt", ended_at as "endedAt",
  file is not null as "hasFile"`

export async function insertImport(
  tx: Queryable,
  upload: {
    readonly id: string
    readonly source: string
    readonly fileName: string
    readonly fileHash: Buffer
    readonly file: Buffer
    readonly mapping: TypedMapping | null
    readonly by: string
    readonly at: Date
  },
): Promise<void> {
  await tx.query(
    `insert into history_imports (id, source, file_name, file_hash, file, mapping, status, uploaded_by, uploaded_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      upload.id,
      upload.source,
      upload.fileName,
      upload.fileHash,
      upload.file,
      upload.mapping && JSON.stringify(upload.mapping),
      upload.mapping === null ? 'uploaded' : 'checking',
      upload.by,
      upload.at,
    ],
  )
}

export async function latestImports(db: Queryable, limit: number): Promise<HistoryImport[]> {
  const { rows } = await db.query<HistoryImport>(
    `select ${IMPORT} from history_imports order by uploaded_at desc limit $1`,
    [limit],
  )
  return rows
}

export async function importById(db: Queryable, id: string): Promise<HistoryImport | null> {
  const { rows } = await db.query<HistoryImport>(`select ${IMPORT} from history_imports where id = $1`, [id])
  return rows[0] ?? null
}

/** The latest import of a file with these bytes that is not given up, under the same source. */
export async function unfinishedImportOf(
  db: Queryable,
  fileHash: Buffer,
  source: string,
): Promise<HistoryImport | null> {
  const { rows } = await db.query<HistoryImport>(
    `select ${IMPORT} from history_imports
     where file_hash = $1 and source = $2 and status in ('checking', 'checked', 'importing') order by uploaded_at desc limit 1`,
    [fileHash, source],
  )
  return rows[0] ?? null
}

export async function importFile(db: Queryable, id: string): Promise<Buffer | null> {
  const { rows } = await db.query<{ file: Buffer | null }>('select file from history_imports where id = $1', [
    id,
  ])
  return rows[0]?.file ?? null
}

export async function importMappingOf(db: Queryable, id: string): Promise<unknown> {
  const { rows } = await db.query<{ mapping: unknown }>('select mapping from history_imports where id = $1', [
    id,
  ])
  return rows[0]?.mapping ?? null
}

/**
 * Changes what an import is at.
 * @param from the statuses that it may have
 * @returns false when it has another one
 */
export async function moveImport(
  tx: Queryable,
  id: string,
  from: readonly HistoryImportStatus[],
  to: HistoryImportStatus,
  at: Date,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update history_imports set status = $3, claim = null, claimed_until = null, failures = 0,
       ended_at = case when $3 in ('imported', 'cancelled', 'failed', 'taken_back') then $4::timestamptz end,
       file = case when $3 in ('imported', 'cancelled', 'failed', 'taken_back') then null else file end
     where id = $1 and status = any($2::text[])`,
    [id, from, to, at],
  )
  return rowCount === 1
}

/** Says how the file is read, from the beginning. @returns false when it is being imported or has ended */
export async function mapImport(tx: Queryable, id: string, mapping: TypedMapping): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update history_imports set mapping = $2, source = $3, status = 'checking', claim = null, claimed_until = null, failures = 0
     where id = $1 and status in ('uploaded', 'checking', 'checked') and file is not null`,
    [id, JSON.stringify(mapping), mapping.source],
  )
  return rowCount === 1
}

export async function startedBy(tx: Queryable, id: string, by: string): Promise<void> {
  await tx.query('update history_imports set started_by = $2 where id = $1', [id, by])
}

export async function keptLayout(db: Queryable, headingsHash: Buffer): Promise<unknown> {
  const { rows } = await db.query<{ mapping: unknown }>(
    'select mapping from history_import_layouts where headings_hash = $1',
    [headingsHash],
  )
  return rows[0]?.mapping ?? null
}

export async function keepLayout(
  tx: Queryable,
  layout: {
    readonly headingsHash: Buffer
    readonly mapping: TypedMapping
    readonly by: string
    readonly at: Date
  },
): Promise<void> {
  await tx.query(
    `insert into history_import_layouts (headings_hash, mapping, chosen_by, chosen_at) values ($1, $2, $3, $4)
     on conflict (headings_hash) do update set mapping = excluded.mapping, chosen_by = excluded.chosen_by, chosen_at = excluded.chosen_at`,
    [layout.headingsHash, JSON.stringify(layout.mapping), layout.by, layout.at],
  )
}

/** An import that a worker has to itself until the lease ends. */
export type ClaimedImport = {
  readonly id: string
  readonly claim: string
  readonly status: WorkingStatus
  readonly failures: number
}

/** Takes the oldest import with something to do that nobody works on, or the one with this id. */
export async function claimImport(
  db: Queryable,
  {
    claim,
    leaseMs,
    id = null,
  }: { readonly claim: string; readonly leaseMs: number; readonly id?: string | null },
): Promise<ClaimedImport | null> {
  const { rows } = await db.query<ClaimedImport>(
    `update history_imports set claim = $1, claimed_until = now() + $2 * interval '1 millisecond'
     where id = (select id from history_imports where status in ('checking', 'importing', 'taking_back')
       and ($3::uuid is null or id = $3) and (claimed_until is null or claimed_until < now())
       order by uploaded_at limit 1 for update skip locked)
     returning id, claim, status, failures`,
    [claim, leaseMs, id],
  )
  return rows[0] ?? null
}

/**
 * Locks a claimed import until the database transaction ends, and holds it for the length of another lease.
 * @returns false when it was cancelled, or another worker has claimed it since
 */
export async function holdClaim(
  tx: Queryable,
  { id, claim, status }: ClaimedImport,
  leaseMs: number,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update history_imports set claimed_until = now() + $4 * interval '1 millisecond'
     where id = $1 and claim = $2 and status = $3`,
    [id, claim, status, leaseMs],
  )
  return rowCount === 1
}

export async function noteImportFailure(db: Queryable, { id, claim }: ClaimedImport): Promise<void> {
  await db.query(
    `update history_imports set failures = failures + 1, claim = null, claimed_until = now() + interval '5 seconds' where id = $1 and claim = $2`,
    [id, claim],
  )
}

export async function failImport(tx: Queryable, id: string, failure: ImportFailure, at: Date): Promise<void> {
  await tx.query(
    `update history_imports set status = 'failed', failure = $2, ended_at = $3, file = null, claim = null, claimed_until = null
     where id = $1 and status in ('checking', 'importing')`,
    [id, failure, at],
  )
}

export async function countNotes(db: Queryable, id: string): Promise<NoteCount[]> {
  const { rows } = await db.query<NoteCount>(
    `select outcome, reason, count(distinct row_number)::integer as count from history_import_notes where import_id = $1
     group by 1, 2 order by 1, 3 desc, 2`,
    [id],
  )
  return rows
}

/** How many rows have a problem, and how many were left out on purpose. */
export async function countNotedRows(
  db: Queryable,
  id: string,
): Promise<{ readonly problems: number; readonly skipped: number }> {
  const { rows } = await db.query<{ problems: number; skipped: number }>(
    `select count(distinct row_number) filter (where outcome = 'problem')::integer as problems,
       count(distinct row_number) filter (where outcome = 'skipped')::integer as skipped
     from history_import_notes where import_id = $1`,
    [id],
  )
  return rows[0] ?? { problems: 0, skipped: 0 }
}

/** Rows that are no new gifts, in the order of the file. @param outcome left out: both */
export async function notesOfImport(
  db: Queryable,
  id: string,
  {
    outcome = null,
    after = 0,
    limit,
  }: { readonly outcome?: RowNote['outcome'] | null; readonly after?: number; readonly limit: number },
): Promise<RowNote[]> {
  const { rows } = await db.query<RowNote>(
    `select row_number as row, outcome, reason, heading from history_import_notes
     where import_id = $1 and ($2::text is null or outcome = $2) and row_number > $3 order by row_number, reason limit $4`,
    [id, outcome, after, limit],
  )
  return rows
}

/** Of the gifts that are read and not imported yet, and of those that are. */
export async function sumsOfImport(db: Queryable, id: string): Promise<ImportSum[]> {
  const { rows } = await db.query<ImportSum>(
    `select extract(year from given_on)::integer as year, currency, count(*)::integer as gifts, sum(gross_minor)::bigint as "grossMinor"
     from (select given_on, currency, gross_minor from history_import_staged where import_id = $1
           union all select given_on, currency, gross_minor from imported_gifts where import_id = $1) as gift
     group by 1, 2 order by 1, 2`,
    [id],
  )
  return rows
}

export async function stagedSamples(db: Queryable, id: string, limit: number): Promise<StagedSample[]> {
  const { rows } = await db.query<StagedSample>(
    `select row_number as row, given_at as "givenAt", currency, gross_minor as "grossMinor", donor_name as "donorName"
     from history_import_staged where import_id = $1 order by row_number limit $2`,
    [id, limit],
  )
  return rows
}

/** Removes what was read of imports that nobody goes on with. @returns of how many */
export async function forgetUnfinished(tx: Queryable, now: Date): Promise<number> {
  const { rows } = await tx.query<{ id: string }>(
    `update history_imports set status = 'cancelled', ended_at = $1, file = null
     where status in ('uploaded', 'checked') and uploaded_at < $1::timestamptz - ${UNFINISHED_KEPT_DAYS} * interval '1 day' returning id`,
    [now],
  )
  for (const { id } of rows) await removeStaged(tx, id)
  return rows.length
}

export async function removeStaged(tx: Queryable, id: string): Promise<void> {
  await tx.query('delete from history_import_staged where import_id = $1', [id])
}

/**
 * Takes a donor who is being erased out of imports that are not finished. One that nobody has started is given up, since
 * its file names the donor, too; call it in the transaction of the erasure.
 */
export async function forgetDonorInImports(tx: Queryable, email: string, at: Date): Promise<void> {
  // A file that was not read to its end may name the donor; it is sent again without the donor.
  const { rows } = await tx.query<{ id: string }>(
    `update history_imports i set status = 'cancelled', ended_at = $2, file = null, claim = null, claimed_until = null
     where status in ('uploaded', 'checking') or status = 'checked' and exists (
       select from history_import_staged s where s.import_id = i.id and lower(s.donor_email) = lower($1)) returning id`,
    [email, at],
  )
  for (const { id } of rows) await removeStaged(tx, id)
  await tx.query(
    `with gone as (delete from history_import_staged where lower(donor_email) = lower($1) returning import_id, row_number)
     insert into history_import_notes (import_id, row_number, outcome, reason)
     select import_id, row_number, 'skipped', 'donor_erased' from gone on conflict do nothing`,
    [email],
  )
  // Rows that are no new gifts are not staged, and the file may name the donor in one of them.
  await tx.query(
    `update history_imports set file = null where status in ('checked', 'importing') and file is not null`,
  )
}
