import { z } from 'zod'
import { pageLimit, parsedBy } from '../../http/parse.ts'
import { actorKinds, type ActorKind } from '../actor.ts'
import { auditedActs, type AuditedState } from './audit-trail.ts'

/** The last act of a page, by which the next page goes on. The time is in microseconds, as Postgres counts. */
export type AuditCursor = { readonly atMicros: string; readonly position: string }

const NUMBER = /^\d{1,18}$/
const cursorParts = z.tuple([z.string().regex(NUMBER), z.string().regex(NUMBER)])

/** The cursor as a text that programs pass on without reading it. */
export function auditCursorText({ atMicros, position }: AuditCursor): string {
  return Buffer.from(JSON.stringify([atMicros, position])).toString('base64url')
}

/** @returns null for a text that `auditCursorText` did not write */
function parseAuditCursor(text: string): AuditCursor | null {
  try {
    const [atMicros, position] = cursorParts.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    return { atMicros, position }
  } catch {
    return null
  }
}

const NO_DAY = 'must be a date such as 2026-01-31'
const day = z.iso
  .date(NO_DAY)
  .refine((text) => !text.startsWith('0000'), NO_DAY)
  .optional()
const words = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(300, 'must have at most 300 characters')
  .refine((text) => !text.includes('\0'), 'must be text')
  .optional()

/** Strict: a misspelt filter is a problem, since without it the list would hold other acts than meant. */
export const auditTrailQuery = z
  .strictObject({
    actor: words.meta({
      description: 'Who did it: a member of staff’s address, or the name of a token or an operator',
    }),
    act: z.enum(auditedActs, 'must be an act that the audit trail knows').optional(),
    subject: words.meta({ description: 'What it is about', example: 'month/2026-03' }),
    from: day.meta({ description: 'First day, in the newsroom’s timezone', example: '2026-01-01' }),
    to: day.meta({ description: 'Last day, inclusive', example: '2026-01-31' }),
    limit: pageLimit({ usual: 50, largest: 500 }),
    cursor: z
      .string()
      .transform(parsedBy(parseAuditCursor, 'must be a nextCursor of this list'))
      .optional()
      .meta({ description: 'The nextCursor of the page before' }),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    path: ['to'],
    error: 'must not be before from',
  })
export type AuditTrailQuery = z.output<typeof auditTrailQuery>

/** What an act replaced or brought about: whatever the act has stored. */
const state = z.record(z.string(), z.json()).nullable()

const auditRecord = z
  .strictObject({
    position: z.int().meta({ description: '1, 2, 3 … without a gap' }),
    at: z.iso.datetime(),
    actor: z.strictObject({
      kind: z.enum(actorKinds),
      id: z.uuid().nullable(),
      name: z.string().nullable().meta({ description: 'Null for the service itself' }),
    }),
    act: z.string(),
    subject: z.string(),
    before: state,
    after: state,
    hash: z.string().meta({ description: 'SHA-256 of the act and of the hash before it, hexadecimal' }),
  })
  .meta({ id: 'AuditedAct' })
export type AuditRecord = z.output<typeof auditRecord>

export const auditTrailAnswer = z
  .strictObject({
    data: z.array(auditRecord),
    nextCursor: z.string().nullable().meta({ description: 'Null on the last page' }),
  })
  .meta({ id: 'AuditTrail' })

export const auditHeadAnswer = z
  .strictObject({
    position: z.int(),
    hash: z.string(),
    head: z.string().meta({ description: 'For `audit-verify --head`', example: '1234:9f86…' }),
  })
  .meta({ id: 'AuditHead', description: 'The latest act. Keep it outside the database.' })

/** An act as it is stored. */
export type StoredAct = {
  readonly position: bigint
  readonly at: Date
  readonly actorKind: ActorKind
  readonly actorId: string | null
  readonly actorName: string | null
  readonly act: string
  readonly subject: string
  /** The address of a member of staff, the name of a token or the donor of a gift that the act is about, as it is now. */
  readonly subjectName: string | null
  /** The amount of a gift or a deposit that the act is about, in minor units. */
  readonly subjectMinor: bigint | null
  readonly subjectCurrency: string | null
  readonly before: AuditedState | null
  readonly after: AuditedState | null
  readonly hash: Buffer
}

export function auditRecordOf(stored: StoredAct): AuditRecord {
  const { position, at, actorKind, actorId, actorName, act, subject, before, after, hash } = stored
  return {
    position: Number(position),
    at: at.toISOString(),
    actor: { kind: actorKind, id: actorId, name: actorName },
    act,
    subject,
    // JSON as it is stored; the types differ in that ours is read-only.
    before: before as AuditRecord['before'],
    after: after as AuditRecord['after'],
    hash: hash.toString('hex'),
  }
}
