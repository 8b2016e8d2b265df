import { z } from 'zod'
import { jsonAmount } from '../../money/money.ts'
import { interventions } from '../../outbox/outbox.ts'
import { donationRecord } from '../donation-record.ts'

const at = z.iso.datetime()

/** Something that happened to a donation, at Stripe or here. */
const historyEntry = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('stripe_event'),
      at: at.meta({ description: 'When the service received it' }),
      type: z.string(),
      eventId: z.string(),
      outcome: z.enum(['pending', 'waiting', 'applied', 'ignored', 'quarantined', 'failed']),
      reason: z.string().nullable(),
    }),
    z.strictObject({
      kind: z.literal('ledger_posting'),
      at,
      source: z.string().meta({ description: 'The Stripe object that caused it' }),
      effect: z.string(),
      period: z
        .string()
        .nullable()
        .meta({ description: 'Of a prior-period adjustment, the closed month that it belongs to' }),
      entries: z.array(
        z.strictObject({
          account: z.string(),
          currency: z.string(),
          amount: z.int().meta({ description: 'Minor units; debits positive, credits negative' }),
        }),
      ),
    }),
    z.strictObject({
      kind: z.literal('refund_requested'),
      at,
      amount: z.int().meta({ description: 'Minor units of the donation’s currency' }),
      by: z.string().meta({ description: 'Who of the staff requested it on our pages' }),
      reason: z.string(),
      note: z.string().nullable().meta({ description: 'What whoever requested it wrote about it' }),
      refundId: z
        .string()
        .nullable()
        .meta({ description: 'Null when Stripe refused it or its answer is not known' }),
      refused: z.string().nullable(),
    }),
    z.strictObject({ kind: z.literal('receipt_issued'), at, number: z.string() }),
    z.strictObject({ kind: z.literal('receipt_voided'), at, number: z.string(), reason: z.string() }),
    z.strictObject({ kind: z.literal('fraud_warning'), at, warning: z.string(), fraudType: z.string() }),
    z.strictObject({ kind: z.literal('mail_sent'), at, message: z.string() }),
    z.strictObject({ kind: z.literal('mail_given_up'), at, message: z.string() }),
    z.strictObject({
      kind: z.literal('mail_intervention'),
      at,
      what: z.enum(interventions).meta({ description: 'What was done about a mail that was given up' }),
      by: z.string().meta({ description: 'Who of the staff did it, or which command' }),
      message: z.string(),
    }),
  ])
  .meta({ id: 'HistoryEntry' })

export type HistoryEntry = z.output<typeof historyEntry>

/** A refund at Stripe, or a bank return. */
const refundOfDonation = z.strictObject({
  id: z.string(),
  kind: z.enum(['refund', 'bank_return']),
  status: z.string(),
  amount: z.int().meta({ description: 'Minor units of the donation’s currency' }),
  createdAt: at,
  requestedBy: z
    .string()
    .nullable()
    .meta({ description: 'Who of the staff requested it here; null: it was made at Stripe' }),
  reason: z.string().nullable(),
  note: z.string().nullable(),
})

const noteOfDonation = z.strictObject({
  text: z.string(),
  writtenBy: z.string(),
  writtenAt: at,
  withdrawnBy: z.string().nullable(),
  withdrawnAt: at.nullable(),
})

export const donationWithHistory = donationRecord
  .extend({
    refunds: z.array(refundOfDonation),
    notes: z.array(noteOfDonation),
    history: z.array(historyEntry),
  })
  .meta({ id: 'DonationWithHistory' })

type RefundRow = Omit<z.output<typeof refundOfDonation>, 'amount' | 'createdAt'> & {
  readonly amountMinor: bigint
  readonly createdAt: Date
}

export function refundFrom({
  amountMinor,
  createdAt,
  ...refund
}: RefundRow): z.output<typeof refundOfDonation> {
  return { ...refund, amount: jsonAmount(amountMinor), createdAt: createdAt.toISOString() }
}

type NoteRow = Pick<z.output<typeof noteOfDonation>, 'text' | 'writtenBy' | 'withdrawnBy'> & {
  readonly writtenAt: Date
  readonly withdrawnAt: Date | null
}

export function noteFrom({
  text,
  writtenBy,
  writtenAt,
  withdrawnBy,
  withdrawnAt,
}: NoteRow): z.output<typeof noteOfDonation> {
  return {
    text,
    writtenBy,
    writtenAt: writtenAt.toISOString(),
    withdrawnBy,
    withdrawnAt: withdrawnAt?.toISOString() ?? null,
  }
}
