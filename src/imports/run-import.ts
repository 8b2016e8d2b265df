import { randomUUIDv7 } from 'node:crypto'
import type pg from 'pg'
import { localDate } from '../calendar/local-date.ts'
import { inTransaction } from '../db/database.ts'
import { closedMonths } from '../ledger/closing-store.ts'
import { textOfFile } from '../text/file-text.ts'
import { bookStaged, endOfBatch, hindrances, takeBackSome } from './booking-store.ts'
import { csvHead, csvRows, UnreadableFile } from './csv-rows.ts'
import { MOST_FILE_ROWS } from './history-import.ts'
import { importMapping, type ImportField } from './import-mapping.ts'
import {
  failImport,
  holdClaim,
  importFile,
  importMappingOf,
  moveImport,
  type ClaimedImport,
} from './import-store.ts'
import { notesOf, rowReader } from './read-row.ts'
import {
  beginStaging,
  countReady,
  noteRepeatedRows,
  noteRowsThatAreNoNewGifts,
  stageRows,
} from './staging-store.ts'

export type RunDeps = {
  readonly pool: pg.Pool
  readonly clock: () => Date
  /** The newsroom's. */
  readonly timezone: string
}

/** What dies takes so long to be noticed. */
export const LEASE_MS = 60_000
const ROWS_AT_ONCE = 2_000
/** A database transaction of a second or so: gifts that come meanwhile are booked beside it. */
const GIFTS_AT_ONCE = 2_500

/**
 * Does the next piece of a claimed import. Whoever dies leaves it as it was before the piece: a check begins again, since
 * nothing is booked yet, and an import or its taking back goes on after the last batch.
 * @returns whether there is more to do
 */
export async function runPiece(deps: RunDeps, claimed: ClaimedImport): Promise<boolean> {
  switch (claimed.status) {
    case 'checking':
      await checkFile(deps, claimed)
      return false
    case 'importing':
      return importBatch(deps, claimed)
    case 'taking_back':
      return takeBackBatch(deps, claimed)
  }
}

/** Reads and checks every row. */
async function checkFile(deps: RunDeps, claimed: ClaimedImport): Promise<void> {
  const { pool, clock } = deps
  try {
    if (await stageFile(deps, claimed)) await finishCheck(deps, claimed)
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    await inTransaction(pool, async (tx) => {
      if (await holdClaim(tx, claimed, LEASE_MS)) await failImport(tx, claimed.id, error.failure, clock())
    })
  }
}

/** @returns false when somebody else has the import by now */
async function stageFile({ pool, clock, timezone }: RunDeps, claimed: ClaimedImport): Promise<boolean> {
  const [file, stored] = [await importFile(pool, claimed.id), await importMappingOf(pool, claimed.id)]
  const mapping = importMapping.parse(stored)
  const text = file && textOfFile(file)
  const head = text ? csvHead(text) : null
  if (!text || head === null) throw new UnreadableFile('not_a_table')
  const { headings } = head
  const chosen = Object.values(mapping.columns).filter((place) => place !== null)
  if (chosen.some((place) => place >= headings.length)) throw new UnreadableFile('columns_missing')
  const begun = await inTransaction(pool, async (tx) => {
    if (!(await holdClaim(tx, claimed, LEASE_MS))) return false
    await beginStaging(tx, claimed.id)
    return true
  })
  if (!begun) return false
  const read = rowReader(mapping, headings.length, localDate(clock(), timezone))
  const headingOf = (field: ImportField) => headings[mapping.columns[field] ?? -1] ?? ''
  const zones = { file: mapping.timezone, newsroom: timezone }
  let total = 0
  for await (const portion of csvRows(text, head, ROWS_AT_ONCE)) {
    total += portion.length
    if (total > MOST_FILE_ROWS) throw new UnreadableFile('too_many_rows')
    const done = portion.map(({ row, cells }) => ({ row, read: read(row, cells) }))
    const notes = done.flatMap((one) => notesOf(one.row, one.read, headingOf))
    const gifts = done.flatMap((one) =>
      'gift' in one.read ? [{ ...one.read.gift, donationId: randomUUIDv7(), postingId: randomUUIDv7() }] : [],
    )
    const isHeld = await inTransaction(pool, async (tx) => {
      if (!(await holdClaim(tx, claimed, LEASE_MS))) return false
      await stageRows(tx, claimed.id, { gifts, notes, rows: portion.length, zones })
      return true
    })
    if (!isHeld) return false
  }
  return true
}

async function finishCheck({ pool, clock }: RunDeps, claimed: ClaimedImport): Promise<void> {
  await inTransaction(pool, async (tx) => {
    await tx.query(`set local statement_timeout = '60s'`)
    if (!(await holdClaim(tx, claimed, LEASE_MS))) return
    await noteRepeatedRows(tx, claimed.id)
    await noteRowsThatAreNoNewGifts(tx, claimed.id, null)
    await countReady(tx, claimed.id)
    await moveImport(tx, claimed.id, ['checking'], 'checked', clock())
  })
}

/** Checks the rows of the batch once more: a month may be closed, or another import done, since the file was read. */
async function importBatch({ pool, clock }: RunDeps, claimed: ClaimedImport): Promise<boolean> {
  return inTransaction(pool, async (tx) => {
    if (!(await holdClaim(tx, claimed, LEASE_MS))) return false
    await closedMonths(tx)
    const upTo = await endOfBatch(tx, claimed.id, GIFTS_AT_ONCE)
    if (upTo === null) {
      await moveImport(tx, claimed.id, ['importing'], 'imported', clock())
      return false
    }
    await noteRowsThatAreNoNewGifts(tx, claimed.id, upTo)
    await bookStaged(tx, claimed.id, upTo, clock())
    return true
  })
}

async function takeBackBatch({ pool, clock }: RunDeps, claimed: ClaimedImport): Promise<boolean> {
  return inTransaction(pool, async (tx) => {
    if (!(await holdClaim(tx, claimed, LEASE_MS))) return false
    await closedMonths(tx)
    // Somebody built on what is left since it began: that stays.
    if ((await hindrances(tx, claimed.id)).length > 0) {
      await moveImport(tx, claimed.id, ['taking_back'], 'imported', clock())
      return false
    }
    if ((await takeBackSome(tx, claimed.id, GIFTS_AT_ONCE, clock())) > 0) return true
    await moveImport(tx, claimed.id, ['taking_back'], 'taken_back', clock())
    return false
  })
}
