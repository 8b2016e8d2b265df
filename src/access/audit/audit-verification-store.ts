import type { Queryable } from '../../db/database.ts'
import {
  firstBrokenLink,
  NO_ACT,
  type AuditHead,
  type BrokenLink,
  type ChainLink,
} from './audit-verification.ts'

const ACTS_AT_ONCE = 5_000

/**
 * The text of an act whose hash the trigger stores. It is composed here once more: whoever edits rows may edit the
 * database's functions, too.
 */
const CONTENT = `jsonb_build_array(
  position, to_char(at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), actor_kind, actor_id, actor_name, act, subject,
  before, after, encode(previous_hash, 'hex'))::text`

/** How many acts the trail has, its head, and the first position at which its chain is broken. */
export type AuditVerification = {
  readonly head: AuditHead
  readonly broken: BrokenLink | null
}

/**
 * Reads the whole trail and follows its chain up to the first broken position.
 * @param exported a head that was kept elsewhere
 */
export async function verifyAuditTrail(
  db: Queryable,
  exported: AuditHead | null = null,
): Promise<AuditVerification> {
  let head = NO_ACT
  for (;;) {
    const links = await linksAfter(db, head === NO_ACT ? null : head.position)
    const broken = firstBrokenLink(head, links, exported)
    if (broken) return { head, broken }
    head = links.at(-1) ?? head
    if (links.length < ACTS_AT_ONCE) break
  }
  const isShort = exported !== null && exported.position > head.position
  return { head, broken: isShort ? { position: head.position + 1n, problem: 'ends_before_head' } : null }
}

async function linksAfter(db: Queryable, position: bigint | null): Promise<ChainLink[]> {
  const { rows } = await db.query<ChainLink>(
    `select position, hash, previous_hash as "previousHash", ${CONTENT} as content
       from audit_trail where $1::bigint is null or position > $1 order by position limit ${ACTS_AT_ONCE}`,
    [position],
  )
  return rows
}

/** The latest act's position and hash, as they are stored; position 0 before the first act. */
export async function auditHead(db: Queryable): Promise<AuditHead> {
  const { rows } = await db.query<AuditHead>(
    'select position, hash from audit_trail order by position desc limit 1',
  )
  return rows[0] ?? NO_ACT
}
