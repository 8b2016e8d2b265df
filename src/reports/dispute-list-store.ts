import type { Queryable } from '../db/database.ts'
import { movementsIn, STORED_MOVEMENTS, type StoredMovement } from '../refunds/reversal-store.ts'
import { CLOSED_STATUSES, type DisputeCursor, type DisputeRow, type DisputesQuery } from './dispute-list.ts'

export type DisputePage = { readonly rows: readonly DisputeRow[]; readonly next: DisputeCursor | null }

/** Newest first. */
export async function listDisputes(
  db: Queryable,
  { state, limit, cursor }: DisputesQuery,
): Promise<DisputePage> {
  const { rows } = await db.query<Omit<DisputeRow, 'withdrawnMinor'> & { movements: StoredMovement[] }>({
    name: 'list-disputes',
    text: `select p.id, p.status, p.reason, p.currency, p.amount_minor as "amountMinor", ${STORED_MOVEMENTS} as movements,
             p.evidence_due_by as "evidenceDueBy", p.created_at as "createdAt",
             (extract(epoch from p.created_at) * 1000000)::bigint as "createdAtMicros",
             d.id as "donationId", d.gross_minor as "grossMinor", d.succeeded_at as "succeededAt",
             d.payment_intent_id as "paymentIntentId"
           from disputes p join donations d on d.id = p.donation_id
           where ($1::text is null or ($1 = 'closed') = (p.status = any($2)))
             and ($3::bigint is null or (p.created_at, p.id) < (timestamptz 'epoch' + $3 * interval '1 microsecond', $4::text))
           order by p.created_at desc, p.id desc limit $5`,
    // One row more than the page holds shows whether there is a further page.
    values: [state ?? null, CLOSED_STATUSES, cursor?.createdAtMicros ?? null, cursor?.id ?? null, limit + 1],
  })
  const page = rows.slice(0, limit).map(({ movements, ...row }) => ({
    ...row,
    withdrawnMinor: movementsIn(movements).reduce((sum, { minor }) => sum - minor, 0n),
  }))
  const last = rows.length > limit ? page.at(-1) : undefined
  return { rows: page, next: last ? { createdAtMicros: String(last.createdAtMicros), id: last.id } : null }
}
