import { createHash, randomUUID } from 'node:crypto'
import type pg from 'pg'
import { actorName, type Actor } from '../access/actor.ts'
import { recordAct } from '../access/audit/audit-trail-store.ts'
import { inTransaction, type Queryable } from '../db/database.ts'
import type { StatementProblem, Statement } from './bank-statement.ts'
import {
  bankLine,
  csvLayout,
  endMatch,
  insertLines,
  insertMatches,
  insertStatement,
  keepCsvLayout,
  linesThatMayMatch,
  lockMatching,
  openDeposits,
  statementById,
  unreadFile,
} from './bank-store.ts'
import { csvStatement, type CsvColumns, type CsvTable } from './csv-statement.ts'
import { candidatesFor, matchDeposits } from './match-deposits.ts'
import { recogniseStatement } from './read-statement.ts'

export type BankDeps = { readonly pool: pg.Pool; readonly clock: () => Date }

/** What became of a file: stored as this statement, or refused as a whole. A CSV file may still need its columns. */
export type KeptStatement =
  | {
      readonly id: string
      readonly needsColumns: boolean
      readonly wasKnown: boolean
      readonly newLines: number
    }
  | { readonly problems: readonly StatementProblem[] }

/**
 * Stores a statement once, by the hash of its bytes, and matches its movements to deposits. A CSV file whose headings
 * are known is read at once; any other waits for `chooseColumns`.
 */
export async function keepStatement(
  { pool, clock }: BankDeps,
  upload: { readonly fileName: string; readonly bytes: Buffer; readonly actor: Actor },
): Promise<KeptStatement> {
  const { bytes, actor } = upload
  const recognised = recogniseStatement(bytes)
  if (recognised === null) return { problems: [{ problem: 'unknown_format', place: null }] }
  const at = clock()
  const by = actorName(actor)
  return inTransaction(pool, async (tx) => {
    const columns = recognised.format === 'csv' ? await csvLayout(tx, headingsHash(recognised.table)) : null
    const read =
      recognised.format !== 'csv' ? recognised.read : columns && csvStatement(recognised.table, columns)
    // Columns that were right for the last file may be wrong for this one: staff look at them again.
    const isUnreadable = read !== null && 'problems' in read
    if (isUnreadable && recognised.format !== 'csv') return { problems: read.problems }
    const id = randomUUID()
    const storedAs = await insertStatement(tx, {
      id,
      fileHash: createHash('sha256').update(bytes).digest(),
      fileName: upload.fileName,
      file: bytes,
      format: recognised.format,
      uploadedBy: by,
      uploadedAt: at,
    })
    if (storedAs !== id) {
      const known = await statementById(tx, storedAs)
      return { id: storedAs, needsColumns: known?.firstDay === null, wasKnown: true, newLines: 0 }
    }
    const statement = read !== null && 'statement' in read ? read.statement : null
    const newLines = statement === null ? 0 : await keepLines(tx, id, statement)
    if (statement !== null) await matchOpen(tx, { by, at })
    await recordAct(tx, {
      actor,
      act: 'bank_statement_uploaded',
      subject: `bank-statement/${id}`,
      after: { format: recognised.format, newLines },
      at,
    })
    return { id, needsColumns: statement === null, wasKnown: false, newLines }
  })
}

/** Reads a CSV file by the columns that staff chose, and remembers them for the next file with the same headings. */
export async function chooseColumns(
  { pool, clock }: BankDeps,
  choice: { readonly statementId: string; readonly columns: CsvColumns; readonly actor: Actor },
): Promise<{ readonly newLines: number } | { readonly problems: readonly StatementProblem[] } | null> {
  const { statementId, columns, actor } = choice
  const at = clock()
  const by = actorName(actor)
  return inTransaction(pool, async (tx) => {
    const file = await unreadFile(tx, statementId)
    const recognised = file && recogniseStatement(file)
    if (recognised?.format !== 'csv') return null
    const read = csvStatement(recognised.table, columns)
    if ('problems' in read) return { problems: read.problems }
    const newLines = await keepLines(tx, statementId, read.statement)
    await keepCsvLayout(tx, { headingsHash: headingsHash(recognised.table), columns, by, at })
    await matchOpen(tx, { by, at })
    await recordAct(tx, {
      actor,
      act: 'bank_columns_chosen',
      subject: `bank-statement/${statementId}`,
      after: { newLines },
      at,
    })
    return { newLines }
  })
}

/** Matches what can be matched without a person, after deposits have arrived that no statement knew. @returns how many */
export async function matchAgain({ pool, clock }: BankDeps, actor: Actor): Promise<number> {
  return inTransaction(pool, (tx) => matchOpen(tx, { by: actorName(actor), at: clock() }))
}

/**
 * Matches a line to a deposit that staff chose among those that fit it.
 * @returns false when the line is matched already, or the deposit does not fit it
 */
export async function matchLine(
  { pool, clock }: BankDeps,
  choice: {
    readonly line: string
    readonly payoutId: string
    readonly actor: Actor
  },
): Promise<boolean> {
  const { line: lineId, payoutId, actor } = choice
  const at = clock()
  return inTransaction(pool, async (tx) => {
    await lockMatching(tx)
    const line = await bankLine(tx, lineId)
    const [deposit] = line === null ? [] : candidatesFor(line, await openDeposits(tx, payoutId))
    if (!deposit) return false
    await insertMatches(tx, [{ line: lineId, payoutId, kind: deposit.kind, rule: 'chosen' }], {
      by: actorName(actor),
      at,
    })
    await recordAct(tx, {
      actor,
      act: 'deposit_matched',
      subject: `deposit/${payoutId}`,
      after: { bankLine: lineId, kind: deposit.kind },
      at,
    })
    return true
  })
}

/** Ends a match that was wrong. */
export async function unmatchLine(
  { pool, clock }: BankDeps,
  { line, actor }: { readonly line: string; readonly actor: Actor },
): Promise<void> {
  const at = clock()
  await inTransaction(pool, async (tx) => {
    const payoutId = await endMatch(tx, line, { by: actorName(actor), at })
    if (payoutId === null) return
    await recordAct(tx, {
      actor,
      act: 'deposit_unmatched',
      subject: `deposit/${payoutId}`,
      before: { bankLine: line },
      at,
    })
  })
}

async function matchOpen(tx: Queryable, made: { readonly by: string; readonly at: Date }): Promise<number> {
  await lockMatching(tx)
  const [lines, deposits] = [await linesThatMayMatch(tx), await openDeposits(tx)]
  const matches = matchDeposits(lines, deposits)
  await insertMatches(tx, matches, made)
  return matches.length
}

async function keepLines(tx: Queryable, id: string, { account, lines }: Statement): Promise<number> {
  const seen = new Map<string, number>()
  const identified = lines.map((line, index) => {
    const { day, amount, description, bankReference } = line
    const what = [account ?? '', day, amount.currency, amount.minor, bankReference ?? description].join(
      '\u0000',
    )
    // Two equal movements of one day are two; the same two in the next statement are no further ones.
    const occurrence = (seen.get(what) ?? 0) + 1
    seen.set(what, occurrence)
    const identity = createHash('sha256').update(`${what}\u0000${occurrence}`).digest()
    return { ...line, place: index + 1, identity }
  })
  return insertLines(tx, id, account, identified)
}

function headingsHash({ headings }: CsvTable): Buffer {
  return createHash('sha256').update(JSON.stringify(headings)).digest()
}
