import type { Actor } from '../access/actor.ts'
import type { AuditedState } from '../access/audit/audit-trail.ts'
import type { FileFormat } from './formats/export-table.ts'

/** Every file. The constraint `exports_kind_is_known` in the database lists the same. */
export const exportKinds = [
  'donations',
  'deposits',
  'ledger',
  'receipts',
  'donors',
  'journal',
  'stories',
  'campaigns',
  'newsletter',
  'reconciling_items',
] as const
export type ExportKind = (typeof exportKinds)[number]

/** Who asks for which file. */
export type ExportRequest = {
  readonly actor: Actor
  readonly kind: ExportKind
  /** What was asked for, without personal data. */
  readonly filters: AuditedState
  /** Whether the file names donors. */
  readonly holdsDonors: boolean
}

/** How a file ended. The constraint `exports_outcome_is_known` in the database lists the same outcomes. */
export const exportOutcomes = ['complete', 'broken_off'] as const
export type ExportEnd = {
  readonly outcome: (typeof exportOutcomes)[number]
  /** Null when the file was broken off. */
  readonly rows: number | null
  readonly bytes: number
  /** Of the whole file as it was sent; null when it was broken off. */
  readonly sha256: Buffer | null
}

/** An export as the log shows it. */
export type LoggedExport = {
  readonly id: string
  readonly kind: ExportKind
  readonly format: FileFormat
  readonly filters: AuditedState
  readonly by: string
  readonly begunAt: Date
  /** Null while it is being read, and when the process ended meanwhile. */
  readonly outcome: ExportEnd['outcome'] | null
  readonly rows: bigint | null
  readonly sha256: Buffer | null
}
