import type { Queryable } from '../db/database.ts'
import type { DonationAmendment, Donation, KnownDonation } from './donation.ts'
import { noReversals } from '../refunds/reversals.ts'
import { reversalsOf } from '../refunds/reversal-store.ts'
import { donationBalance, type DonationBalance } from '../refunds/donation-balance.ts'
import type {
  CheckoutId,
  CheckoutSessionId,
  DonationId,
  InvoiceId,
  PaymentIntentId,
  SubscriptionId,
} from '../ids.ts'
import { attributionIn } from '../checkout/attribution.ts'
import type { CurrencyCode } from '../money/currency.ts'
import type { Money } from '../money/money.ts'
import { lockKey } from '../db/site-scope.ts'

/**
 * Locks payments, invoices and subscriptions until the database transaction ends. Without the lock, one transaction could leave a
 * charge waiting while another books its donation, and neither would see the other. Sorted, so that two batches never
 * wait for each other.
 */
export async function lockPayments(
  tx: Queryable,
  payments: readonly (PaymentIntentId | InvoiceId | SubscriptionId)[],
): Promise<void> {
  await tx.query({
    name: 'lock-payments',
    text: `select pg_advisory_xact_lock(${lockKey('payment')}) from unnest($1::text[]) as payment`,
    values: [[...new Set(payments)].toSorted()],
  })
}

/** The donations that facts name by payment, session or invoice, with their reversals. */
export async function knownDonations(
  tx: Queryable,
  payments: readonly PaymentIntentId[],
  sessions: readonly CheckoutSessionId[],
  invoices: readonly InvoiceId[],
): Promise<KnownDonation[]> {
  if (payments.length + sessions.length + invoices.length === 0) return []
  const { rows } = await tx.query<DonationRow>({
    name: 'known-donations',
    text: `select id, payment_intent_id as "paymentIntentId", stripe_session_id as "sessionId", stripe_invoice_id as "invoiceId",
             stripe_subscription_id as "subscriptionId", checkout_id as "checkoutId", charge_id as "chargeId", charged_at as "chargedAt",
             donor_name as "donorName", donor_email as "donorEmail", message, anonymous, currency, gross_minor as minor, covered_fee_minor as "coveredFeeMinor",
             presentment_currency as "presentmentCurrency", presentment_minor as "presentmentMinor", frequency, article_url as "articleUrl", article_title as "articleTitle",
             campaign_source as "campaignSource", campaign_medium as "campaignMedium", campaign_name as "campaignName",
             succeeded_at as "succeededAt", succeeded_on as "succeededOn"
           from donations where payment_intent_id = any($1) or stripe_session_id = any($2) or stripe_invoice_id = any($3)`,
    values: [payments, sessions, invoices],
  })
  // Most facts are of gifts that are not booked yet, and nothing of theirs went back.
  if (rows.length === 0) return []
  const reversals = await reversalsOf(
    tx,
    rows.map(({ id }) => id),
  )
  return rows.map(({ donorName, donorEmail, ...row }) => ({
    ...row,
    donor: { name: donorName, email: donorEmail },
    gross: { minor: row.minor, currency: row.currency },
    presentment: presentmentIn(row),
    attribution: attributionIn(row),
    reversals: reversals.get(row.id) ?? noReversals,
  }))
}

type DonationRow = Omit<KnownDonation, 'gross' | 'presentment' | 'attribution' | 'donor' | 'reversals'> &
  PresentmentColumns &
  KnownDonation['attribution'] &
  KnownDonation['gross'] & { readonly donorName: string | null; readonly donorEmail: string | null }

export async function insertDonations(tx: Queryable, booked: readonly Donation[]): Promise<void> {
  if (booked.length === 0) return
  const rows = booked.map(({ attribution, donor, gross, presentment, reversals, ...donation }) => ({
    ...donation,
    ...attribution,
    donorName: donor.name,
    donorEmail: donor.email,
    ...balanceColumns(donationBalance(gross, reversals)),
    currency: gross.currency,
    grossMinor: gross.minor.toString(),
    coveredFeeMinor: donation.coveredFeeMinor.toString(),
    presentmentCurrency: presentment?.currency ?? null,
    presentmentMinor: presentment?.minor.toString() ?? null,
  }))
  await tx.query({
    name: 'insert-donations',
    text: `insert into donations (id, payment_intent_id, checkout_id, stripe_session_id, stripe_invoice_id, stripe_subscription_id, charge_id, charged_at, currency, gross_minor, covered_fee_minor,
             presentment_currency, presentment_minor, frequency, article_url, article_title, campaign_source, campaign_medium, campaign_name,
             donor_name, donor_email, message, anonymous, succeeded_at, succeeded_on,
             status, refunded_minor, disputed_minor, lost_minor)
           select id, "paymentIntentId", "checkoutId", "sessionId", "invoiceId", "subscriptionId", "chargeId", "chargedAt", currency, "grossMinor", "coveredFeeMinor",
             "presentmentCurrency", "presentmentMinor", frequency, "articleUrl", "articleTitle", "campaignSource", "campaignMedium", "campaignName",
             "donorName", "donorEmail", message, anonymous, "succeededAt", "succeededOn",
             status, "refundedMinor", "disputedMinor", "lostMinor"
           from json_to_recordset($1::json) as d(id uuid, "paymentIntentId" text, "checkoutId" uuid, "sessionId" text,
             "invoiceId" text, "subscriptionId" text,
             "chargeId" text, "chargedAt" timestamptz, currency text, "grossMinor" bigint, "coveredFeeMinor" bigint, "presentmentCurrency" text,
             "presentmentMinor" bigint, frequency text, "articleUrl" text, "articleTitle" text,
             "campaignSource" text, "campaignMedium" text, "campaignName" text, "donorName" text, "donorEmail" text,
             message text, anonymous boolean, "succeededAt" timestamptz, "succeededOn" date,
             status text, "refundedMinor" bigint, "disputedMinor" bigint, "lostMinor" bigint)`,
    values: [JSON.stringify(rows)],
  })
}

/**
 * Names the donors of gifts whose invoices did not, as the sessions that started their subscriptions do. Call it after the
 * batch's donations and subscriptions are written: either may be the first.
 */
export async function nameDonors(tx: Queryable, subscriptions: readonly SubscriptionId[]): Promise<void> {
  if (subscriptions.length === 0) return
  await tx.query({
    name: 'name-donors',
    text: `update donations d set donor_name = coalesce(d.donor_name, s.donor_name), donor_email = coalesce(d.donor_email, s.donor_email)
           from subscriptions s
           where s.stripe_subscription_id = any($1) and d.stripe_subscription_id = s.stripe_subscription_id
             and d.donor_erased_at is null
             and (d.donor_name is null and s.donor_name is not null or d.donor_email is null and s.donor_email is not null)`,
    values: [subscriptions],
  })
}

export async function amendDonations(tx: Queryable, amended: readonly DonationAmendment[]): Promise<void> {
  if (amended.length === 0) return
  const balances = amended.map(({ before, reversals }) => donationBalance(before.gross, reversals))
  await tx.query({
    name: 'amend-donations',
    text: `update donations d set charge_id = a.charge_id, charged_at = a.charged_at, presentment_currency = a.presentment_currency,
             presentment_minor = a.presentment_minor, succeeded_at = a.succeeded_at, succeeded_on = a.succeeded_on,
             status = a.status, refunded_minor = a.refunded, disputed_minor = a.disputed, lost_minor = a.lost
           from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::date[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[],
               $9::text[], $10::bigint[], $11::timestamptz[])
             as a(id, charge_id, succeeded_at, succeeded_on, status, refunded, disputed, lost, presentment_currency,
               presentment_minor, charged_at)
           where d.id = a.id`,
    values: [
      amended.map(({ before }) => before.id),
      amended.map(({ chargeId }) => chargeId),
      amended.map(({ succeededAt }) => succeededAt.toISOString()),
      amended.map(({ succeededOn }) => succeededOn),
      balances.map(({ status }) => status),
      balances.map(({ refundedMinor }) => refundedMinor),
      balances.map(({ disputedMinor }) => disputedMinor),
      balances.map(({ lostMinor }) => lostMinor),
      amended.map(({ presentment }) => presentment?.currency ?? null),
      amended.map(({ presentment }) => presentment?.minor ?? null),
      amended.map(({ chargedAt }) => chargedAt?.toISOString() ?? null),
    ],
  })
}

/**
 * Replaces the address to which the donor's mails go. What the donor typed stays in Stripe's event.
 * @returns the address before; null when it is the same
 */
export async function correctDonorEmail(
  tx: Queryable,
  id: string,
  email: string,
): Promise<{ readonly previous: string | null } | null> {
  const { rows } = await tx.query<{ previous: string | null }>(
    `update donations d set donor_email = $2
       from (select id, donor_email from donations where id = $1 for update) earlier
      where d.id = earlier.id and earlier.donor_email is distinct from $2 returning earlier.donor_email as previous`,
    [id, email],
  )
  return rows[0] ?? null
}

/** A donor's data, locked until the database transaction ends. */
export type LockedDonor = {
  readonly id: DonationId
  readonly name: string | null
  readonly email: string | null
  readonly currency: CurrencyCode
  readonly succeededAt: Date
}

/** Locks a donation's payment like processing does, so that no event changes its receipts meanwhile. */
export async function lockDonor(tx: Queryable, donationId: string): Promise<LockedDonor | null> {
  const { rows: payments } = await tx.query<{ payment: PaymentIntentId }>(
    'select payment_intent_id as payment from donations where id = $1',
    [donationId],
  )
  await lockPayments(
    tx,
    payments.map(({ payment }) => payment),
  )
  const { rows } = await tx.query<LockedDonor>(
    `select id, donor_name as name, donor_email as email, currency, succeeded_at as "succeededAt"
     from donations where id = $1 for no key update`,
    [donationId],
  )
  return rows[0] ?? null
}

export async function renameDonor(tx: Queryable, id: DonationId, name: string | null): Promise<void> {
  await tx.query('update donations set donor_name = $2 where id = $1', [id, name])
}

/** The columns of what the reader was charged in another currency. */
export type PresentmentColumns = {
  readonly presentmentCurrency: CurrencyCode | null
  readonly presentmentMinor: bigint | null
}

function presentmentIn({
  presentmentCurrency: currency,
  presentmentMinor: minor,
}: PresentmentColumns): Money | null {
  return currency === null || minor === null ? null : { minor, currency }
}

/** Amounts as text, because JSON has no bigint. */
function balanceColumns({ status, refundedMinor, disputedMinor, lostMinor }: DonationBalance) {
  return {
    status,
    refundedMinor: refundedMinor.toString(),
    disputedMinor: disputedMinor.toString(),
    lostMinor: lostMinor.toString(),
  }
}

/** The checkout that a donation came from; null when it came from none, or is not known. */
export async function checkoutOfDonation(db: Queryable, id: string): Promise<CheckoutId | null> {
  const { rows } = await db.query<{ checkout: CheckoutId | null }>({
    name: 'checkout-of-donation',
    text: 'select checkout_id as checkout from donations where id = $1',
    values: [id],
  })
  return rows[0]?.checkout ?? null
}
