import { z } from 'zod'
import { latest } from '../../calendar/instant.ts'
import { money } from '../../money/money.ts'
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
  // What Stripe withdrew (negative) and reinstated (positive), in the settlement currency.
  balance_transactions: z.array(z.object({ amount: z.int(), currency: text, created: timestamp })),
  created: timestamp,
})

export const disputeChanged = eventReader(dispute, (object) => {
  const { payment_intent: payment, balance_transactions: movements } = object
  if (!payment) return null
  const withdrawal = first(movements.filter(({ amount }) => amount < 0))
  const reinstatedAt = first(movements.filter(({ amount }) => amount > 0))?.created ?? null
  // The amount withdrawn is final, whatever amount is disputed later. Only in the gift's currency does it say how much
  // of the gift was withdrawn.
  const minor = withdrawal?.currency === object.currency ? -withdrawal.amount : object.amount
  return {
    fact: {
      kind: 'dispute',
      paymentIntentId: payment,
      dispute: {
        id: object.id,
        amount: money(BigInt(minor), object.currency),
        status: object.status,
        reason: object.reason ?? null,
        evidenceDueBy: object.evidence_details?.due_by ?? null,
        withdrawnAt: withdrawal?.created ?? reinstatedAt,
        reinstatedAt,
        createdAt: object.created,
      },
    },
    correlationId: payment,
  }
})

function first<Movement extends { readonly created: Date }>(
  movements: readonly Movement[],
): Movement | undefined {
  return movements.toSorted((a, b) => a.created.getTime() - b.created.getTime())[0]
}

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
