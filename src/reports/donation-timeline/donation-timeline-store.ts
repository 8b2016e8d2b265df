import type { Queryable } from '../../db/database.ts'
import { balanceKind, type Classified } from '../../settlement/balance/balance-types.ts'
import type { DonationRow } from '../donation-record.ts'
import type {
  TimelineAgreement,
  TimelineDisputeMovement,
  TimelineFacts,
  TimelineMovement,
  TimelineRefund,
} from './donation-timeline.ts'

type StoredFacts = Pick<
  TimelineFacts,
  'checkoutAt' | 'agreement' | 'movements' | 'refunds' | 'disputeMovements'
>

/** What Stripe's balance, refunds and disputes say of a donation, and when its checkout was opened. */
export async function timelineFacts(db: Queryable, row: DonationRow): Promise<StoredFacts> {
  const [checkoutAt, agreement, movements, refunds, disputeMovements] = await Promise.all([
    checkoutTime(db, row),
    agreementOf(db, row.stripe_subscription_id),
    movementsOf(db, row.payment_intent_id),
    refundsOf(db, row.id),
    disputeMovementsOf(db, row.id),
  ])
  return { checkoutAt, agreement, movements, refunds, disputeMovements }
}

/** Null for a renewal, whose checkout started the agreement and not this gift. */
async function checkoutTime(db: Queryable, row: DonationRow): Promise<Date | null> {
  if (row.checkout_id === null) return null
  const { rows } = await db.query<{ at: Date }>(
    `select c.created_at as at from checkouts c where c.id = $1 and not exists (
       select from donations o where o.checkout_id = c.id and o.stripe_subscription_id is not null
         and (o.succeeded_at, o.id) < ($2, $3))`,
    [row.checkout_id, row.succeeded_at, row.id],
  )
  return rows[0]?.at ?? null
}

async function agreementOf(db: Queryable, subscription: string | null): Promise<TimelineAgreement | null> {
  if (subscription === null) return null
  const { rows } = await db.query<TimelineAgreement>({
    name: 'timeline-agreement',
    text: `select stop.asked_at as "stopAskedAt", s.canceled_at as "canceledAt", s.end_reason as "endReason"
           from subscriptions s left join recurring_stops stop using (stripe_subscription_id)
           where s.stripe_subscription_id = $1`,
    values: [subscription],
  })
  return rows[0] ?? null
}

async function movementsOf(db: Queryable, payment: string): Promise<TimelineMovement[]> {
  const { rows } = await db.query<Omit<TimelineMovement, 'kind'> & Classified>({
    name: 'timeline-movements',
    text: `select b.id, b.type, b.reporting_category as "reportingCategory", b.source, b.currency, b.amount_minor as "amountMinor", b.fee_minor as "feeMinor",
             b.net_minor as "netMinor", b.created_at as at, b.read_at as "readAt", p.payout
           from balance_transactions b left join lateral (
             select json_build_object('id', o.id, 'status', o.status, 'currency', o.currency,
               'amountMinor', o.amount_minor::text, 'createdAt', o.created_at, 'arrivalDate', o.arrival_date,
               'readAt', (select t.read_at from balance_transactions t where t.id = o.balance_transaction_id),
               'arrivalRecordedAt', (select max(t.posted_at) from ledger_transactions t where t.source = o.id and t.effect = 'arrived'),
               'bankDay', (select l.day from bank_matches m join bank_lines l on l.id = m.bank_line_id
                 where m.payout_id = o.id and m.kind = 'deposit' and m.ended_at is null)) as payout
             from payout_items i join payouts o on o.id = i.payout_id where i.balance_transaction_id = b.id
             order by o.created_at desc limit 1) p on true
           where b.payment_intent_id = $1 order by b.created_at, b.id`,
    values: [payment],
  })
  // JSON has no bigint and no date.
  return rows.map(({ payout, reportingCategory, source, ...movement }) => ({
    ...movement,
    kind: balanceKind({ type: movement.type, reportingCategory, source }),
    payout: payout && {
      ...payout,
      amountMinor: BigInt(payout.amountMinor),
      createdAt: new Date(payout.createdAt),
      readAt: payout.readAt && new Date(payout.readAt),
      arrivalRecordedAt: payout.arrivalRecordedAt && new Date(payout.arrivalRecordedAt),
    },
  }))
}

async function refundsOf(db: Queryable, donation: string): Promise<TimelineRefund[]> {
  const { rows } = await db.query<TimelineRefund>({
    name: 'timeline-refunds',
    text: `select id, kind, status, currency, amount_minor as "amountMinor", created_at as "createdAt", failed_at as "failedAt"
           from refunds where donation_id = $1 order by created_at, id`,
    values: [donation],
  })
  return rows
}

async function disputeMovementsOf(db: Queryable, donation: string): Promise<TimelineDisputeMovement[]> {
  const { rows } = await db.query<TimelineDisputeMovement>({
    name: 'timeline-dispute-movements',
    text: `select m.dispute_id as dispute, m.dispute_id || case when m.place > 1 then '#' || m.place else '' end as source, m.currency, m.amount_minor as "amountMinor", m.moved_at as at
           from disputes p join dispute_movements m on m.dispute_id = p.id
           where p.donation_id = $1 order by m.moved_at, m.amount_minor`,
    values: [donation],
  })
  return rows
}
