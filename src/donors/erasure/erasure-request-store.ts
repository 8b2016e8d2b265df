import { recordAct } from '../../access/audit/audit-trail-store.ts'
import type { Queryable } from '../../db/database.ts'

/** A donor's own request to be erased, by the latest gift. */
export type ErasureRequest = { readonly donationId: string }

/** Asking twice is one request. Call it in a database transaction. */
export async function requestErasure(tx: Queryable, donationId: string, at: Date): Promise<void> {
  const { rowCount } = await tx.query(
    `insert into donor_erasure_requests as r (donation_id, requested_at) values ($1, $2)
     on conflict (donation_id) do update set requested_at = excluded.requested_at, ended_at = null, outcome = null
       where r.ended_at is not null`,
    [donationId, at],
  )
  if (rowCount === 0) return
  await recordAct(tx, {
    actor: { kind: 'donor' },
    act: 'donor_erasure_requested',
    subject: `donation/${donationId}`,
    at,
  })
}

/** The request that has waited longest. */
export async function nextErasureRequest(db: Queryable): Promise<ErasureRequest | null> {
  const { rows } = await db.query<ErasureRequest>(
    `select donation_id as "donationId" from donor_erasure_requests where ended_at is null order by requested_at limit 1`,
  )
  return rows[0] ?? null
}

export async function endErasureRequest(
  db: Queryable,
  donationId: string,
  outcome: 'erased' | 'refused',
  at: Date,
): Promise<void> {
  await db.query(
    'update donor_erasure_requests set ended_at = $3, outcome = $2 where donation_id = $1 and ended_at is null',
    [donationId, outcome, at],
  )
}
