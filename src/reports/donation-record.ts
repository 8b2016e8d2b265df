import { z } from 'zod'
import { frequencies, type Frequency } from '../checkout/attribution.ts'
import { jsonAmount } from '../money/money.ts'
import { receiptNumber } from '../receipts/receipt-number.ts'
import { donationStatuses, type DonationStatus } from '../refunds/donation-balance.ts'

// Everything that defines a donation's columns stands in this file: what programs read (the schema, which also describes
// them in /openapi.json), what the database gives (the row and its SQL), and how one becomes the other.

const amount = z.int().meta({ description: 'Minor units of `currency`' })
const settledAmount = z.int().nullable().meta({
  description: 'Minor units of `settlementCurrency`; null until Stripe’s balance transaction is known',
})

/** A donation as programs read it. */
export const donationRecord = z
  .strictObject({
    id: z.uuid(),
    status: z.enum(donationStatuses),
    currency: z.string(),
    gross: amount,
    presentment: z
      .strictObject({ currency: z.string(), amount: z.int().meta({ description: 'Minor units' }) })
      .nullable()
      .meta({
        description:
          'What the reader was shown and charged, where Stripe’s Adaptive Pricing chose another currency; null: `gross`',
      }),
    coveredFee: amount.meta({
      description: 'What of `gross` the reader added to cover Stripe’s fee; all of `gross` is the gift',
    }),
    refunded: amount,
    disputed: amount.meta({ description: 'What disputes withdraw at present, in minor units of `currency`' }),
    fee: settledAmount,
    net: settledAmount,
    settlementCurrency: z.string().nullable(),
    frequency: z.enum(frequencies),
    article: z.strictObject({ url: z.string(), title: z.string().nullable() }).nullable(),
    campaign: z
      .strictObject({
        source: z.string().nullable(),
        medium: z.string().nullable(),
        name: z.string().nullable(),
      })
      .nullable(),
    donor: z
      .strictObject({ name: z.string().nullable(), email: z.string().nullable() })
      .meta({ description: 'Both null when the donor gave none or has been erased' }),
    receipt: z
      .strictObject({ number: z.string(), url: z.url(), voided: z.boolean() })
      .nullable()
      .meta({ description: 'The last one issued; voided and not replaced when nothing of the gift is left' }),
    disputes: z
      .array(
        z.strictObject({
          id: z.string(),
          status: z.string().meta({ description: 'Stripe’s word, of a list that Stripe may extend' }),
          reason: z.string().nullable().meta({ description: 'Stripe’s word, such as fraudulent' }),
          amount,
          evidenceDueBy: z.iso
            .datetime()
            .nullable()
            .meta({ description: 'Until when Stripe takes evidence; null when it takes none' }),
          createdAt: z.iso.datetime(),
        }),
      )
      .meta({ description: 'Disputes, and inquiries that may become one, oldest first' }),
    succeededAt: z.iso.datetime(),
    checkoutId: z.uuid().nullable(),
    paymentIntentId: z
      .string()
      .meta({ description: 'Stripe’s id; of an imported gift `imported:`, its system and its id there' }),
    subscriptionId: z.string().nullable(),
    imported: z.strictObject({ source: z.string(), id: z.string().nullable() }).nullable().meta({
      description:
        'Which former system took it, and its id there; it has no receipt from here, and its net is its gross. Null: Stripe took it for us',
    }),
  })
  .meta({ id: 'Donation' })

export type DonationRecord = z.output<typeof donationRecord>

/** A donation as the database gives it, with its last receipt and the sums of its balance transactions. */
export type DonationRow = {
  readonly id: string
  readonly status: DonationStatus
  readonly currency: string
  readonly gross_minor: bigint
  readonly covered_fee_minor: bigint
  readonly presentment_currency: string | null
  readonly presentment_minor: bigint | null
  readonly refunded_minor: bigint
  readonly disputed_minor: bigint
  readonly settlement_currency: string | null
  readonly fee_minor: bigint | null
  readonly net_minor: bigint | null
  readonly frequency: Frequency
  readonly article_url: string | null
  readonly article_title: string | null
  readonly campaign_source: string | null
  readonly campaign_medium: string | null
  readonly campaign_name: string | null
  readonly donor_name: string | null
  readonly donor_email: string | null
  readonly message: string | null
  readonly succeeded_at: Date
  readonly checkout_id: string | null
  readonly payment_intent_id: string
  readonly stripe_session_id: string | null
  readonly stripe_subscription_id: string | null
  readonly receipt_year: number | null
  readonly receipt_number: bigint | null
  readonly receipt_token: string | null
  readonly receipt_voided: boolean | null
  readonly stripe_invoice_id: string | null
  readonly charge_id: string | null
  readonly disputes: readonly StoredDispute[] | null
  readonly imported_source: string | null
  readonly imported_id: string | null
  readonly imported_row: number | null
  readonly former_agreement: string | null
}

/** A dispute as JSON, whose times have the database's form. */
type StoredDispute = {
  readonly id: string
  readonly status: string
  readonly reason: string | null
  readonly amount: number
  readonly evidenceDueBy: string | null
  readonly createdAt: string
}

/**
 * The SQL of each field of a row. `d` is the donation, `r` its last receipt, `p` its disputes, `i` where it was imported
 * from, and `b` the sums of its balance transactions, as donation-list-store.ts joins them.
 */
export const donationColumns: Readonly<Record<keyof DonationRow, string>> = {
  id: 'd.id',
  status: 'd.status',
  currency: 'd.currency',
  gross_minor: 'd.gross_minor',
  covered_fee_minor: 'd.covered_fee_minor',
  presentment_currency: 'd.presentment_currency',
  presentment_minor: 'd.presentment_minor',
  refunded_minor: 'd.refunded_minor',
  disputed_minor: 'd.disputed_minor',
  settlement_currency: 'case when i.donation_id is null then b.settlement_currency else d.currency end',
  fee_minor: 'b.fee_minor',
  net_minor: 'case when i.donation_id is null then b.net_minor else d.gross_minor end',
  frequency: 'd.frequency',
  article_url: 'd.article_url',
  article_title: 'd.article_title',
  campaign_source: 'd.campaign_source',
  campaign_medium: 'd.campaign_medium',
  campaign_name: 'd.campaign_name',
  donor_name: 'd.donor_name',
  donor_email: 'd.donor_email',
  message: 'd.message',
  succeeded_at: 'd.succeeded_at',
  checkout_id: 'd.checkout_id',
  payment_intent_id: 'd.payment_intent_id',
  stripe_session_id: 'd.stripe_session_id',
  stripe_subscription_id: 'd.stripe_subscription_id',
  receipt_year: 'r.year',
  receipt_number: 'r.number',
  receipt_token: 'r.token',
  receipt_voided: 'r.voided',
  stripe_invoice_id: 'd.stripe_invoice_id',
  charge_id: 'd.charge_id',
  disputes: 'p.list',
  imported_source: 'i.source',
  imported_id: 'i.external_id',
  imported_row: 'i.row_number',
  former_agreement: 'i.former_agreement',
}

/**
 * @param publicUrl where readers find the receipts
 * @throws RangeError for an amount that a JSON number cannot hold
 */
export function donationFrom(row: DonationRow, publicUrl: string): DonationRecord {
  return {
    id: row.id,
    status: row.status,
    currency: row.currency,
    gross: jsonAmount(row.gross_minor),
    coveredFee: jsonAmount(row.covered_fee_minor),
    presentment:
      row.presentment_currency === null || row.presentment_minor === null
        ? null
        : { currency: row.presentment_currency, amount: jsonAmount(row.presentment_minor) },
    refunded: jsonAmount(row.refunded_minor),
    disputed: jsonAmount(row.disputed_minor),
    fee: row.fee_minor === null ? null : jsonAmount(row.fee_minor),
    net: row.net_minor === null ? null : jsonAmount(row.net_minor),
    settlementCurrency: row.settlement_currency,
    frequency: row.frequency,
    article: row.article_url === null ? null : { url: row.article_url, title: row.article_title },
    campaign: campaignOf(row),
    donor: { name: row.donor_name, email: row.donor_email },
    receipt: receiptOf(row, publicUrl),
    disputes: (row.disputes ?? []).map(({ id, status, reason, amount: minor, evidenceDueBy, createdAt }) => ({
      id,
      status,
      reason,
      amount: minor,
      evidenceDueBy: evidenceDueBy === null ? null : new Date(evidenceDueBy).toISOString(),
      createdAt: new Date(createdAt).toISOString(),
    })),
    succeededAt: row.succeeded_at.toISOString(),
    checkoutId: row.checkout_id,
    paymentIntentId: row.payment_intent_id,
    subscriptionId: row.stripe_subscription_id,
    imported: row.imported_source === null ? null : { source: row.imported_source, id: row.imported_id },
  }
}

function campaignOf(row: DonationRow): DonationRecord['campaign'] {
  const campaign = { source: row.campaign_source, medium: row.campaign_medium, name: row.campaign_name }
  return Object.values(campaign).every((part) => part === null) ? null : campaign
}

function receiptOf(row: DonationRow, publicUrl: string): DonationRecord['receipt'] {
  if (row.receipt_year === null || row.receipt_number === null) return null
  return {
    number: receiptNumber(row.receipt_year, row.receipt_number),
    url: `${publicUrl}/receipts/${row.receipt_token}`,
    voided: row.receipt_voided === true,
  }
}
