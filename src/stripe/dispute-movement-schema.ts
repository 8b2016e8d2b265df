import { z } from 'zod'
import type { StripeMovement } from '../refunds/exchanged-movements.ts'
import { objectId, text, timestamp } from './field-schema.ts'

/** A row of a dispute's `balance_transactions`: what Stripe withdrew (negative) or reinstated, in the settlement currency. */
export const disputeMovement = z
  .object({
    id: objectId.nullish(),
    amount: z.int(),
    currency: text,
    created: timestamp,
    exchange_rate: z.number().positive().nullish().catch(null),
  })
  .transform((read): StripeMovement => ({
    id: read.id ?? null,
    minor: BigInt(read.amount),
    currency: read.currency,
    createdAt: read.created,
    exchangeRate: read.exchange_rate ?? null,
  }))
