import { createHash, randomUUID } from 'node:crypto'
import type pg from 'pg'
import { actorName, type Actor } from '../access/actor.ts'
import { recordAct } from '../access/audit/audit-trail-store.ts'
import { inTransaction } from '../db/database.ts'
import { holdPostings } from '../ledger/closing-store.ts'
import { textOfFile } from '../text/file-text.ts'
import { hindrances, type Hindrance } from './booking-store.ts'
import { csvHead } from './csv-rows.ts'
import { importMapping, type TypedMapping } from './import-mapping.ts'
import * as store from './import-store.ts'

export type ImportDeps = { readonly pool: pg.Pool; readonly clock: () => Date }

/** What became of a file. `needsMapping`: staff have to say what its columns mean. */
export type Uploaded =
  | { readonly id: string; readonly needsMapping: boolean }
  | { readonly failure: 'not_a_table' }

/**
 * Keeps a file. One whose headings were mapped before is checked at once; any other waits for its mapping.
 * @param mapping how to read it; left out: as the last file with the same headings
 */
export async function uploadImport(
  { pool, clock }: ImportDeps,
  upload: {
    readonly fileName: string
    readonly bytes: Buffer
    readonly actor: Actor
    readonly mapping?: TypedMapping
  },
): Promise<Uploaded> {
  const text = textOfFile(upload.bytes)
  const head = text === null ? null : csvHead(text)
  if (head === null) return { failure: 'not_a_table' }
  const [id, at] = [randomUUID(), clock()]
  return inTransaction(pool, async (tx) => {
    const kept = upload.mapping ?? (await store.keptLayout(tx, hashOfHeadings(head.headings)))
    const isValid = importMapping.safeParse(kept).success
    const mapping = isValid ? (kept as TypedMapping) : null // the schema has just read it
    await store.insertImport(tx, {
      id,
      source: mapping?.source ?? 'unknown',
      fileName: upload.fileName,
      fileHash: createHash('sha256').update(upload.bytes).digest(),
      file: upload.bytes,
      mapping,
      by: actorName(upload.actor),
      at,
    })
    await recordAct(tx, {
      actor: upload.actor,
      act: 'import_uploaded',
      subject: `import/${id}`,
      after: { bytes: upload.bytes.length },
      at,
    })
    return { id, needsMapping: mapping === null }
  })
}

/** Says what the columns mean, and remembers it for the next file with the same headings. @returns false: too late */
export async function mapColumns(
  { pool, clock }: ImportDeps,
  choice: {
    readonly id: string
    readonly mapping: TypedMapping
    readonly headings: readonly string[]
    readonly actor: Actor
  },
): Promise<boolean> {
  const at = clock()
  return inTransaction(pool, async (tx) => {
    if (!(await store.mapImport(tx, choice.id, choice.mapping))) return false
    await store.keepLayout(tx, {
      headingsHash: hashOfHeadings(choice.headings),
      mapping: choice.mapping,
      by: actorName(choice.actor),
      at,
    })
    await recordAct(tx, {
      actor: choice.actor,
      act: 'import_mapped',
      subject: `import/${choice.id}`,
      after: { source: choice.mapping.source },
      at,
    })
    return true
  })
}

/** Lets the worker import what the check found. @returns false: it is not checked, or has begun */
export async function startImport(
  { pool, clock }: ImportDeps,
  { id, actor }: { readonly id: string; readonly actor: Actor },
): Promise<boolean> {
  const at = clock()
  return inTransaction(pool, async (tx) => {
    if (!(await store.moveImport(tx, id, ['checked'], 'importing', at))) return false
    await store.startedBy(tx, id, actorName(actor))
    const one = await store.importById(tx, id)
    await recordAct(tx, {
      actor,
      act: 'import_started',
      subject: `import/${id}`,
      after: { source: one?.source ?? '', gifts: one?.ready ?? 0 },
      at,
    })
    return true
  })
}

/** Stops an import. What was imported already stays, and can be taken back. @returns false: it has ended */
export async function cancelImport(
  { pool, clock }: ImportDeps,
  { id, actor }: { readonly id: string; readonly actor: Actor },
): Promise<boolean> {
  const at = clock()
  return inTransaction(pool, async (tx) => {
    const before = ['uploaded', 'checking', 'checked', 'importing'] as const
    if (!(await store.moveImport(tx, id, before, 'cancelled', at))) return false
    await store.removeStaged(tx, id)
    const one = await store.importById(tx, id)
    await recordAct(tx, {
      actor,
      act: 'import_cancelled',
      subject: `import/${id}`,
      after: { imported: one?.imported ?? 0 },
      at,
    })
    return true
  })
}

/** `not_imported`: it has no gifts, or still runs. */
export type TakenBack = 'begun' | 'not_imported' | readonly Hindrance[]

/** Begins to take every gift of an import back, so long as nothing was built on them. */
export async function takeImportBack(
  { pool, clock }: ImportDeps,
  { id, actor }: { readonly id: string; readonly actor: Actor },
): Promise<TakenBack> {
  const at = clock()
  return inTransaction(pool, async (tx) => {
    await holdPostings(tx)
    const found = await hindrances(tx, id)
    if (found.length > 0) return found
    const one = await store.importById(tx, id)
    if (!one || one.imported === one.takenBack) return 'not_imported'
    if (!(await store.moveImport(tx, id, ['imported', 'cancelled', 'failed'], 'taking_back', at)))
      return 'not_imported'
    await recordAct(tx, {
      actor,
      act: 'import_taken_back',
      subject: `import/${id}`,
      before: { source: one.source, gifts: one.imported },
      at,
    })
    return 'begun'
  })
}

function hashOfHeadings(headings: readonly string[]): Buffer {
  return createHash('sha256').update(JSON.stringify(headings)).digest()
}
