import type { Queryable } from '../db/database.ts'
import {
  firstReinstatedAt,
  firstWithdrawnAt,
  numberedMovements,
  type Dispute,
  type DisputeMovement,
} from './dispute.ts'
import { type PaymentWarning, noReversals, type Reversals, type Refund } from './reversals.ts'
import type { DonationId } from '../ids.ts'

/** A row with its amount in two columns. */
type Stored<T extends { readonly amount: unknown }> = Omit<T, 'amount'> &
  Refund['amount'] & { readonly donationId: DonationId }

/** The reversals of donations. */
export async function reversalsOf(
  tx: Queryable,
  donations: readonly DonationId[],
): Promise<Map<DonationId, Reversals>> {
  const [refunds, disputes] = await Promise.all([
    tx.query<Stored<Refund>>({
      name: 'refunds-of',
      text: `select r.id, r.donation_id as "donationId", r.kind, r.currency, r.amount_minor as minor, r.status, r.reason,
               r.failure_reason as "failureReason", r.created_at as "createdAt", r.failed_at as "failedAt", r.reported_at as "reportedAt"
             from refunds r where r.donation_id = any($1) order by r.created_at, r.id`,
      values: [donations],
    }),
    tx.query<Omit<Stored<Dispute>, 'movements'> & { movements: StoredMovement[] }>({
      name: 'disputes-of',
      text: `select p.id, p.donation_id as "donationId", p.currency, p.amount_minor as minor, p.status, p.reason,
               p.evidence_due_by as "evidenceDueBy", p.created_at as "createdAt", ${STORED_MOVEMENTS} as movements
             from disputes p where p.donation_id = any($1) order by p.created_at, p.id`,
      values: [donations],
    }),
  ])
  const found = new Map<DonationId, Reversals>()
  for (const { donationId, minor, currency, ...refund } of refunds.rows) {
    const known = found.get(donationId) ?? noReversals
    const all = [...known.refunds, { ...refund, amount: { minor, currency } }]
    found.set(donationId, { ...known, refunds: all })
  }
  for (const { donationId, minor, currency, movements, ...dispute } of disputes.rows) {
    const known = found.get(donationId) ?? noReversals
    const read = { ...dispute, amount: { minor, currency }, movements: movementsIn(movements) }
    const all = [...known.disputes, read]
    found.set(donationId, { ...known, disputes: all })
  }
  return found
}

/** A movement as JSON, which has no bigint and no date. */
export type StoredMovement = { readonly minor: string; readonly movedAt: string }

/**
 * The movements of a dispute `p`, by time. A dispute that an earlier release stored has only its two times: it was withdrawn
 * and reinstated as a whole.
 */
export const STORED_MOVEMENTS = `coalesce(
  (select json_agg(json_build_object('minor', m.amount_minor::text, 'movedAt', m.moved_at) order by m.moved_at, m.amount_minor)
   from dispute_movements m where m.dispute_id = p.id),
  (select json_agg(json_build_object('minor', (w.sign * p.amount_minor)::text, 'movedAt', w.moved_at) order by w.sign)
   from (values (-1, p.withdrawn_at), (1, p.reinstated_at)) as w(sign, moved_at)
   where w.moved_at is not null and p.amount_minor > 0),
  '[]')`

export function movementsIn(stored: readonly StoredMovement[]): DisputeMovement[] {
  return stored.map(({ minor, movedAt }) => ({ minor: BigInt(minor), movedAt: new Date(movedAt) }))
}

/** A donation's reversals as they are after a batch. */
export type DonationReversals = { readonly donationId: DonationId; readonly reversals: Reversals }

export async function writeReversals(tx: Queryable, changed: readonly DonationReversals[]): Promise<void> {
  const refunds = changed.flatMap(({ donationId, reversals }) =>
    reversals.refunds.map((refund) => ({ donationId, ...refund, ...amountColumns(refund.amount) })),
  )
  const disputes = changed.flatMap(({ donationId, reversals }) =>
    reversals.disputes.map((dispute) => ({
      donationId,
      ...dispute,
      ...amountColumns(dispute.amount),
      // A reinstatement without its withdrawal implies one. An earlier release reads these two columns.
      withdrawnAt: firstWithdrawnAt(dispute) ?? firstReinstatedAt(dispute),
      reinstatedAt: firstReinstatedAt(dispute),
      movements: undefined,
    })),
  )
  const movements = changed
    .flatMap(({ reversals }) => reversals.disputes)
    .flatMap((dispute) =>
      numberedMovements(dispute).map(({ minor, ...movement }) => ({
        disputeId: dispute.id,
        ...movement,
        minor: minor.toString(),
        currency: dispute.amount.currency,
      })),
    )
  await Promise.all([
    refunds.length === 0
      ? null
      : tx.query({
          name: 'write-refunds',
          text: `insert into refunds (id, donation_id, kind, currency, amount_minor, status, reason, failure_reason, created_at, failed_at, reported_at)
                 select id, "donationId", kind, currency, minor, status, reason, "failureReason", "createdAt", "failedAt", "reportedAt"
                 from json_to_recordset($1::json) as r(id text, "donationId" uuid, kind text, currency text, minor bigint,
                   status text, reason text, "failureReason" text, "createdAt" timestamptz, "failedAt" timestamptz, "reportedAt" timestamptz)
                 on conflict (id) do update set status = excluded.status, reason = excluded.reason,
                   failure_reason = excluded.failure_reason, created_at = excluded.created_at,
                   failed_at = excluded.failed_at, reported_at = excluded.reported_at`,
          values: [JSON.stringify(refunds)],
        }),
    disputes.length === 0
      ? null
      : tx.query({
          name: 'write-disputes',
          text: `insert into disputes (id, donation_id, currency, amount_minor, status, reason, evidence_due_by, withdrawn_at, reinstated_at, created_at)
                 select id, "donationId", currency, minor, status, reason, "evidenceDueBy", "withdrawnAt", "reinstatedAt", "createdAt"
                 from json_to_recordset($1::json) as p(id text, "donationId" uuid, currency text, minor bigint, status text,
                   reason text, "evidenceDueBy" timestamptz, "withdrawnAt" timestamptz, "reinstatedAt" timestamptz,
                   "createdAt" timestamptz)
                 on conflict (id) do update set currency = excluded.currency, amount_minor = excluded.amount_minor,
                   status = excluded.status, reason = excluded.reason, evidence_due_by = excluded.evidence_due_by, withdrawn_at = excluded.withdrawn_at,
                   reinstated_at = excluded.reinstated_at`,
          values: [JSON.stringify(disputes)],
        }),
    movements.length === 0
      ? null
      : tx.query({
          name: 'write-dispute-movements',
          text: `insert into dispute_movements (dispute_id, direction, place, currency, amount_minor, moved_at)
                 select "disputeId", direction, place, currency, minor, "movedAt"
                 from json_to_recordset($1::json) as m("disputeId" text, direction text, place integer, currency text,
                   minor bigint, "movedAt" timestamptz)
                 on conflict (dispute_id, direction, place) do update
                   set amount_minor = excluded.amount_minor, moved_at = excluded.moved_at`,
          values: [JSON.stringify(movements)],
        }),
  ])
}

export async function insertFraudWarnings(tx: Queryable, warnings: readonly PaymentWarning[]): Promise<void> {
  if (warnings.length === 0) return
  const rows = warnings.map(({ paymentIntentId, warning }) => ({ paymentIntentId, ...warning }))
  await tx.query({
    name: 'insert-fraud-warnings',
    text: `insert into fraud_warnings (id, payment_intent_id, charge_id, fraud_type, actionable, created_at)
           select id, "paymentIntentId", "chargeId", "fraudType", actionable, "createdAt"
           from json_to_recordset($1::json) as w(id text, "paymentIntentId" text, "chargeId" text, "fraudType" text,
             actionable boolean, "createdAt" timestamptz)
           on conflict (id) do nothing`,
    values: [JSON.stringify(rows)],
  })
}

/** The amount as text, because JSON has no bigint, in place of `amount` itself. */
function amountColumns({ minor, currency }: Refund['amount']) {
  return { minor: minor.toString(), currency, amount: undefined }
}
