import { z } from 'zod'
import { receiptNumber } from '../receipts/receipt-number.ts'
import { jsonAmount } from '../money/money.ts'

export const donationStatuses = [
  'succeeded',
  'partially_refunded',
  'refunded',
  'disputed',
  'dispute_lost',
  'returned',
] as const

const amount = z.int().meta({ description: 'Minor units of `currency`' })
const settled = z.int().nullable().meta({
  description: 'Minor units of `settlementCurrency`; null until Stripe’s balance transaction is known',
})

/** A donation as programs read it. */
export const donationRecord = z
  .strictObject({
    id: z.uuid(),
    status: z.enum(donationStatuses),
    currency: z.string(),
    gross: amount,
    refunded: amount,
    disputed: amount.meta({ description: 'What is withdrawn at present, in minor units of `currency`' }),
    fee: settled,
    net: settled,
    settlementCurrency: z.string().nullable(),
    frequency: z.enum(['once', 'monthly', 'yearly']),
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
    succeededAt: z.iso.datetime(),
    checkoutId: z.uuid().nullable(),
    paymentIntentId: z.string(),
    subscriptionId: z.string().nullable(),
  })
  .meta({ id: 'Donation' })

export type DonationRecord = z.output<typeof donationRecord>

/** A donation as the database has it, with its receipt. */
export type DonationRow = {
  readonly id: string
  readonly currency: string
  readonly gross_minor: bigint
  readonly frequency: 'once' | 'monthly' | 'yearly'
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
  readonly status: (typeof donationStatuses)[number]
  readonly refunded_minor: bigint
  readonly disputed_minor: bigint
  readonly settlement_currency: string | null
  readonly fee_minor: bigint | null
  readonly net_minor: bigint | null
  readonly receipt_year: number | null
  readonly receipt_number: bigint | null
  readonly receipt_token: string | null
  readonly receipt_voided: boolean | null
}

/** `publicUrl` is where readers find the receipts. */
export function donationFrom(row: DonationRow, publicUrl: string): DonationRecord {
  return {
    id: row.id,
    status: row.status,
    currency: row.currency,
    gross: jsonAmount(row.gross_minor),
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
    succeededAt: row.succeeded_at.toISOString(),
    checkoutId: row.checkout_id,
    paymentIntentId: row.payment_intent_id,
    subscriptionId: row.stripe_subscription_id,
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
