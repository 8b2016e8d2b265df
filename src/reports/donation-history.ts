import { z } from 'zod'
import { interventions } from '../outbox/outbox.ts'
import { donationRecord } from './donation-record.ts'

const at = z.iso.datetime()

/** Something that happened to a donation, at Stripe or here. */
export const historyEntry = z
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

export const donationWithHistory = donationRecord
  .extend({ history: z.array(historyEntry) })
  .meta({ id: 'DonationWithHistory' })
