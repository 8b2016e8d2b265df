import type { Knex } from 'knex'
import type { Queryable } from '../db/database.ts'
import type { Act } from './audit-trail.ts'

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
