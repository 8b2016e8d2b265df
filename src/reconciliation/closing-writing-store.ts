import type { Queryable } from '../db/database.ts'
import type { Month } from '../calendar/month.ts'
import type { Closing, SignOff } from './reconciliation.ts'
import type { ReconciliationRecord } from './reconciliation-record.ts'

/** The first moment after the month, in the newsroom's timezone. */
export async function monthEnds(db: Queryable, month: Month, timezone: string): Promise<Date> {
  const { rows } = await db.query<{ ends: Date }>(
    `select (($1 || '-01')::timestamp + interval '1 month') at time zone $2 as ends`,
    [month, timezone],
  )
  const [row] = rows
  if (!row) throw new Error('a select without a row')
  return row.ends
}

/** Events that happened before then and are not applied yet: they may still book into the month. */
export async function pendingEvents(db: Queryable, before: Date): Promise<number> {
  const { rows } = await db.query<{ pending: number }>(
    `select count(*)::int as pending from inbox_states s join inbox_events e on e.id = s.inbox_event_id
     where s.outcome = 'pending' and e.created_at < $1`,
    [before],
  )
  return rows[0]?.pending ?? 0
}

export async function insertClosing(
  tx: Queryable,
  { month, closedAt, closedBy }: Closing,
  books: ReconciliationRecord,
): Promise<void> {
  await tx.query(
    `insert into month_closings (month, closed_at, closed_by, reconciliation) values ($1, $2, $3, $4::jsonb)`,
    [month, closedAt, closedBy, JSON.stringify(books)],
  )
}

export async function insertSignOff(tx: Queryable, exception: SignOff): Promise<void> {
  const { month, object, kind, currency, amountMinor, reason, signedOffBy, signedOffAt } = exception
  await tx.query(
    `insert into month_sign_offs (month, object, kind, currency, amount_minor, reason, signed_off_by, signed_off_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [month, object, kind, currency, amountMinor, reason, signedOffBy, signedOffAt],
  )
}
