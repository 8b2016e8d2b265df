import type { Queryable } from '../db/database.ts'
import { storedMoney, type Money } from '../money/money.ts'
import { waitingStatuses } from './dispute-reason.ts'

/** A dispute, or an inquiry that may become one, that waits for the newsroom's answer. */
export type OpenDispute = {
  readonly id: string
  readonly donationId: string
  readonly amount: Money
  readonly status: string
  /** Stripe's word; null where it names none. */
  readonly reason: string | null
  /** Null where Stripe names no day. */
  readonly evidenceDueBy: Date | null
  readonly isOverdue: boolean
}

/** Those whose answer is due first come first; those without a day come last. */
export async function openDisputes(db: Queryable, now: Date, limit = 50): Promise<OpenDispute[]> {
  type Row = Omit<OpenDispute, 'amount'> & { currency: string; minor: bigint }
  const { rows } = await db.query<Row>({
    name: 'open-disputes',
    text: `select id, donation_id as "donationId", currency, amount_minor as minor, status, reason,
             evidence_due_by as "evidenceDueBy", coalesce(evidence_due_by <= $2, false) as "isOverdue"
           from disputes where status = any($1) order by evidence_due_by nulls last, id limit $3`,
    values: [waitingStatuses, now, limit],
  })
  return rows.map(({ currency, minor, ...row }) => ({ ...row, amount: storedMoney(minor, currency) }))
}
