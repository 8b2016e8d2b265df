import { z } from 'zod'
import { latest } from '../../calendar/instant.ts'
import { money } from '../../money/money.ts'
import { inGiftCurrency } from '../../refunds/exchanged-movements.ts'
import { disputeMovement } from '../dispute-movement-schema.ts'
import {
  currency,
  disputeId,
  optionalText,
  paymentIntentId,
  reference,
  text,
  timestamp,
  word,
} from '../field-schema.ts'
import { eventReader } from './event-reader.ts'
import { collapsed, idPart, type SynthesisedEvent } from './synthesised-event.ts'

const dispute = z.object({
  id: disputeId,
  object: z.literal('dispute'),
  amount: z.int().nonnegative(),
  currency,
  payment_intent: reference(paymentIntentId).nullish(),
  status: word,
  reason: optionalText,
  // Stripe writes 0 where no evidence is asked for.
  evidence_details: z
    .object({
      due_by: z
        .literal(0)
        .transform(() => null)
        .or(timestamp)
        .nullish(),
    })
    .nullish(),
  balance_transactions: z.array(disputeMovement),
  created: timestamp,
})

export const disputeChanged = eventReader(dispute, (object) => {
  const { payment_intent: payment, balance_transactions: movements } = object
  if (!payment) return null
  const disputed = money(BigInt(object.amount), object.currency)
  const shared = inGiftCurrency(disputed, movements)
  const withdrawal = shared.find(({ giftMinor }) => giftMinor < 0n)
  return {
    fact: {
      kind: 'dispute',
      paymentIntentId: payment,
      dispute: {
        id: object.id,
        amount: withdrawal ? { ...disputed, minor: -withdrawal.giftMinor } : disputed,
        status: object.status,
        reason: object.reason ?? null,
        evidenceDueBy: object.evidence_details?.due_by ?? null,
        // A share of nothing, of an amount that was exchanged, moves nothing of the gift.
        movements: shared
          .filter(({ giftMinor }) => giftMinor !== 0n)
          .map(({ giftMinor, createdAt }) => ({ minor: giftMinor, movedAt: createdAt })),
        createdAt: object.created,
      },
    },
    correlationId: payment,
  }
})

const disputeState = z.object({
  created: timestamp,
  status: text,
  payment_intent: z.unknown().optional(),
  balance_transactions: z.array(z.object({ amount: z.int(), created: timestamp })),
})
const CLOSED = new Set(['won', 'lost', 'warning_closed'])

export function eventsOfDispute(object: unknown, announcedAt: Date | null): SynthesisedEvent[] {
  const {
    created,
    status,
    payment_intent: payment,
    balance_transactions: movements,
  } = disputeState.parse(object)
  if (!payment) return []
  const directions = movements.map(({ amount }) => (amount < 0 ? 'taken' : 'given'))
  return [
    {
      type: CLOSED.has(status) ? 'charge.dispute.closed' : 'charge.dispute.updated',
      state: idPart([status, ...directions].join('_')),
      occurredAt: latest(created, announcedAt, ...movements.map((movement) => movement.created)),
      object: collapsed(object, 'payment_intent', 'charge'),
    },
  ]
}
