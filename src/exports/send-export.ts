import type { Context } from 'koa'
import { actorOf } from '../access/actor.ts'
import type { AuditedState } from '../access/audit/audit-trail.ts'
import type { Exporter, TableOf } from './exporter.ts'
import type { ExportKind } from './export-log.ts'
import type { FileFormat } from './formats/export-table.ts'

const TYPES = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const satisfies Record<FileFormat, string>

/** A file that a route answers with. */
export type SentFile = {
  readonly kind: ExportKind
  readonly format: FileFormat
  /** Without the ending; letters, digits and hyphens. */
  readonly name: string
  /** What was asked for, without personal data. */
  readonly filters: AuditedState
  readonly holdsDonors: boolean
  readonly table: TableOf
}

/** Answers with a file to save. @throws Refusal as `Exporter.open` does */
export async function sendExport(ctx: Context, exporter: Exporter, file: SentFile): Promise<void> {
  const { kind, format, name, filters, holdsDonors, table } = file
  ctx.type = TYPES[format]
  ctx.set('Cache-Control', 'no-store')
  ctx.set('Content-Disposition', `attachment; filename="${name}.${format}"`)
  // Nobody reads the body of an answer to HEAD, so nothing would ever end the file.
  if (ctx.method === 'HEAD') return void (ctx.status = 200)
  const actor = actorOf(ctx)
  ctx.body = await exporter.open({ actor, kind, filters, holdsDonors }, format, table)
}
