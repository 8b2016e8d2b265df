import type { Queryable } from '../../db/database.ts'
import type { StandingExplanation } from './standing-explanation.ts'
import { lockKey } from '../../db/site-scope.ts'

/** Those that hold at the instant, the oldest first. */
export async function standingExplanations(db: Queryable, asOf: Date): Promise<StandingExplanation[]> {
  const { rows } = await db.query<StandingExplanation>(
    `select id, kind, type, reason, made_by as "madeBy", made_at as "madeAt" from standing_explanations s
     where made_at <= $1 and not exists (
       select from standing_explanation_ends e where e.explanation_id = s.id and e.ended_at <= $1)
     order by made_at, id`,
    [asOf],
  )
  return rows
}

/** Until the transaction ends, nobody else makes or ends an explanation. */
export async function lockExplanations(tx: Queryable): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(${lockKey("'standing explanations'")})`)
}

export async function insertExplanation(tx: Queryable, explanation: StandingExplanation): Promise<void> {
  const { id, kind, type, reason, madeBy, madeAt } = explanation
  await tx.query(
    `insert into standing_explanations (id, kind, type, reason, made_by, made_at) values ($1, $2, $3, $4, $5, $6)`,
    [id, kind, type, reason, madeBy, madeAt],
  )
}

export async function insertEnd(
  tx: Queryable,
  id: string,
  { by, at }: { readonly by: string; readonly at: Date },
): Promise<void> {
  await tx.query(
    `insert into standing_explanation_ends (explanation_id, ended_by, ended_at) values ($1, $2, $3)`,
    [id, by, at],
  )
}
