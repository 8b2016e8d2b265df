import type { Knex } from 'knex'
import type { Queryable } from '../../db/database.ts'
import type { Act } from './audit-trail.ts'
import type { AuditCursor, AuditTrailQuery, StoredAct } from './audit-trail-record.ts'

const COLUMNS = ['at', 'actor_kind', 'actor_id', 'actor_name', 'act', 'subject', 'before', 'after'] as const

/**
 * Adds an act to the audit trail, whose chain the database extends. Call it in the database transaction of the act
 * itself, as its last statement: acts of other transactions wait from here on until this one ends.
 */
export async function recordAct(tx: Queryable | Knex, act: Act): Promise<void> {
  const { actor } = act
  const values = [
    act.at,
    actor.kind,
    'id' in actor ? actor.id : null,
    'name' in actor ? actor.name : null,
    act.act,
    act.subject,
    jsonOf(act.before),
    jsonOf(act.after),
  ]
  const insertWith = (placeholder: (index: number) => string) =>
    `insert into audit_trail (${COLUMNS.join(', ')}) values (${COLUMNS.map((_, index) => placeholder(index)).join(', ')})`
  if (isKnex(tx))
    await tx.raw(
      insertWith(() => '?'),
      values,
    )
  else
    await tx.query(
      insertWith((index) => `$${index + 1}`),
      values,
    )
}

function isKnex(tx: Queryable | Knex): tx is Knex {
  return 'raw' in tx
}

function jsonOf(state: Act['before']): string | null {
  return state === undefined ? null : JSON.stringify(state)
}

/** One page of acts, newest first, and where the next page goes on; null on the last one. */
export async function listActs(
  db: Queryable,
  query: AuditTrailQuery,
  timezone: string,
): Promise<{ readonly acts: readonly StoredAct[]; readonly next: AuditCursor | null }> {
  const { actor = null, act = null, subject = null, from = null, to = null, limit, cursor } = query
  const values: unknown[] = []
  const bound = (value: unknown) => `$${values.push(value)}`
  const conditions = [
    ...(actor === null ? [] : [`a.actor_name in (${namesOf(actor).map(bound).join(', ')})`]),
    ...(act === null ? [] : [`a.act = ${bound(act)}`]),
    ...(subject === null ? [] : [`a.subject = ${bound(subject)}`]),
    ...(from === null ? [] : [`a.at >= ${bound(from)}::date::timestamp at time zone ${bound(timezone)}`]),
    ...(to === null ? [] : [`a.at < (${bound(to)}::date + 1)::timestamp at time zone ${bound(timezone)}`]),
    ...(cursor
      ? [
          `(a.at, a.position) < (timestamptz 'epoch' + ${bound(cursor.atMicros)} * interval '1 microsecond', ${bound(cursor.position)}::bigint)`,
        ]
      : []),
  ]
  const { rows } = await db.query<StoredAct & { at_micros: bigint }>(
    `select a.position, a.at, a.actor_kind as "actorKind", a.actor_id as "actorId", a.actor_name as "actorName", a.act,
            a.subject, a.before, a.after, a.hash, (extract(epoch from a.at) * 1000000)::bigint as at_micros,
            case when a.subject ~ '^staff/[0-9a-f-]{36}$' then (select email from staff where id = substr(a.subject, 7)::uuid)
                 when a.subject ~ '^token/[0-9a-f-]{36}$' then (select name from api_tokens where id = substr(a.subject, 7)::uuid)
                 else d.donor_name end as "subjectName",
            coalesce(d.currency, p.currency) as "subjectCurrency", coalesce(d.gross_minor, p.amount_minor) as "subjectMinor"
       from audit_trail a
         left join donations d on d.id = case when a.subject ~ '^donation/[0-9a-f-]{36}$' then substr(a.subject, 10)::uuid end
         left join payouts p on p.id = case when a.subject ~ '^(deposit|payout)/' then substr(a.subject, strpos(a.subject, '/') + 1) end
       ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
      order by a.at desc, a.position desc limit ${bound(limit + 1)}`,
    values,
  )
  const acts = rows.slice(0, limit)
  const last = rows.length > limit ? acts.at(-1) : undefined
  return {
    acts,
    next: last ? { atMicros: String(last.at_micros), position: String(last.position) } : null,
  }
}

/** Addresses are stored in lower case, names of tokens as they were given. */
function namesOf(actor: string): readonly string[] {
  return [...new Set([actor, actor.toLowerCase()])]
}

const MOST_NAMES = 200

/** Addresses of staff and names of tokens, by the alphabet: whom a filter may ask for. Not more than 200. */
export async function actorNames(db: Queryable): Promise<readonly string[]> {
  const { rows } = await db.query<{ name: string }>(
    `select email as name from staff union select name from api_tokens order by 1 limit ${MOST_NAMES}`,
  )
  return rows.map(({ name }) => name)
}
