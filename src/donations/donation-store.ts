import type { Queryable } from '../db/database.ts'
import type { DonationAmendment } from './decide.ts'
import type { Donation, KnownDonation } from './donation.ts'
import { attributionIn, type CheckoutSessionId, type PaymentIntentId } from './payment-fact.ts'

/**
 * One at a time per payment: without it, a charge could be set to wait in one database transaction while another
 * books its donation, and neither would see the other. Sorted, so that two batches never wait for each other.
 */
export async function lockPayments(tx: Queryable, payments: readonly PaymentIntentId[]): Promise<void> {
  await tx.query({
    name: 'lock-payments',
    text: `select pg_advisory_xact_lock(hashtextextended(payment, 0)) from unnest($1::text[]) as payment`,
    values: [[...new Set(payments)].toSorted()],
  })
}

export async function donationsOf(
  tx: Queryable,
  payments: readonly PaymentIntentId[],
  sessions: readonly CheckoutSessionId[],
): Promise<KnownDonation[]> {
  const { rows } = await tx.query<DonationRow>({
    name: 'donations-of',
    text: `select id, payment_intent_id as "paymentIntentId", stripe_session_id as "sessionId", charge_id as "chargeId",
             currency, gross_minor as minor, frequency, article_url as "articleUrl", article_title as "articleTitle",
             campaign_source as "campaignSource", campaign_medium as "campaignMedium", campaign_name as "campaignName",
             succeeded_at as "succeededAt", succeeded_on as "succeededOn"
           from donations where payment_intent_id = any($1) or stripe_session_id = any($2)`,
    values: [payments, sessions],
  })
  return rows.map((row) => ({
    ...row,
    gross: { minor: row.minor, currency: row.currency },
    attribution: attributionIn(row),
  }))
}

type DonationRow = Omit<KnownDonation, 'gross' | 'attribution'> &
  KnownDonation['attribution'] &
  KnownDonation['gross']

export async function insertDonations(tx: Queryable, booked: readonly Donation[]): Promise<void> {
  if (booked.length === 0) return
  const rows = booked.map(({ attribution, gross, ...donation }) => ({
    ...donation,
    ...attribution,
    currency: gross.currency,
    grossMinor: gross.minor.toString(),
  }))
  await tx.query({
    name: 'insert-donations',
    text: `insert into donations (id, payment_intent_id, checkout_id, stripe_session_id, charge_id, currency, gross_minor,
             frequency, article_url, article_title, campaign_source, campaign_medium, campaign_name,
             donor_name, donor_email, message, anonymous, succeeded_at, succeeded_on)
           select id, "paymentIntentId", "checkoutId", "sessionId", "chargeId", currency, "grossMinor",
             frequency, "articleUrl", "articleTitle", "campaignSource", "campaignMedium", "campaignName",
             "donorName", "donorEmail", message, anonymous, "succeededAt", "succeededOn"
           from json_to_recordset($1::json) as d(id uuid, "paymentIntentId" text, "checkoutId" uuid, "sessionId" text,
             "chargeId" text, currency text, "grossMinor" bigint, frequency text, "articleUrl" text, "articleTitle" text,
             "campaignSource" text, "campaignMedium" text, "campaignName" text, "donorName" text, "donorEmail" text,
             message text, anonymous boolean, "succeededAt" timestamptz, "succeededOn" date)`,
    values: [JSON.stringify(rows)],
  })
}

export async function amendDonations(tx: Queryable, amended: readonly DonationAmendment[]): Promise<void> {
  if (amended.length === 0) return
  await tx.query({
    name: 'amend-donations',
    text: `update donations d set charge_id = a.charge_id, succeeded_at = a.succeeded_at, succeeded_on = a.succeeded_on
           from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::date[]) as a(id, charge_id, succeeded_at, succeeded_on)
           where d.id = a.id`,
    values: [
      amended.map(({ before }) => before.id),
      amended.map(({ chargeId }) => chargeId),
      amended.map(({ succeededAt }) => succeededAt.toISOString()),
      amended.map(({ succeededOn }) => succeededOn),
    ],
  })
}
