import type { Queryable } from '../db/database.ts'
import type { LocalDate } from '../calendar/local-date.ts'
import { csvColumns, type CsvColumns } from './csv-statement.ts'
import type { DepositMatch, OpenBankLine, OpenDeposit } from './match-deposits.ts'
import type { IdentifiedLine, LineRow, NewStatement, StatementRow } from './uploaded-statement.ts'
import { numberedLockKey } from '../db/site-scope.ts'

/** @returns the id of the statement, which is another one's when the same file was uploaded before */
export async function insertStatement(tx: Queryable, statement: NewStatement): Promise<string> {
  const { id, fileHash, fileName, file, format, uploadedBy, uploadedAt } = statement
  const inserted = await tx.query(
    `insert into bank_statements (id, file_hash, file_name, file, format, uploaded_by, uploaded_at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (file_hash) do nothing`,
    [id, fileHash, fileName, file, format, uploadedBy, uploadedAt],
  )
  if (inserted.rowCount === 1) return id
  const { rows } = await tx.query<{ id: string }>('select id from bank_statements where file_hash = $1', [
    fileHash,
  ])
  const [known] = rows
  if (!known) throw new Error('A statement was not stored, and no other one has its hash')
  return known.id
}

/** The file of a statement whose columns are not chosen yet; locked, so that two members of staff do not read it twice. */
export async function unreadFile(tx: Queryable, id: string): Promise<Buffer | null> {
  const { rows } = await tx.query<{ file: Buffer }>(
    'select file from bank_statements where id = $1 and first_day is null for update',
    [id],
  )
  return rows[0]?.file ?? null
}

/**
 * Stores the movements that no other statement brought before, and the days that the statement covers.
 * @returns how many movements are new
 */
export async function insertLines(
  tx: Queryable,
  statementId: string,
  account: string | null,
  lines: readonly IdentifiedLine[],
): Promise<number> {
  const inserted = await tx.query(
    `insert into bank_lines (bank_statement_id, place, identity, day, currency, amount_minor, description, bank_reference)
     select $1, t.* from unnest($2::int[], $3::bytea[], $4::date[], $5::text[], $6::bigint[], $7::text[], $8::text[]) as t
     on conflict (identity) do nothing`,
    [
      statementId,
      lines.map(({ place }) => place),
      lines.map(({ identity }) => identity),
      lines.map(({ day }) => day),
      lines.map(({ amount }) => amount.currency),
      lines.map(({ amount }) => amount.minor),
      lines.map(({ description }) => description),
      lines.map(({ bankReference }) => bankReference),
    ],
  )
  const days = lines.map(({ day }) => day).toSorted()
  await tx.query(
    `update bank_statements set account_number = $2, first_day = $3, last_day = $4, currencies = $5 where id = $1`,
    [
      statementId,
      account,
      days[0],
      days.at(-1),
      [...new Set(lines.map(({ amount }) => amount.currency))].toSorted(),
    ],
  )
  return inserted.rowCount ?? 0
}

/** What staff said earlier about files with these headings. */
export async function csvLayout(db: Queryable, headingsHash: Buffer): Promise<CsvColumns | null> {
  const { rows } = await db.query<{ columns: unknown }>(
    'select columns from bank_csv_layouts where headings_hash = $1',
    [headingsHash],
  )
  return csvColumns.safeParse(rows[0]?.columns).data ?? null
}

export async function keepCsvLayout(
  tx: Queryable,
  layout: {
    readonly headingsHash: Buffer
    readonly columns: CsvColumns
    readonly by: string
    readonly at: Date
  },
): Promise<void> {
  await tx.query(
    `insert into bank_csv_layouts (headings_hash, columns, chosen_by, chosen_at) values ($1, $2, $3, $4)
     on conflict (headings_hash) do update
       set columns = excluded.columns, chosen_by = excluded.chosen_by, chosen_at = excluded.chosen_at`,
    [layout.headingsHash, JSON.stringify(layout.columns), layout.by, layout.at],
  )
}

// Any number will do, as long as nothing else in this database uses it.
const MATCHING_LOCK = 7_465_612_010

/** Until the database transaction ends, nobody else matches. */
export async function lockMatching(tx: Queryable): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(${numberedLockKey('$1')})`, [MATCHING_LOCK])
}

/** Deposits, and returns of those that failed, that no bank line is matched to. */
export async function openDeposits(db: Queryable, payoutId?: string): Promise<OpenDeposit[]> {
  const { rows } = await db.query<OpenDeposit>(
    `select p.id as "payoutId", k.kind, p.arrival_date as "arrivalDate", p.currency, p.amount_minor as "amountMinor",
       p.trace_id as "traceId"
     from payouts p cross join (values ('deposit'), ('return')) as k(kind)
     where (p.status in ('paid', 'in_transit', 'failed') and (k.kind = 'deposit' or p.status = 'failed'))
       and p.amount_minor <> 0 and ($1::text is null or p.id = $1)
       and not exists (select from bank_matches m
         where m.payout_id = p.id and m.kind = k.kind and m.ended_at is null)`,
    [payoutId ?? null],
  )
  return rows
}

/** The bank lines that are matched to nothing and have the amount of an open deposit or of a return. */
export async function linesThatMayMatch(db: Queryable): Promise<OpenBankLine[]> {
  const { rows } = await db.query<OpenBankLine>(
    `select l.id::text as id, l.day, l.currency, l.amount_minor as "amountMinor",
       concat_ws(' ', l.description, l.bank_reference) as description
     from bank_lines l
     where exists (select from payouts p
         where p.currency = l.currency and p.amount_minor in (l.amount_minor, -l.amount_minor))
       and not exists (select from bank_matches m where m.bank_line_id = l.id and m.ended_at is null)`,
  )
  return rows
}

export async function bankLine(db: Queryable, id: string): Promise<OpenBankLine | null> {
  const { rows } = await db.query<OpenBankLine>(
    `select l.id::text as id, l.day, l.currency, l.amount_minor as "amountMinor", l.description
     from bank_lines l where l.id = $1
       and not exists (select from bank_matches m where m.bank_line_id = l.id and m.ended_at is null)`,
    [id],
  )
  return rows[0] ?? null
}

export async function insertMatches(
  tx: Queryable,
  matches: readonly (Omit<DepositMatch, 'rule'> & { readonly rule: DepositMatch['rule'] | 'chosen' })[],
  made: { readonly by: string; readonly at: Date },
): Promise<void> {
  if (matches.length === 0) return
  await tx.query(
    `insert into bank_matches (bank_line_id, payout_id, kind, rule, matched_by, matched_at)
     select t.*, $5, $6 from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) as t`,
    [
      matches.map(({ line }) => line),
      matches.map(({ payoutId }) => payoutId),
      matches.map(({ kind }) => kind),
      matches.map(({ rule }) => rule),
      made.by,
      made.at,
    ],
  )
}

/** @returns the payout that the line was matched to; null when it was matched to none */
export async function endMatch(
  tx: Queryable,
  line: string,
  ended: { readonly by: string; readonly at: Date },
): Promise<string | null> {
  const { rows } = await tx.query<{ payout_id: string }>(
    `update bank_matches set ended_by = $2, ended_at = $3 where bank_line_id = $1 and ended_at is null
     returning payout_id`,
    [line, ended.by, ended.at],
  )
  return rows[0]?.payout_id ?? null
}

const STATEMENTS = `select s.id, s.file_name as "fileName", s.format, s.account_number as account, s.first_day as "firstDay", s.last_day as "lastDay",
    s.uploaded_by as "uploadedBy", s.uploaded_at as "uploadedAt", encode(s.file_hash, 'hex') as "fileHash",
    (select count(*) from bank_lines l where l.bank_statement_id = s.id) as lines,
    (select count(*) from bank_lines l join bank_matches m on m.bank_line_id = l.id and m.ended_at is null
      where l.bank_statement_id = s.id) as matched
  from bank_statements s`

/** Newest first. */
export async function listStatements(db: Queryable, limit: number): Promise<StatementRow[]> {
  const { rows } = await db.query<StatementRow>(`${STATEMENTS} order by s.uploaded_at desc, s.id limit $1`, [
    limit,
  ])
  return rows
}

export async function statementById(db: Queryable, id: string): Promise<StatementRow | null> {
  const { rows } = await db.query<StatementRow>(`${STATEMENTS} where s.id = $1`, [id])
  return rows[0] ?? null
}

export async function statementFile(db: Queryable, id: string): Promise<Buffer | null> {
  const { rows } = await db.query<{ file: Buffer }>('select file from bank_statements where id = $1', [id])
  return rows[0]?.file ?? null
}

type StoredLine = Omit<LineRow, 'match'> & {
  readonly payoutId: string | null
  readonly kind: DepositMatch['kind']
  readonly rule: DepositMatch['rule'] | 'chosen'
  readonly matchedBy: string
  readonly arrivalDate: LocalDate
}

const LINES = `select l.id::text as id, l.bank_statement_id as "statementId", l.place, l.day, l.currency,
    l.amount_minor as "amountMinor", l.description, m.payout_id as "payoutId", m.kind, m.rule, m.matched_by as "matchedBy",
    p.arrival_date as "arrivalDate"
  from bank_lines l left join bank_matches m on m.bank_line_id = l.id and m.ended_at is null
    left join payouts p on p.id = m.payout_id`

function lineFrom({ payoutId, kind, rule, matchedBy, arrivalDate, ...line }: StoredLine): LineRow {
  return { ...line, match: payoutId === null ? null : { payoutId, kind, rule, matchedBy, arrivalDate } }
}

/** The movements of a statement in the order of its file. @param after the place after which they begin */
export async function linesOf(
  db: Queryable,
  statementId: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<LineRow[]> {
  const { rows } = await db.query<StoredLine>(
    `${LINES} where l.bank_statement_id = $1 and l.place > $2 order by l.place limit $3`,
    [statementId, after, limit],
  )
  return rows.map(lineFrom)
}

/** Movements that look as if they came from Stripe and are matched to no deposit, newest first. */
export async function unmatchedLines(db: Queryable, limit: number): Promise<LineRow[]> {
  const { rows } = await db.query<StoredLine>(
    `${LINES} where m.id is null and (l.description ilike '%stripe%' or exists (select from payouts o
        where o.currency = l.currency and o.amount_minor = l.amount_minor
          and l.day between o.arrival_date - 1 and o.arrival_date + 5))
      order by l.day desc, l.id desc limit $1`,
    [limit],
  )
  return rows.map(lineFrom)
}

/** The bank lines of one deposit: its arrival, and its return when it failed later. */
export async function linesOfPayout(db: Queryable, payoutId: string): Promise<LineRow[]> {
  const { rows } = await db.query<StoredLine>(`${LINES} where m.payout_id = $1 order by l.day, l.id`, [
    payoutId,
  ])
  return rows.map(lineFrom)
}
