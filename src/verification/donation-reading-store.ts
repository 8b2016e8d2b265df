import type { Queryable } from '../db/database.ts'
import type { DayTotal } from './day-total-check.ts'
import type { FoundDonation } from './donation-check.ts'
import type { FoundDispute, FoundRefund } from './reversal-check.ts'
import { pageOf } from './pages.ts'

const PAGE = 5000
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'

/** Donations without their donors. */
export async function donationRows(tx: Queryable, after: string | null) {
  const { rows } = await tx.query<FoundDonation>({
    name: 'verify-donations',
    text: `select id, payment_intent_id as "paymentIntentId", stripe_session_id as "sessionId",
             stripe_invoice_id as "invoiceId", stripe_subscription_id as "subscriptionId", checkout_id as "checkoutId",
             charge_id as "chargeId", currency, gross_minor as "grossMinor", frequency, article_url as "articleUrl",
             article_title as "articleTitle", campaign_source as "campaignSource", campaign_medium as "campaignMedium",
             campaign_name as "campaignName", succeeded_at as "succeededAt", succeeded_on as "succeededOn", status,
             refunded_minor as "refundedMinor", disputed_minor as "disputedMinor", lost_minor as "lostMinor"
           from donations where id > $1 order by id limit $2`,
    values: [after ?? BEFORE_ALL, PAGE],
  })
  return pageOf(rows, PAGE, ({ id }): string => id)
}

export async function refundRows(tx: Queryable): Promise<FoundRefund[]> {
  const { rows } = await tx.query<FoundRefund>(
    `select r.id, d.payment_intent_id as payment, r.currency, r.amount_minor as minor, r.kind, r.status,
       r.created_at as "createdAt", r.failed_at as "failedAt"
     from refunds r left join donations d on d.id = r.donation_id`,
  )
  return rows
}

export async function disputeRows(tx: Queryable): Promise<FoundDispute[]> {
  const { rows } = await tx.query<FoundDispute>(
    `select p.id, d.payment_intent_id as payment, p.currency, p.amount_minor as minor, p.status,
       p.withdrawn_at as "withdrawnAt", p.reinstated_at as "reinstatedAt"
     from disputes p left join donations d on d.id = p.donation_id`,
  )
  return rows
}

export async function warningIds(tx: Queryable): Promise<Set<string>> {
  const { rows } = await tx.query<{ id: string }>(`select id from fraud_warnings`)
  return new Set(rows.map(({ id }) => id))
}

export async function subscriptionIds(tx: Queryable): Promise<Set<string>> {
  const { rows } = await tx.query<{ id: string }>(`select stripe_subscription_id as id from subscriptions`)
  return new Set(rows.map(({ id }) => id))
}

export async function dayTotalRows(tx: Queryable): Promise<DayTotal[]> {
  const { rows } = await tx.query<DayTotal>(
    `select day, currency, frequency, donations, gross_minor as "grossMinor" from day_totals
     order by day, currency, frequency`,
  )
  return rows
}
